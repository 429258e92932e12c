#include "model/pair/compose.h"

#include <math.h>
#include <string.h>

#define OPAQUE_BLACK 0xff000000u

void
dip_placement_to_target (const DipPlacement *self,
                         double x,
                         double y,
                         double *target_x,
                         double *target_y)
{
  *target_x = self->offset_x + self->scale_x * x;
  *target_y = self->offset_y + self->scale_y * y;
}

void
dip_placement_to_picture (const DipPlacement *self,
                          double target_x,
                          double target_y,
                          double *x,
                          double *y)
{
  *x = (target_x - self->offset_x) / self->scale_x;
  *y = (target_y - self->offset_y) / self->scale_y;
}

/* A shade made ready: level = round (value * gain + bias), clamped. */
typedef struct
{
  float gain;
  float bias;
  guint32 colours[256]; /* of a level, inversion included */
} Shader;

static void
start_levels (Shader *shader, const DipShade *shade)
{
  const double width = MAX (shade->width, 1e-6);

  shader->gain = (float) (255.0 / width);
  shader->bias = (float) (-255.0 * (shade->centre - width / 2.0) / width);
}

static void
start_colours (Shader *shader, const DipShade *shade)
{
  guint8 table[256][3];

  dip_colour_map_fill (shade->map, table);
  for (guint i = 0; i < 256; i++)
    {
      const guint8 *rgb = table[shade->is_inverted ? 255 - i : i];

      shader->colours[i] =
          OPAQUE_BLACK | (guint32) rgb[0] << 16 | (guint32) rgb[1] << 8 | rgb[2];
    }
}

/* Half to even.  Adding 1.5 * 2^23 leaves the rounded number in the low bits, which
 * compilers turn into vector code; lrintf() they call. */
static inline guint
level_of (const Shader *shader, float value)
{
  float level = value * shader->gain + shader->bias;
  guint32 bits;

  level = level > 0.0f ? level : 0.0f; /* NaN too */
  level = level < 255.0f ? level : 255.0f;
  level += 12582912.0f;
  memcpy (&bits, &level, sizeof bits);

  return bits & 0xff;
}

guint8
dip_shade_level (const DipShade *self, float value)
{
  Shader shader;

  start_levels (&shader, self);

  return (guint8) level_of (&shader, value);
}

/* Where a target pixel takes its value from along one axis. */
typedef struct
{
  guint low, high;
  float weight; /* of high; 0 if nearest */
} Tap;

/* Taps of the target pixels [start, end); [*first, *last) of them are in the picture. */
static Tap *
make_taps (int start,
           int end,
           double scale,
           double offset,
           guint n,
           gboolean is_smooth,
           int *first,
           int *last)
{
  Tap *taps = g_new (Tap, end - start);

  *first = end;
  *last = start;
  for (int i = start; i < end; i++)
    {
      const double at = (i + 0.5 - offset) / scale;
      const double between = CLAMP (at - 0.5, 0.0, n - 1.0);
      Tap *tap = &taps[i - start];

      if (at < 0.0 || at >= n)
        continue;
      *first = MIN (*first, i);
      *last = i + 1;
      tap->low = is_smooth ? (guint) between : (guint) at;
      tap->high = MIN (tap->low + 1, n - 1);
      tap->weight = is_smooth ? (float) (between - tap->low) : 0.0f;
    }

  return taps;
}

static void
fill_black (guint32 *pixels, int n)
{
  for (int i = 0; i < n; i++)
    pixels[i] = OPAQUE_BLACK;
}

/* The picture's row at a tap, between two rows where it lies between them. */
static const float *
row_at (const DipPicture *picture, const Tap *tap, float *scratch)
{
  const float *low = picture->values + (gsize) tap->low * picture->width;
  const float *high = picture->values + (gsize) tap->high * picture->width;

  if (tap->weight == 0.0f)
    return low;
  for (guint x = 0; x < picture->width; x++)
    scratch[x] = low[x] + tap->weight * (high[x] - low[x]);

  return scratch;
}

static void
shade_row (guint32 *pixels,
           int n,
           const float *row,
           const Tap *taps,
           const Shader *shader,
           gboolean is_smooth)
{
  if (is_smooth)
    for (int i = 0; i < n; i++)
      {
        const float low = row[taps[i].low], high = row[taps[i].high];

        pixels[i] =
            shader->colours[level_of (shader, low + taps[i].weight * (high - low))];
      }
  else
    for (int i = 0; i < n; i++)
      pixels[i] = shader->colours[level_of (shader, row[taps[i].low])];
}

