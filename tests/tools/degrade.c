#include "tests/tools/degrade.h"

#include "model/pair/resize.h"

#include <math.h>

#define NOISE 0.02
#define RANGE 4.0f
#define WHITE 1.0f

/* Letters of 5 × 7: "R", "L", "C", "M", "O". */
static const guint8 letters[][7] = {
  { 0x1e, 0x11, 0x11, 0x1e, 0x14, 0x12, 0x11 },
  { 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x1f },
  { 0x0e, 0x11, 0x10, 0x10, 0x10, 0x11, 0x0e },
  { 0x11, 0x1b, 0x15, 0x15, 0x11, 0x11, 0x11 },
  { 0x0e, 0x11, 0x11, 0x11, 0x11, 0x11, 0x0e },
};

static void
put (DipPicture *picture, DipMask *labels, int x, int y, float value)
{
  gsize at;

  if (x < 0 || y < 0 || x >= (int) picture->width || y >= (int) picture->height)
    return;

  at = (gsize) y * picture->width + (gsize) x;
  picture->values[at] = value;
  if (labels != NULL)
    labels->values[at] = 1;
}

/* A word of n letters with its top left corner at (x, y). */
static void
write_word (DipPicture *picture,
            DipMask *labels,
            int x,
            int y,
            int scale,
            guint n,
            GRand *r)
{
  for (guint i = 0; i < n; i++)
    {
      const guint8 *rows = letters[g_rand_int_range (r, 0, G_N_ELEMENTS (letters))];

      for (int v = 0; v < 7 * scale; v++)
        for (int u = 0; u < 5 * scale; u++)
          if (rows[v / scale] & (0x10 >> (u / scale)))
            put (picture, labels, x + (int) i * 6 * scale + u, y + v, WHITE);
    }
}

static gboolean
touches (const DipMask *mask, int x, int y, int width, int height, int margin)
{
  for (int v = MAX (y - margin, 0); v < MIN (y + height + margin, (int) mask->height);
       v++)
    for (int u = MAX (x - margin, 0); u < MIN (x + width + margin, (int) mask->width);
         u++)
      if (mask->values[(gsize) v * mask->width + (gsize) u])
        return TRUE;

  return FALSE;
}

/* In the upper or lower right corner, where the breast leaves room. */
static void
add_label (DipPicture *picture, const DipMask *mask, DipMask *labels, GRand *r)
{
  const int scale = MAX ((int) picture->width / 128, 1), n = 3;
  const int width = 6 * scale * n, height = 7 * scale, margin = (int) picture->width / 50;
  const int x = (int) picture->width - width - margin - 1;
  const gboolean is_low = g_rand_boolean (r);

  for (int k = 0; k < 2; k++)
    {
      const int y = is_low == (k == 0) ? (int) picture->height - height - margin : margin;

      if (!touches (mask, x, y, width, height, 2))
        {
          write_word (picture, labels, x, y, scale, (guint) n, r);
          return;
        }
    }
}

/* The last column of the breast in a row; −1 if none. */
static int
skin_at (const DipMask *mask, int y)
{
  for (int x = (int) mask->width; x-- > 0;)
    if (mask->values[(gsize) y * mask->width + (gsize) x])
      return x;

  return -1;
}

/* A row of the breast at least `away` from the nipple. */
static int
row_of_skin (const DipMask *mask, DipPoint nipple, double away, GRand *r)
{
  for (guint i = 0; i < 200; i++)
    {
      const int y = g_rand_int_range (r, 0, (int) mask->height);

      if (skin_at (mask, y) > (int) mask->width / 10 && fabs (y - nipple.y) > away)
        return y;
    }

  return -1;
}

static void
add_touching (DipPicture *picture,
              const DipMask *mask,
              DipPoint nipple,
              DipMask *labels,
              GRand *r)
{
  const int scale = MAX ((int) picture->width / 128, 1);
  const int y = row_of_skin (mask, nipple, 0.15 * picture->width, r);

  if (y >= 0)
    write_word (picture, labels, skin_at (mask, y) - 2 * scale, y - 3 * scale, scale, 2,
                r);
}

static void
add_marker (DipPicture *picture, const DipMask *mask, DipPoint nipple, GRand *r)
{
  const double radius = MAX (0.009 * picture->width, 1.0);
  const int y = row_of_skin (mask, nipple, 0.12 * picture->width, r);
  const int reach = (int) radius + 1;

  if (y < 0)
    return;
  for (int v = -reach; v <= reach; v++)
    for (int u = -reach; u <= reach; u++)
      if (u * u + v * v <= radius * radius)
        put (picture, NULL, skin_at (mask, y) - 1 + u, y + v, WHITE);
}

