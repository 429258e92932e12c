#include "app/cli/measure-report.h"

#include "model/pair/brightness.h"
#include "model/storage/json.h"

#include <math.h>
#include <string.h>

void
dip_measure_result_free (gpointer data)
{
  DipMeasureResult *self = data;

  if (self == NULL)
    return;

  json_decref (self->object);
  for (guint i = 0; i < G_N_ELEMENTS (self->nearest); i++)
    g_free (self->nearest[i].pair);
  g_free (self);
}

static json_t *
view_to_json (const DipFoundView *view)
{
  json_t *object = dip_landmarks_to_json (&view->breast->landmarks);

  dip_json_set_string (object, "reason",
                       dip_breast_reason_get_text (view->breast->reason));
  dip_json_set_bool (object, "was_flipped", view->was_flipped);
  dip_json_set_bool (object, "was_inverted", view->breast->is_inverted);

  return object;
}

json_t *
dip_measure_make_json (const DipMeasureFiles *files,
                       const DipMeasured *measured,
                       const DipPairFigures *figures)
{
  json_t *object = json_object (), *views = json_object ();
  json_t *numbers = dip_pair_figures_to_json (figures);

  if (files->pair != NULL)
    dip_json_set_string (object, "pair", files->pair);
  else
    {
      dip_json_set_string (object, "cc_file", files->cc);
      dip_json_set_string (object, "mlo_file", files->mlo);
    }
  dip_json_set_int (object, "width", measured->cc->picture->width);
  dip_json_set_int (object, "height", measured->cc->picture->height);
  dip_json_set_bool (object, "synthetic", measured->source != DIP_DIGITAL_SOURCE_UNKNOWN);
  dip_json_set_double (object, "pixel_spacing_mm",
                       measured->spacing.mm > 0.0 ? measured->spacing.mm : (double) NAN);
  dip_json_set_string (object, "pixel_spacing_from",
                       dip_spacing_origin_get_name (measured->spacing.origin));
  dip_json_set_string (object, "third_channel",
                       measured->third != NULL ? dip_third_get_name (measured->encoding)
                                               : NULL);
  dip_json_set_bool (object, "was_reframed", measured->was_reframed);
  dip_json_set_take (object, "mask",
                     measured->corrected != NULL
                         ? dip_named_mask_describe (measured->corrected)
                         : dip_mask_recipe_to_json (&measured->cc->breast->recipe));
  dip_json_set_string (object, "density_algorithm", DIP_DENSITY_ALGORITHM);
  json_object_update (object, numbers);
  json_decref (numbers);
  dip_json_set_take (views, "cc", view_to_json (measured->cc));
  dip_json_set_take (views, "mlo", view_to_json (measured->mlo));
  dip_json_set_take (object, "views", views);

  return object;
}

static json_t *
band_to_json (const DipMeasureBand *band)
{
  json_t *object;

  if (band->n_shuffles == 0)
    return json_null ();

  object = json_object ();
  dip_json_set_int (object, "n_pairs", band->n_pairs);
  dip_json_set_int (object, "n_shuffles", band->n_shuffles);
  for (guint i = 0; i < DIP_N_SHUFFLED; i++)
    {
      json_t *figure = json_object ();

      dip_json_set_double (figure, "p5", band->bands[i].low);
      dip_json_set_double (figure, "median", band->bands[i].median);
      dip_json_set_double (figure, "p95", band->bands[i].high);
      dip_json_set_take (object, dip_shuffled_get_key ((DipShuffledFigure) i), figure);
    }

  return object;
}

/* Of the two views' look-alikes the nearer one; NULL without --nearest. */
static const DipMeasureLookAlike *
get_nearest (const DipMeasureResult *self)
{
  const DipMeasureLookAlike *cc = &self->nearest[0], *mlo = &self->nearest[1];

  if (cc->pair == NULL)
    return NULL;

  return mlo->likeness.distance < cc->likeness.distance ? mlo : cc;
}

