#include "tests/tools/copies.h"

#include "model/pair/resize.h"

#include <math.h>

#define NOISE 0.03
#define MOST_SHIFT 0.1

const char *
dip_copy_kind_get_name (DipCopyKind kind)
{
  static const char *const names[] = { "noisy",       "coarse",  "mirrored",
                                       "upside down", "shifted", "all" };

  return names[kind];
}

static void
spoil (DipPicture *picture, GRand *r)
{
  const double gain = g_rand_double_range (r, 0.6, 1.0);
  const double offset = g_rand_double_range (r, 0.0, 0.2);
  const double gamma = g_rand_double_range (r, 0.8, 1.25);

  for (gsize i = 0; i < (gsize) picture->width * picture->height; i++)
    {
      const double u = 1.0 - g_rand_double (r), v = g_rand_double (r);
      const double noise = sqrt (-2.0 * log (u)) * cos (2.0 * G_PI * v);

      picture->values[i] =
          (float) (gain * pow (MAX ((double) picture->values[i], 0.0), gamma) + offset +
                   NOISE * noise);
    }
}

static void
turn (DipPicture *picture)
{
  const guint w = picture->width, h = picture->height;

  for (guint y = 0; y < h / 2; y++)
    for (guint x = 0; x < w; x++)
      {
        float *above = &picture->values[(gsize) y * w + x];
        float *below = &picture->values[(gsize) (h - 1 - y) * w + x];
        const float kept = *above;

        *above = *below;
        *below = kept;
      }
}

static DipPicture *
shift (const DipPicture *picture, GRand *r, double *shift_x, double *shift_y)
{
  const int w = (int) picture->width, h = (int) picture->height;
  const int dx =
      g_rand_int_range (r, -(int) (MOST_SHIFT * w), (int) (MOST_SHIFT * w) + 1);
  const int dy =
      g_rand_int_range (r, -(int) (MOST_SHIFT * h), (int) (MOST_SHIFT * h) + 1);
  DipPicture *shifted = dip_picture_new (picture->width, picture->height);

  for (int y = MAX (dy, 0); y < MIN (h, h + dy); y++)
    for (int x = MAX (dx, 0); x < MIN (w, w + dx); x++)
      shifted->values[y * w + x] = picture->values[(y - dy) * w + x - dx];
  *shift_x = (double) dx / w;
  *shift_y = (double) dy / h;

  return shifted;
}

static DipPicture *
coarsen (const DipPicture *picture)
{
  g_autoptr (DipPicture) half = dip_picture_resize (picture, MAX (picture->width / 2, 1),
                                                    MAX (picture->height / 2, 1));

  return dip_picture_resize (half, picture->width, picture->height);
}

DipPicture *
dip_copy_make (const DipPicture *picture,
               DipCopyKind kind,
               GRand *r,
               double *shift_x,
               double *shift_y)
{
  g_autoptr (DipPicture) copy =
      kind == DIP_COPY_COARSE ? coarsen (picture) : dip_picture_copy (picture);
  const guint way = g_rand_int_range (r, 1, 4);
  double x = 0.0, y = 0.0;

  if (kind == DIP_COPY_MIRRORED || (kind == DIP_COPY_ALL && (way & 1)))
    dip_picture_flip (copy);
  if (kind == DIP_COPY_UPSIDE_DOWN || (kind == DIP_COPY_ALL && (way & 2)))
    turn (copy);
  if (kind == DIP_COPY_SHIFTED || kind == DIP_COPY_ALL)
    {
      DipPicture *shifted = shift (copy, r, &x, &y);

      dip_picture_free (copy);
      copy = shifted;
    }
  if (kind == DIP_COPY_NOISY || kind == DIP_COPY_ALL)
    spoil (copy, r);
  if (shift_x != NULL)
    *shift_x = x;
  if (shift_y != NULL)
    *shift_y = y;

  return g_steal_pointer (&copy);
}
