#include <glib/gi18n.h>
#include <math.h>

#include "app/view/measures.h"

static char *
describe_length (double length, double spacing_mm)
{
  return spacing_mm > 0.0
             ? g_strdup_printf (_ ("%.1f px, %.1f mm"), length, length * spacing_mm)
             : g_strdup_printf (_ ("%.1f px"), length);
}

static char *
describe_area (double area, double spacing_mm)
{
  return spacing_mm > 0.0 ? g_strdup_printf (_ ("%.0f px², %.1f mm²"), area,
                                             area * spacing_mm * spacing_mm)
                          : g_strdup_printf (_ ("%.0f px²"), area);
}

char *
dip_measure_describe (const DipMeasure *measure,
                      const DipPicture *picture,
                      double spacing_mm)
{
  g_autofree char *size = NULL;
  DipMeasureFigures figures;

  dip_measure_compute (measure, picture, &figures);
  if (measure->kind == DIP_MEASURE_ANGLE)
    return isnan (figures.degrees) ? g_strdup ("–")
                                   : g_strdup_printf (_ ("%.1f°"), figures.degrees);
  if (isnan (figures.length))
    return g_strdup ("–");

  size = measure->kind == DIP_MEASURE_AREA ? describe_area (figures.area, spacing_mm)
                                           : describe_length (figures.length, spacing_mm);
  if (isnan (figures.mean))
    return g_steal_pointer (&size);

  return g_strdup_printf (_ ("%s\nmean %.3f ± %.3f"), size, figures.mean, figures.spread);
}

char *
dip_measures_get_title (DipMeasures *self, guint index)
{
  static const char *const kinds[DIP_N_MEASURE_KINDS] = { N_ ("Distance"), N_ ("Angle"),
                                                          N_ ("Area"), N_ ("Profile") };
  static const char *const views[] = { N_ ("CC"), N_ ("MLO"), N_ ("third channel") };
  const DipMeasure *measure = dip_measures_get (self, index);

  return g_strdup_printf ("%s, %s", _ (kinds[measure->kind]),
                          _ (views[MIN (measure->channel, 2)]));
}

char *
dip_measures_to_text (DipMeasures *self)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < dip_measures_get_count (self); i++)
    {
      g_autofree char *title = dip_measures_get_title (self, i);
      g_autofree char *figures = dip_measures_describe (self, i);

      g_strdelimit (figures, "\n", ' ');
      g_string_append_printf (text, "%s\t%s\n", title, figures);
    }

  return g_string_free (text, FALSE);
}

/* In the C locale; nothing where there is none. */
static void
append_number (GString *text, json_t *object, const char *key)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];
  json_t *value = json_object_get (object, key);

  g_string_append_c (text, ',');
  if (value != NULL)
    g_string_append (
        text, g_ascii_formatd (digits, sizeof digits, "%.9g", json_number_value (value)));
}

static void
append_points (GString *text, json_t *points)
{
  char x[G_ASCII_DTOSTR_BUF_SIZE], y[G_ASCII_DTOSTR_BUF_SIZE];
  json_t *point;
  gsize i;

  g_string_append_c (text, ',');
  json_array_foreach (points, i, point) g_string_append_printf (
      text, "%s%s %s", i > 0 ? ";" : "",
      g_ascii_formatd (x, sizeof x, "%.9g",
                       json_number_value (json_array_get (point, 0))),
      g_ascii_formatd (y, sizeof y, "%.9g",
                       json_number_value (json_array_get (point, 1))));
}

char *
dip_measures_to_csv (DipMeasures *self)
{
  static const char *const keys[] = { "length_px", "length_mm", "angle_deg",
                                      "area_px2",  "area_mm2",  "mean",
                                      "spread",    "lowest",    "highest" };
  GString *text = g_string_new ("kind,view");
  json_t *array = dip_measures_to_json (self), *object;
  gsize i;

  for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
    g_string_append_printf (text, ",%s", keys[k]);
  g_string_append (text, ",points\n");
  json_array_foreach (array, i, object)
  {
    g_string_append_printf (text, "%s,%s",
                            json_string_value (json_object_get (object, "kind")),
                            json_string_value (json_object_get (object, "view")));
    for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
      append_number (text, object, keys[k]);
    append_points (text, json_object_get (object, "points"));
    g_string_append_c (text, '\n');
  }
  json_decref (array);

  return g_string_free (text, FALSE);
}
