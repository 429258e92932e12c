#include "model/pair/resize.h"

#include <math.h>
#include <string.h>

/* Along one axis of `n_in` to `n_out`: values `stride` apart. */
static void
resize_line (const float *in,
             gsize in_stride,
             guint n_in,
             float *out,
             gsize out_stride,
             guint n_out)
{
  const double scale = (double) n_in / n_out;

  for (guint i = 0; i < n_out; i++)
    {
      double sum = 0.0;

      if (n_out >= n_in)
        {
          const double at = CLAMP ((i + 0.5) * scale - 0.5, 0.0, n_in - 1.0);
          const guint low = (guint) at, high = MIN (low + 1, n_in - 1);
          const double t = at - low;

          sum = (1.0 - t) * (double) in[low * in_stride] +
                t * (double) in[high * in_stride];
        }
      else
        {
          const double start = i * scale, end = MIN ((i + 1) * scale, n_in);

          for (guint k = (guint) start; k < n_in && k < end; k++)
            sum += (double) in[k * in_stride] * (MIN (k + 1.0, end) - MAX (k, start));
          sum /= end - start;
        }
      out[i * out_stride] = (float) sum;
    }
}

DipPicture *
dip_picture_resize (const DipPicture *self, guint width, guint height)
{
  g_autoptr (DipPicture) wide = dip_picture_new (width, self->height);
  DipPicture *resized = dip_picture_new (width, height);

  for (guint y = 0; y < self->height; y++)
    resize_line (self->values + (gsize) y * self->width, 1, self->width,
                 wide->values + (gsize) y * width, 1, width);
  for (guint x = 0; x < width; x++)
    resize_line (wide->values + x, width, self->height, resized->values + x, width,
                 height);

  return resized;
}

DipPicture *
dip_picture_fit (const DipPicture *self, guint width, guint height)
{
  const double factor =
      MIN ((double) width / self->width, (double) height / self->height);
  const guint w = CLAMP ((guint) (self->width * factor + 0.5), 1, width);
  const guint h = CLAMP ((guint) (self->height * factor + 0.5), 1, height);
  g_autoptr (DipPicture) resized = dip_picture_resize (self, w, h);
  DipPicture *framed = dip_picture_new (width, height);

  for (guint y = 0; y < h; y++)
    memcpy (framed->values + (gsize) (y + (height - h) / 2) * width,
            resized->values + (gsize) y * w, sizeof (float) * w);

  return framed;
}

void
dip_picture_flip (DipPicture *self)
{
  for (guint y = 0; y < self->height; y++)
    {
      float *row = self->values + (gsize) y * self->width;

      for (guint x = 0; x < self->width / 2; x++)
        {
          const float kept = row[x];

          row[x] = row[self->width - 1 - x];
          row[self->width - 1 - x] = kept;
        }
    }
}