static double
gaussian (GRand *r)
{
  const double u = 1.0 - g_rand_double (r);

  return sqrt (-2.0 * log (u)) * cos (2.0 * G_PI * g_rand_double (r));
}

/* @sigma: of the tissue's range. */
static void
add_noise (DipPicture *picture, double sigma, GRand *r)
{
  for (gsize i = 0; i < (gsize) picture->width * picture->height; i++)
    picture->values[i] =
        (float) CLAMP ((double) picture->values[i] + sigma * gaussian (r), 0.0, 1.0);
}

/* Before noise: what noise takes off a label's white would be counted as tissue. */
static void
press_range (DipPicture *picture)
{
  for (gsize i = 0; i < (gsize) picture->width * picture->height; i++)
    if (picture->values[i] < 0.99f)
      picture->values[i] /= RANGE;
}

static void
add_haze (DipPicture *picture)
{
  for (guint y = 0; y < picture->height; y++)
    for (guint x = 0; x < picture->width; x++)
      {
        float *value = &picture->values[(gsize) y * picture->width + x];
        const float haze = 0.05f + 0.05f * (float) y / (float) picture->height;

        *value = haze + (1.0f - haze) * *value;
      }
}

guint
dip_degrade_get_border (guint what, guint width)
{
  return what & DIP_DEGRADE_BORDER ? width / 50 : 0;
}

static void
add_border (DipPicture *picture)
{
  const guint depth = dip_degrade_get_border (DIP_DEGRADE_BORDER, picture->width);

  for (guint y = 0; y < picture->height; y++)
    for (guint x = 0; x < picture->width; x++)
      if (y < depth)
        picture->values[(gsize) y * picture->width + x] = 0.0f;
      else if (x < depth)
        picture->values[(gsize) y * picture->width + x] = 1.0f;
}

static float *
pixel (DipPicture *picture, guint x, guint y)
{
  return &picture->values[(gsize) y * picture->width + x];
}

static void
add_vignette (DipPicture *picture)
{
  const double w = picture->width, h = picture->height;

  for (guint y = 0; y < picture->height; y++)
    for (guint x = 0; x < picture->width; x++)
      {
        const double u = x / w, v = 2.0 * y / h - 1.0;
        const double fall = MIN ((u * u + v * v) / 2.0, 1.0);

        *pixel (picture, x, y) =
            (float) ((1.0 - 0.33 * fall) * *pixel (picture, x, y) + 0.02 * (1.0 - fall));
      }
}

/* Dark fat between skin line and gland: below a quarter values fall as their square. */
static void
make_faint (DipPicture *picture)
{
  for (gsize i = 0; i < (gsize) picture->width * picture->height; i++)
    if (picture->values[i] < 0.25f)
      picture->values[i] *= 0.35f + 2.6f * picture->values[i];
}

/* A bright band across the breast's lowest part at the chest wall. */
static void
add_fold (DipPicture *picture, const DipMask *mask)
{
  const double w = picture->width;
  int last = -1;

  for (guint y = 0; y < mask->height; y++)
    if (mask->values[(gsize) y * mask->width + 2])
      last = (int) y;
  for (int y = 0; y <= last; y++)
    for (guint x = 0; x < picture->width; x++)
      {
        const double away = last - y - 0.10 * w + 0.5 * x;

        if (mask->values[(gsize) y * mask->width + x] && x < 0.2 * w)
          *pixel (picture, x, (guint) y) =
              (float) MIN ((double) *pixel (picture, x, (guint) y) +
                               0.5 * exp (-away * away / (0.0002 * w * w)),
                           1.0);
      }
}

static void
add_edge_label (DipPicture *picture, const DipMask *mask, DipMask *labels, GRand *r)
{
  const int scale = MAX ((int) picture->width / 128, 1), n = 3;
  const int width = 6 * scale * n, height = 7 * scale;
  const gboolean is_below = g_rand_boolean (r);
  const int x = (int) picture->width - (is_below ? width + 4 : width - 4 * scale);
  const int y = is_below ? (int) picture->height - height + 2 * scale : 3 * height;

  if (!touches (mask, x, y, width, height, 2))
    write_word (picture, labels, x, y, scale, (guint) n, r);
}

static void
add_ruler (DipPicture *picture, const DipMask *mask, DipMask *labels)
{
  const int right = (int) picture->width - 1, step = MAX ((int) picture->height / 32, 4);

  for (int y = step; y < (int) picture->height; y += step)
    {
      const int length = (y / step) % 5 == 0 ? step : step / 2;

      if (!touches (mask, right - length, y, length, 1, 3))
        for (int x = right - length; x <= right; x++)
          put (picture, labels, x, y, 0.95f);
    }
}

