#include "model/pair/measure.h"

#include "model/storage/json.h"

#include <math.h>

DipMeasure *
dip_measure_new (DipMeasureKind kind, guint channel)
{
  DipMeasure *self = g_new0 (DipMeasure, 1);

  self->kind = kind;
  self->channel = channel;
  self->points = g_array_new (FALSE, FALSE, sizeof (DipPoint));

  return self;
}

DipMeasure *
dip_measure_copy (const DipMeasure *self)
{
  DipMeasure *copy = dip_measure_new (self->kind, self->channel);

  copy->width = self->width;
  copy->height = self->height;
  g_array_append_vals (copy->points, self->points->data, self->points->len);

  return copy;
}

void
dip_measure_free (DipMeasure *self)
{
  if (self == NULL)
    return;

  g_array_unref (self->points);
  g_free (self);
}

DipPoint
dip_measure_get_point (const DipMeasure *self, guint index)
{
  g_return_val_if_fail (index < self->points->len, ((DipPoint){ 0.0, 0.0 }));

  return g_array_index (self->points, DipPoint, index);
}

void
dip_measure_add_point (DipMeasure *self, DipPoint at)
{
  g_array_append_val (self->points, at);
}

void
dip_measure_set_point (DipMeasure *self, guint index, DipPoint at)
{
  g_return_if_fail (index < self->points->len);

  g_array_index (self->points, DipPoint, index) = at;
}

const char *
dip_measure_kind_get_name (DipMeasureKind kind)
{
  static const char *const names[DIP_N_MEASURE_KINDS] = { "distance", "angle", "area",
                                                          "profile" };

  return names[kind];
}

guint
dip_measure_kind_get_n_points (DipMeasureKind kind)
{
  return kind == DIP_MEASURE_DISTANCE || kind == DIP_MEASURE_PROFILE ? 2 : 3;
}

const char *
dip_measure_get_view_name (const DipMeasure *self)
{
  static const char *const names[] = { "CC", "MLO", "third" };

  return names[MIN (self->channel, 2)];
}

static double
get_length (const DipMeasure *self)
{
  const guint n = self->points->len;
  const gboolean is_closed = self->kind == DIP_MEASURE_AREA;
  double length = 0.0;

  for (guint i = 0; i + (is_closed ? 0 : 1) < n; i++)
    length += dip_point_distance (dip_measure_get_point (self, i),
                                  dip_measure_get_point (self, (i + 1) % n));

  return length;
}

static double
get_degrees (const DipMeasure *self)
{
  const DipPoint a = dip_measure_get_point (self, 0), v = dip_measure_get_point (self, 1);
  const DipPoint b = dip_measure_get_point (self, 2);
  const double ax = a.x - v.x, ay = a.y - v.y, bx = b.x - v.x, by = b.y - v.y;

  if (!(hypot (ax, ay) > 0.0) || !(hypot (bx, by) > 0.0))
    return NAN;

  return fabs (atan2 (ax * by - ay * bx, ax * bx + ay * by)) * 180.0 / G_PI;
}

static double
get_area (const DipMeasure *self)
{
  const guint n = self->points->len;
  double twice = 0.0;

  for (guint i = 0; i < n; i++)
    {
      const DipPoint a = dip_measure_get_point (self, i);
      const DipPoint b = dip_measure_get_point (self, (i + 1) % n);

      twice += a.x * b.y - b.x * a.y;
    }

  return fabs (twice) / 2.0;
}

/* Running sums of values. */
typedef struct
{
  double n, sum, squares, lowest, highest;
} Tally;

static void
tally_add (Tally *self, double value)
{
  self->lowest = self->n > 0.0 ? MIN (self->lowest, value) : value;
  self->highest = self->n > 0.0 ? MAX (self->highest, value) : value;
  self->n += 1.0;
  self->sum += value;
  self->squares += value * value;
}

static gboolean
is_inside (const DipMeasure *self, double x, double y)
{
  const guint n = self->points->len;
  gboolean inside = FALSE;

  for (guint i = 0, j = n - 1; i < n; j = i++)
    {
      const DipPoint a = dip_measure_get_point (self, i);
      const DipPoint b = dip_measure_get_point (self, j);

      if ((a.y > y) != (b.y > y) && x < (b.x - a.x) * (y - a.y) / (b.y - a.y) + a.x)
        inside = !inside;
    }

  return inside;
}

static void
tally_area (const DipMeasure *self, const DipPicture *picture, Tally *tally)
{
  double left = G_MAXDOUBLE, top = G_MAXDOUBLE, right = -1.0, bottom = -1.0;

  for (guint i = 0; i < self->points->len; i++)
    {
      const DipPoint at = dip_measure_get_point (self, i);

      left = MIN (left, at.x);
      right = MAX (right, at.x);
      top = MIN (top, at.y);
      bottom = MAX (bottom, at.y);
    }
  left = MAX (ceil (left), 0.0);
  top = MAX (ceil (top), 0.0);
  right = MIN (right, picture->width - 1.0);
  bottom = MIN (bottom, picture->height - 1.0);
  for (double y = top; y <= bottom; y++)
    for (double x = left; x <= right; x++)
      if (is_inside (self, x, y))
        tally_add (tally,
                   (double) picture->values[(gsize) y * picture->width + (gsize) x]);
}