static void
compose_rows (const DipCanvas *canvas,
              const DipCanvasArea *area,
              const DipPicture *picture,
              const DipPlacement *placement,
              const Shader *shader,
              gboolean is_smooth)
{
  int left, right, top, bottom;
  const int end_x = area->x + area->width, end_y = area->y + area->height;
  g_autofree Tap *columns =
      make_taps (area->x, end_x, placement->scale_x, placement->offset_x, picture->width,
                 is_smooth, &left, &right);
  g_autofree Tap *rows =
      make_taps (area->y, end_y, placement->scale_y, placement->offset_y, picture->height,
                 is_smooth, &top, &bottom);
  g_autofree float *scratch = g_new (float, picture->width);

  if (left >= right)
    left = right = end_x;
  for (int y = area->y; y < end_y; y++)
    {
      guint32 *line = canvas->pixels + (gsize) y * canvas->stride;
      const Tap *tap = &rows[y - area->y];

      if (y < top || y >= bottom)
        fill_black (line + area->x, area->width);
      else if (!is_smooth && y > MAX (top, area->y) && tap->low == tap[-1].low)
        memcpy (line + area->x, line + area->x - canvas->stride,
                sizeof *line * (gsize) area->width);
      else
        {
          fill_black (line + area->x, left - area->x);
          shade_row (line + left, right - left, row_at (picture, tap, scratch),
                     columns + (left - area->x), shader, is_smooth);
          fill_black (line + right, end_x - right);
        }
    }
}

/* What of @area is on the canvas. */
static DipCanvasArea
cut_area (const DipCanvas *canvas, const DipCanvasArea *area)
{
  DipCanvasArea cut = { 0, 0, (int) canvas->width, (int) canvas->height };

  if (area != NULL)
    {
      cut.x = CLAMP (area->x, 0, (int) canvas->width);
      cut.y = CLAMP (area->y, 0, (int) canvas->height);
      cut.width = CLAMP (area->x + area->width, cut.x, (int) canvas->width) - cut.x;
      cut.height = CLAMP (area->y + area->height, cut.y, (int) canvas->height) - cut.y;
    }

  return cut;
}

void
dip_compose_picture (const DipCanvas *canvas,
                     const DipCanvasArea *area,
                     const DipPicture *picture,
                     const DipPlacement *placement,
                     const DipShade *shade,
                     gboolean is_smooth)
{
  const DipCanvasArea cut = cut_area (canvas, area);
  Shader shader;

  if (cut.width == 0 || cut.height == 0)
    return;

  start_levels (&shader, shade);
  start_colours (&shader, shade);
  compose_rows (canvas, &cut, picture, placement, &shader, is_smooth);
}

static void
compose_checkerboard (const DipCanvas *canvas,
                      int side,
                      const DipPicture *const pictures[2],
                      const DipPlacement *placement,
                      const DipShade *shade,
                      gboolean is_smooth)
{
  for (int y = 0; y * side < (int) canvas->height; y++)
    for (int x = 0; x * side < (int) canvas->width; x++)
      dip_compose_picture (canvas, &(DipCanvasArea){ x * side, y * side, side, side },
                           pictures[(x + y) % 2], placement, shade, is_smooth);
}

void
dip_compose_pair (const DipCanvas *canvas,
                  DipBlend blend,
                  double at,
                  const DipPicture *first,
                  const DipPicture *second,
                  const DipPlacement *placement,
                  const DipShade *shade,
                  gboolean is_smooth)
{
  const int width = (int) canvas->width, height = (int) canvas->height;
  const int line = (int) rint (CLAMP (at, 0.0, 1.0) * width);

  switch (blend)
    {
    case DIP_BLEND_FIRST:
      dip_compose_picture (canvas, NULL, first, placement, shade, is_smooth);
      break;
    case DIP_BLEND_SECOND:
      dip_compose_picture (canvas, NULL, second, placement, shade, is_smooth);
      break;
    case DIP_BLEND_WIPE:
      dip_compose_picture (canvas, &(DipCanvasArea){ 0, 0, line, height }, first,
                           placement, shade, is_smooth);
      dip_compose_picture (canvas, &(DipCanvasArea){ line, 0, width - line, height },
                           second, placement, shade, is_smooth);
      break;
    case DIP_BLEND_CHECKERBOARD:
      compose_checkerboard (canvas, (int) MAX (at, 1.0),
                            (const DipPicture *const[]){ first, second }, placement,
                            shade, is_smooth);
      break;
    }
}

DipPicture *
dip_signed_difference (const DipPicture *cc, const DipPicture *mlo)
{
  DipPicture *difference = dip_picture_new (cc->width, cc->height);

  g_assert (mlo->width == cc->width && mlo->height == cc->height);
  for (gsize i = 0; i < (gsize) cc->width * cc->height; i++)
    difference->values[i] = 0.5f + 0.5f * (cc->values[i] - mlo->values[i]);

  return difference;
}

DipPicture *
dip_residual_map (DipThird third, const DipPair *pair)
{
  const DipPicture *cc = pair->cc;
  DipPicture *residual = dip_picture_new (cc->width, cc->height);

  for (gsize i = 0; i < (gsize) cc->width * cc->height; i++)
    residual->values[i] =
        fabsf (pair->third->values[i] -
               dip_third_value (third, cc->values[i], pair->mlo->values[i]));

  return residual;
}