/* Six steps from dark to white. */
static void
add_wedge (DipPicture *picture, const DipMask *mask, DipMask *labels, GRand *r)
{
  const int side = MAX ((int) picture->width / 24, 4), width = 6 * side;
  const int x = (int) picture->width - width - side;
  const int y = g_rand_boolean (r) ? side : (int) picture->height - 2 * side;

  if (touches (mask, x, y, width, side, 3))
    return;
  for (int v = 0; v < side; v++)
    for (int u = 0; u < width; u++)
      put (picture, labels, x + u, y + v, 0.2f + 0.8f * (float) (u / side) / 5.0f);
}

static void
add_frame (DipPicture *picture)
{
  const guint w = picture->width, h = picture->height, depth = MAX (w / 128, 1);

  for (guint y = 0; y < h; y++)
    for (guint x = 0; x < w; x++)
      if (x < depth || y < depth || x >= w - depth || y >= h - depth)
        *pixel (picture, x, y) = 0.97f;
}

static void
add_close (DipPicture *picture,
           const DipMask *mask,
           DipPoint nipple,
           DipMask *labels,
           GRand *r)
{
  const int scale = MAX ((int) picture->width / 128, 1);
  const int width = 12 * scale, height = 7 * scale;
  const int y = row_of_skin (mask, nipple, 0.15 * picture->width, r);

  for (int x = MAX (skin_at (mask, y), 0); y >= 0 && x + width < (int) picture->width;
       x++)
    if (!touches (mask, x, y - 3 * scale, width, height, 2))
      {
        write_word (picture, labels, x, y - 3 * scale, scale, 2, r);
        return;
      }
}

static void
add_ball (DipPicture *picture, DipPoint nipple)
{
  const double radius = MAX (0.009 * picture->width, 1.0);
  const int reach = (int) radius + 1;

  for (int v = -reach; v <= reach; v++)
    for (int u = -reach; u <= reach; u++)
      if (u * u + v * v <= radius * radius)
        put (picture, NULL, (int) (nipple.x - radius) + u, (int) (nipple.y + 0.5) + v,
             WHITE);
}

static void
add_film (DipPicture *picture, const DipMask *mask, guint what)
{
  if (what & DIP_DEGRADE_FOLD)
    add_fold (picture, mask);
  if (what & DIP_DEGRADE_FAINT)
    make_faint (picture);
  if (what & DIP_DEGRADE_VIGNETTE)
    add_vignette (picture);
}

static void
burn_in (DipPicture *picture,
         const DipMask *mask,
         DipPoint nipple,
         guint what,
         GRand *r,
         DipMask *labels)
{
  if (what & DIP_DEGRADE_EDGE_LABEL)
    add_edge_label (picture, mask, labels, r);
  if (what & DIP_DEGRADE_RULER)
    add_ruler (picture, mask, labels);
  if (what & DIP_DEGRADE_WEDGE)
    add_wedge (picture, mask, labels, r);
  if (what & DIP_DEGRADE_CLOSE)
    add_close (picture, mask, nipple, labels, r);
  if (what & DIP_DEGRADE_FRAME)
    add_frame (picture);
}

void
dip_degrade (DipPicture *picture,
             const DipMask *mask,
             DipPoint nipple,
             guint what,
             guint32 seed,
             DipMask *labels)
{
  g_autoptr (GRand) r = g_rand_new_with_seed (seed);

  if (what & DIP_DEGRADE_LABEL)
    add_label (picture, mask, labels, r);
  if (what & DIP_DEGRADE_TOUCHING)
    add_touching (picture, mask, nipple, labels, r);
  if (what & DIP_DEGRADE_MARKER)
    add_marker (picture, mask, nipple, r);
  if (what & DIP_DEGRADE_HAZE)
    add_haze (picture);
  add_film (picture, mask, what);
  if (what & DIP_DEGRADE_BALL)
    add_ball (picture, nipple);
  if (what & DIP_DEGRADE_RANGE)
    press_range (picture);
  if (what & DIP_DEGRADE_NOISE)
    add_noise (picture, what & DIP_DEGRADE_RANGE ? NOISE / (double) RANGE : NOISE, r);
  burn_in (picture, mask, nipple, what, r, labels);
  if (what & DIP_DEGRADE_BORDER)
    add_border (picture);
  if (what & DIP_DEGRADE_FLIP)
    dip_picture_flip (picture);
  if (what & DIP_DEGRADE_INVERT)
    for (gsize i = 0; i < (gsize) picture->width * picture->height; i++)
      picture->values[i] = 1.0f - picture->values[i];
}