static double
value_at (const DipPicture *picture, double x, double y)
{
  const double px = CLAMP (x, 0.0, picture->width - 1.0);
  const double py = CLAMP (y, 0.0, picture->height - 1.0);
  const guint i = MIN ((guint) px, MAX (picture->width, 2) - 2);
  const guint j = MIN ((guint) py, MAX (picture->height, 2) - 2);
  const guint i1 = MIN (i + 1, picture->width - 1), j1 = MIN (j + 1, picture->height - 1);
  const double u = px - i, v = py - j;
  const float *upper = picture->values + (gsize) j * picture->width;
  const float *lower = picture->values + (gsize) j1 * picture->width;

  return (1.0 - v) * ((1.0 - u) * (double) upper[i] + u * (double) upper[i1]) +
         v * ((1.0 - u) * (double) lower[i] + u * (double) lower[i1]);
}

double *
dip_measure_sample (const DipMeasure *self, const DipPicture *picture, guint *n_samples)
{
  const DipPoint a = dip_measure_get_point (self, 0), b = dip_measure_get_point (self, 1);
  const guint n_steps = (guint) ceil (dip_point_distance (a, b));
  double *values = g_new (double, n_steps + 1);

  for (guint i = 0; i <= n_steps; i++)
    {
      const double share = n_steps > 0 ? (double) i / n_steps : 0.0;

      values[i] =
          value_at (picture, a.x + share * (b.x - a.x), a.y + share * (b.y - a.y));
    }
  *n_samples = n_steps + 1;

  return values;
}

static void
tally_profile (const DipMeasure *self, const DipPicture *picture, Tally *tally)
{
  guint n;
  g_autofree double *values = dip_measure_sample (self, picture, &n);

  for (guint i = 0; i < n; i++)
    tally_add (tally, values[i]);
}

void
dip_measure_compute (const DipMeasure *self,
                     const DipPicture *picture,
                     DipMeasureFigures *figures)
{
  const gboolean has_values =
      self->kind == DIP_MEASURE_AREA || self->kind == DIP_MEASURE_PROFILE;
  Tally tally = { 0 };

  *figures = (DipMeasureFigures){ NAN, NAN, NAN, NAN, NAN, NAN, NAN };
  if (self->points->len < dip_measure_kind_get_n_points (self->kind))
    return;

  if (self->kind == DIP_MEASURE_ANGLE)
    figures->degrees = get_degrees (self);
  else
    figures->length = get_length (self);
  if (self->kind == DIP_MEASURE_AREA)
    figures->area = get_area (self);
  if (picture != NULL && self->kind == DIP_MEASURE_AREA)
    tally_area (self, picture, &tally);
  else if (picture != NULL && has_values)
    tally_profile (self, picture, &tally);
  if (tally.n == 0.0)
    return;

  figures->mean = tally.sum / tally.n;
  figures->spread =
      sqrt (MAX (tally.squares / tally.n - figures->mean * figures->mean, 0.0));
  figures->lowest = tally.lowest;
  figures->highest = tally.highest;
}

static void
set_figure (json_t *object, const char *key, double value)
{
  if (!isnan (value))
    dip_json_set_double (object, key, value);
}

json_t *
dip_measure_to_json (const DipMeasure *self, const DipPicture *picture, double spacing_mm)
{
  json_t *object = json_object (), *points = json_array ();
  DipMeasureFigures figures;

  dip_measure_compute (self, picture, &figures);
  dip_json_set_string (object, "kind", dip_measure_kind_get_name (self->kind));
  dip_json_set_string (object, "view", dip_measure_get_view_name (self));
  for (guint i = 0; i < self->points->len; i++)
    {
      const DipPoint at = dip_measure_get_point (self, i);
      json_t *numbers = json_array ();

      json_array_append_new (numbers, json_real (floor (at.x * 1e3 + 0.5) / 1e3));
      json_array_append_new (numbers, json_real (floor (at.y * 1e3 + 0.5) / 1e3));
      json_array_append_new (points, numbers);
    }
  dip_json_set_take (object, "points", points);
  set_figure (object, "length_px", figures.length);
  if (spacing_mm > 0.0)
    set_figure (object, "length_mm", figures.length * spacing_mm);
  set_figure (object, "angle_deg", figures.degrees);
  set_figure (object, "area_px2", figures.area);
  if (spacing_mm > 0.0)
    set_figure (object, "area_mm2", figures.area * spacing_mm * spacing_mm);
  set_figure (object, "mean", figures.mean);
  set_figure (object, "spread", figures.spread);
  set_figure (object, "lowest", figures.lowest);
  set_figure (object, "highest", figures.highest);

  return object;
}
