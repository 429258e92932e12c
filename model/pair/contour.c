#include "model/pair/contour.h"

#include <math.h>

/* Ways along pixel sides: right, down, left, up; the inside is on the right hand. */
static const int step_x[] = { 1, 0, -1, 0 };
static const int step_y[] = { 0, 1, 0, -1 };

typedef struct
{
  const DipMask *mask;
  guint8 *walked; /* (height + 1, width + 1): bit d: the side leaving here in way d */
} Tracer;

static gboolean
is_inside (const DipMask *mask, int x, int y)
{
  return x >= 0 && y >= 0 && x < (int) mask->width && y < (int) mask->height &&
         mask->values[(gsize) y * mask->width + (gsize) x] != 0;
}

/* The pixel on the right (@right 1) or left (0) hand when leaving corner (x, y). */
static gboolean
hand (const DipMask *mask, int x, int y, guint way, gboolean right)
{
  static const int right_x[] = { 0, -1, -1, 0 }, right_y[] = { 0, 0, -1, -1 };
  const guint turned = right ? way : (way + 3) % 4;

  return is_inside (mask, x + right_x[turned], y + right_y[turned]);
}

static gboolean
is_side (const DipMask *mask, int x, int y, guint way)
{
  return hand (mask, x, y, way, TRUE) && !hand (mask, x, y, way, FALSE);
}

/* Right first, so that corners that touch are kept apart. */
static guint
choose_way (const DipMask *mask, int x, int y, guint way)
{
  for (guint turn = 1; turn <= 4; turn++)
    {
      const guint next = (way + 6 - turn) % 4; /* right, straight, left, back */

      if (is_side (mask, x, y, next))
        return next;
    }

  g_assert_not_reached ();
}

static void
append (GArray *points, double x, double y)
{
  const double point[2] = { x, y };

  g_array_append_val (points, point);
}

static DipContour
trace (Tracer *self, int x, int y, gboolean smooth)
{
  GArray *points = g_array_new (FALSE, FALSE, sizeof (double[2]));
  const gsize pitch = self->mask->width + 1;
  guint way = 0, last = 4;
  DipContour contour;

  while (!(self->walked[(gsize) y * pitch + (gsize) x] & (1 << way)))
    {
      self->walked[(gsize) y * pitch + (gsize) x] |= (guint8) (1 << way);
      if (smooth)
        append (points, x - 0.5 + 0.5 * step_x[way], y - 0.5 + 0.5 * step_y[way]);
      else if (way != last)
        append (points, x - 0.5, y - 0.5);
      last = way;
      x += step_x[way];
      y += step_y[way];
      way = choose_way (self->mask, x, y, way);
    }
  contour.n_points = points->len;
  contour.points = (double (*)[2]) g_array_free (points, FALSE);

  return contour;
}

static int
compare_lengths (gconstpointer a, gconstpointer b)
{
  const DipContour *left = a, *right = b;

  return (left->n_points < right->n_points) - (left->n_points > right->n_points);
}

DipContours *
dip_contours_new (const DipMask *mask, gboolean smooth)
{
  const gsize pitch = mask->width + 1;
  g_autofree guint8 *walked = g_new0 (guint8, pitch * (mask->height + 1));
  GArray *found = g_array_new (FALSE, FALSE, sizeof (DipContour));
  DipContours *self = g_new0 (DipContours, 1);
  Tracer tracer = { mask, walked };

  for (int y = 0; y < (int) mask->height; y++)
    for (int x = 0; x < (int) mask->width; x++)
      if (is_side (mask, x, y, 0) && !(walked[(gsize) y * pitch + (gsize) x] & 1))
        {
          const DipContour contour = trace (&tracer, x, y, smooth);

          g_array_append_val (found, contour);
        }
  g_array_sort (found, compare_lengths);
  self->n_contours = found->len;
  self->contours = (DipContour *) g_array_free (found, FALSE);

  return self;
}

void
dip_contours_free (DipContours *self)
{
  if (self == NULL)
    return;

  for (guint i = 0; i < self->n_contours; i++)
    g_free (self->contours[i].points);
  g_free (self->contours);
  g_free (self);
}

double
dip_contour_get_area (const DipContour *self)
{
  double twice = 0.0;

  for (guint i = 0; i < self->n_points; i++)
    {
      const double *a = self->points[i], *b = self->points[(i + 1) % self->n_points];

      twice += a[0] * b[1] - b[0] * a[1];
    }

  return 0.5 * twice;
}
