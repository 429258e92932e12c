#include "model/phantom/phantom.h"

#include "model/storage/json.h"

#include <math.h>

/* Thousandths of a pixel, hundred-thousandths of the rest: the last bits of the C
 * library's atan are not for the file. */
static double
rounded (double value, double steps)
{
  return floor (value * steps + 0.5) / steps;
}

static void
set_rounded (json_t *object, const char *key, double value)
{
  dip_json_set_double (object, key, rounded (value, 1e5));
}

static json_t *
make_numbers (double a, double b, double steps)
{
  json_t *numbers = json_array ();

  json_array_append_new (numbers, json_real (rounded (a, steps)));
  json_array_append_new (numbers, json_real (rounded (b, steps)));

  return numbers;
}

static json_t *
make_point (DipPoint2 point)
{
  return make_numbers ((double) point.x, (double) point.y, 1e3);
}

static json_t *
make_runs (const DipMask *mask)
{
  json_t *runs = json_array ();
  const gsize n = (gsize) mask->width * mask->height;
  guint8 inside = 0;
  gsize start = 0;

  for (gsize i = 0; i <= n; i++)
    if (i == n || mask->values[i] != inside)
      {
        json_array_append_new (runs, json_integer ((json_int_t) (i - start)));
        inside = !inside;
        start = i;
      }

  return runs;
}

static json_t *
make_view (const DipPhantom *self, DipProjection projection)
{
  const DipMask *mask = dip_phantom_get_mask (self, projection);
  json_t *view = json_object ();

  dip_json_set_take (view, "nipple",
                     make_point (dip_phantom_get_nipple (self, projection)));
  dip_json_set_int (view, "area", (gint64) dip_mask_count (mask));
  dip_json_set_take (view, "mask", make_runs (mask));

  return view;
}

static json_t *
make_pectoral (const DipPhantom *self)
{
  const DipMask *mask = dip_phantom_get_pectoral_mask (self);
  json_t *pectoral = json_object (), *ends = json_array ();
  DipPectoralLine line;

  dip_phantom_get_pectoral_line (self, &line);
  json_array_append_new (ends, make_point (line.top));
  json_array_append_new (ends, make_point (line.bottom));
  dip_json_set_take (pectoral, "line", ends);
  dip_json_set_take (pectoral, "normal",
                     make_numbers (line.normal_x, line.normal_y, 1e5));
  dip_json_set_double (pectoral, "distance", rounded (line.distance, 1e3));
  dip_json_set_double (pectoral, "angle", rounded (line.angle, 1e3));
  dip_json_set_int (pectoral, "area", (gint64) dip_mask_count (mask));
  dip_json_set_take (pectoral, "mask", make_runs (mask));

  return pectoral;
}

static json_t *
make_sight (const DipLesion *lesion, DipProjection projection)
{
  static const char *const places[] = {
    [DIP_LESION_IN_BREAST] = "breast",
    [DIP_LESION_IN_PECTORAL] = "pectoral",
    [DIP_LESION_OUTSIDE] = "outside",
  };
  json_t *sight = json_object ();

  dip_json_set_take (sight, "at", make_point (lesion->at[projection]));
  dip_json_set_string (sight, "place", places[lesion->place[projection]]);

  return sight;
}

static json_t *
make_lesions (const DipPhantom *self)
{
  DipLesion lesions[DIP_PHANTOM_MAX_LESIONS];
  const guint n = dip_phantom_get_lesions (self, lesions);
  json_t *array = json_array ();

  for (guint i = 0; i < n; i++)
    {
      const gboolean is_mass = lesions[i].kind == DIP_LESION_MASS;
      json_t *lesion = json_object ();

      dip_json_set_string (lesion, "kind", is_mass ? "mass" : "calcifications");
      dip_json_set_double (lesion, "radius", rounded ((double) lesions[i].radius, 1e3));
      if (!is_mass)
        dip_json_set_int (lesion, "count",
                          dip_phantom_get_anatomy (self)->n_calcifications);
      dip_json_set_take (lesion, "cc", make_sight (&lesions[i], DIP_PROJECTION_CC));
      dip_json_set_take (lesion, "mlo", make_sight (&lesions[i], DIP_PROJECTION_MLO));
      json_array_append_new (array, lesion);
    }

  return array;
}

static json_t *
make_shape (const DipAnatomy *a)
{
  const struct
  {
    const char *key;
    float value;
  } numbers[] = {
    { "length", a->length },
    { "width", a->width },
    { "height", a->height },
    { "tail", a->tail },
    { "section_power", a->section_power },
    { "depth_power", a->depth_power },
    { "droop", a->droop },
    { "nipple_offset", a->nipple_offset },
    { "nipple_radius", a->nipple_radius },
    { "gland_offset_y", a->gland_offset_y },
    { "gland_offset_z", a->gland_offset_z },
    { "subcutaneous", a->subcutaneous },
    { "duct_contrast", a->duct_contrast },
    { "mlo_shift", a->mlo_shift },
    { "mlo_top", a->mlo_top },
    { "pectoral_width", a->pectoral_width },
    { "pectoral_height", a->pectoral_height },
    { "pectoral_bow", a->pectoral_bow },
    { "pectoral_opacity", a->pectoral_opacity },
  };
  json_t *shape = json_object ();

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    set_rounded (shape, numbers[i].key, (double) numbers[i].value);

  return shape;
}

json_t *
dip_phantom_truth_to_json (const DipPhantom *self)
{
  const DipAnatomy *a = dip_phantom_get_anatomy (self);
  const guint size = dip_phantom_get_frame (self)->size;
  json_t *truth = json_object ();

  dip_json_set_int (truth, "seed", (gint64) a->seed);
  dip_json_set_int (truth, "size", size);
  set_rounded (truth, "nominal_pixel_mm", 2.0 * DIP_PHANTOM_UNIT_MM / size);
  set_rounded (truth, "density", (double) a->density);
  set_rounded (truth, "glandular_fraction", dip_phantom_get_glandular_fraction (self));
  set_rounded (truth, "thickness_mm", (double) a->thickness * DIP_PHANTOM_UNIT_MM);
  dip_json_set_take (truth, "cc", make_view (self, DIP_PROJECTION_CC));
  dip_json_set_take (truth, "mlo", make_view (self, DIP_PROJECTION_MLO));
  dip_json_set_take (truth, "pectoral", make_pectoral (self));
  dip_json_set_take (truth, "lesions", make_lesions (self));
  dip_json_set_take (truth, "shape", make_shape (a));

  return truth;
}