static json_t *
likeness_to_json (const DipLikeness *self)
{
  json_t *object = json_object (), *shift = json_array ();

  json_array_append_new (shift, json_real (self->shift_x));
  json_array_append_new (shift, json_real (self->shift_y));
  dip_json_set_double (object, "distance", self->distance);
  dip_json_set_bool (object, "is_copy", dip_likeness_is_copy (self));
  dip_json_set_bool (object, "mirrored", self->is_mirrored);
  dip_json_set_bool (object, "upside_down", self->is_upside_down);
  dip_json_set_take (object, "shift", shift);

  return object;
}

static json_t *
look_alike_to_json (const DipMeasureLookAlike *self)
{
  json_t *object = likeness_to_json (&self->likeness);

  dip_json_set_string (object, "pair", self->pair);
  dip_json_set_string (object, "view", dip_view_position_get_name (self->view));

  return object;
}

static json_t *
nearest_to_json (const DipMeasureResult *self)
{
  const DipMeasureLookAlike *nearest = get_nearest (self);
  json_t *object = json_object ();

  dip_json_set_string (object, "pair", nearest->pair);
  dip_json_set_double (object, "distance", nearest->likeness.distance);
  dip_json_set_bool (object, "is_copy", dip_likeness_is_copy (&nearest->likeness));
  dip_json_set_take (object, "cc", look_alike_to_json (&self->nearest[0]));
  dip_json_set_take (object, "mlo", look_alike_to_json (&self->nearest[1]));
  dip_json_set_double (object, "cc_histogram_distance",
                       self->nearest[0].histogram_distance);
  dip_json_set_double (object, "mlo_histogram_distance",
                       self->nearest[1].histogram_distance);

  return object;
}

static json_t *
result_to_json (const DipMeasureResult *self, const DipMeasureBand *band)
{
  json_t *object = json_copy (self->object);

  dip_json_set_take (object, "shuffled", band_to_json (band));
  dip_json_set_take (object, "views_alike", likeness_to_json (&self->views));
  if (get_nearest (self) != NULL)
    dip_json_set_take (object, "nearest", nearest_to_json (self));

  return object;
}

json_t *
dip_measure_results_to_json (const GPtrArray *results, const DipMeasureBand *band)
{
  json_t *array;

  if (results->len == 1)
    return result_to_json (g_ptr_array_index (results, 0), band);

  array = json_array ();
  for (guint i = 0; i < results->len; i++)
    json_array_append_new (array, result_to_json (g_ptr_array_index (results, i), band));

  return array;
}

static void
append_field (GString *text, const char *field)
{
  if (strpbrk (field, ",\"\r\n") == NULL)
    {
      g_string_append (text, field);
      return;
    }

  g_string_append_c (text, '"');
  for (const char *p = field; *p != '\0'; p++)
    {
      if (*p == '"')
        g_string_append_c (text, '"');
      g_string_append_c (text, *p);
    }
  g_string_append_c (text, '"');
}

static void
append_number (GString *text, double value)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_c (text, ',');
  if (!isnan (value))
    g_string_append (text, g_ascii_formatd (digits, sizeof digits, "%.9g", value));
}

char *
dip_measure_results_to_csv (const GPtrArray *results)
{
  GString *text = g_string_new ("pair");

  for (guint i = 0; i < dip_figures_get_count (); i++)
    g_string_append_printf (text, ",%s", dip_figure_infos[i].key);
  g_string_append (text, ",nearest,nearest_distance,is_copy\n");
  for (guint k = 0; k < results->len; k++)
    {
      const DipMeasureResult *result = g_ptr_array_index (results, k);
      const DipMeasureLookAlike *nearest = get_nearest (result);

      append_field (text, result->files->pair != NULL ? result->files->pair
                                                      : result->files->cc);
      for (guint i = 0; i < dip_figures_get_count (); i++)
        append_number (text, dip_pair_figures_get (&result->figures, i));
      g_string_append_c (text, ',');
      append_field (text, nearest != NULL ? nearest->pair : "");
      append_number (text, nearest != NULL ? nearest->likeness.distance : (double) NAN);
      g_string_append (text, nearest == NULL                             ? ","
                             : dip_likeness_is_copy (&nearest->likeness) ? ",1"
                                                                         : ",0");
      g_string_append_c (text, '\n');
    }

  return g_string_free (text, FALSE);
}

static const DipBand *
find_band (const DipMeasureBand *band, const char *key)
{
  for (guint i = 0; i < DIP_N_SHUFFLED && band->n_shuffles > 0; i++)
    if (g_str_equal (dip_shuffled_get_key ((DipShuffledFigure) i), key))
      return &band->bands[i];

  return NULL;
}

static void
append_figure (GString *text,
               const DipFigureInfo *info,
               double value,
               const DipMeasureBand *band)
{
  const DipBand *shuffled = find_band (band, info->key);
  g_autofree char *number = dip_figure_info_format (info, value);

  g_string_append_printf (text, "  %-32s", info->title);
  if (info->is_truth && !isnan (value))
    g_string_append (text, value != 0.0 ? "yes" : "no");
  else
    g_string_append (text, number);
  if (shuffled != NULL && shuffled->n > 0)
    g_string_append_printf (text, "   (shuffled: %.4g, %.4g to %.4g)", shuffled->median,
                            shuffled->low, shuffled->high);
  g_string_append_c (text, '\n');
}

static void
append_reasons (GString *text, const DipMeasureResult *self)
{
  static const char *const views[] = { "cc", "mlo" };

  for (guint i = 0; i < G_N_ELEMENTS (views); i++)
    {
      const json_t *view =
          json_object_get (json_object_get (self->object, "views"), views[i]);
      const char *reason = json_string_value (json_object_get (view, "reason"));

      if (reason != NULL)
        g_string_append_printf (text, "  %s: no breast: %s\n", i == 0 ? "CC" : "MLO",
                                reason);
    }
}

/* "yes, mirrored, shifted by 3 % and -2 % (distance 0.120)" */
static void
append_likeness (GString *text, const char *title, const DipLikeness *self)
{
  g_string_append_printf (text, "  %-32s%s", title,
                          dip_likeness_is_copy (self) ? "yes" : "no");
  if (dip_likeness_is_copy (self))
    {
      g_string_append_printf (text, "%s%s", self->is_mirrored ? ", mirrored" : "",
                              self->is_upside_down ? ", upside down" : "");
      if (self->shift_x != 0.0 || self->shift_y != 0.0)
        g_string_append_printf (text, ", shifted by %.0f %% and %.0f %%",
                                100 * self->shift_x, 100 * self->shift_y);
    }
  g_string_append_printf (text, " (distance %.3f)\n", self->distance);
}

static void
append_look_alike (GString *text, const char *title, const DipMeasureLookAlike *self)
{
  if (self->pair == NULL)
    return;

  g_string_append_printf (text, "  %-32s%s, its %s\n", title, self->pair,
                          dip_view_position_get_name (self->view));
  append_likeness (text, "  a copy", &self->likeness);
}

static void
append_spacing (GString *text, const DipMeasureSpacing *self)
{
  g_string_append_printf (text, "  %-32s", "Pixel spacing");
  if (self->mm > 0.0)
    g_string_append_printf (text, "%.4g mm, %s\n", self->mm,
                            dip_spacing_origin_get_text (self->origin));
  else
    g_string_append_printf (text, "–, %s\n", dip_spacing_origin_get_text (self->origin));
}

char *
dip_measure_result_to_text (const DipMeasureResult *self, const DipMeasureBand *band)
{
  GString *text = g_string_new (NULL);

  if (self->files->pair != NULL)
    g_string_append_printf (text, "%s (%u × %u)\n", self->files->pair, self->width,
                            self->height);
  else
    g_string_append_printf (text, "%s, %s (%u × %u)\n", self->files->cc, self->files->mlo,
                            self->width, self->height);
  append_reasons (text, self);
  append_spacing (text, &self->spacing);
  for (guint i = 0; i < dip_figures_get_count (); i++)
    append_figure (text, &dip_figure_infos[i], dip_pair_figures_get (&self->figures, i),
                   band);
  append_likeness (text, "MLO a copy of the CC", &self->views);
  append_look_alike (text, "Nearest look-alike, CC", &self->nearest[0]);
  append_look_alike (text, "Nearest look-alike, MLO", &self->nearest[1]);

  return g_string_free (text, FALSE);
}
