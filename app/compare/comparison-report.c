#include "app/compare/comparison-private.h"

#include "model/storage/json.h"

#include <math.h>

/* What a comparison says in numbers. */

static const char *const measure_keys[DIP_COMPARE_N_MEASURES] = {
  [DIP_COMPARE_RMSE] = "rmse",
  [DIP_COMPARE_SSIM] = "ssim",
  [DIP_COMPARE_THIRD_RESIDUAL] = "third_residual",
  [DIP_COMPARE_SECONDS] = "seconds",
};

static double
get_measure (const DipCompareResult *result, DipCompareMeasure measure)
{
  if (result->pair == NULL)
    return NAN;

  switch (measure)
    {
    case DIP_COMPARE_RMSE:
      return result->distance.rmse;

    case DIP_COMPARE_SSIM:
      return result->distance.ssim;

    case DIP_COMPARE_THIRD_RESIDUAL:
      return result->figures.third_residual;

    case DIP_COMPARE_SECONDS:
      return result->seconds;

    case DIP_COMPARE_N_MEASURES:
      break;
    }

  g_assert_not_reached ();
}

DipCompareSummary
dip_comparison_sum_up (DipComparison *self, guint column, DipCompareMeasure measure)
{
  DipCompareSummary summary = { 0, NAN, NAN, NAN };
  double sum = 0.0;

  for (guint row = 0; row < self->seeds->len; row++)
    {
      double value = get_measure (dip_comparison_get_result (self, row, column), measure);

      if (isnan (value))
        continue;
      summary.low = summary.n > 0 ? MIN (summary.low, value) : value;
      summary.high = summary.n > 0 ? MAX (summary.high, value) : value;
      summary.n++;
      sum += value;
    }
  if (summary.n > 0)
    summary.mean = sum / summary.n;

  return summary;
}

guint
dip_comparison_get_n_evaluations (DipComparison *self, guint column)
{
  guint n = 0;

  for (guint row = 0; row < self->seeds->len && n == 0; row++)
    n = dip_comparison_get_result (self, row, column)->n_evaluations;

  return n;
}

guint
dip_comparison_get_n_curves (DipComparison *self)
{
  guint n = 0;

  g_return_val_if_fail (self != NULL, 0);

  for (guint i = 0; i < self->settings->len; i++)
    n = MAX (n, dip_comparison_get_setting (self, i)->curve + 1);

  return n;
}

static gint
compare_columns_cb (gconstpointer a, gconstpointer b, gpointer user_data)
{
  guint first = dip_comparison_get_n_evaluations (user_data, *(const guint *) a);
  guint second = dip_comparison_get_n_evaluations (user_data, *(const guint *) b);

  return (first > second) - (first < second);
}

GArray *
dip_comparison_list_curve (DipComparison *self, guint curve)
{
  GArray *columns = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < self->settings->len; i++)
    if (dip_comparison_get_setting (self, i)->curve == curve)
      g_array_append_val (columns, i);
  g_array_sort_with_data (columns, compare_columns_cb, self);

  return columns;
}

char *
dip_comparison_describe_column (DipComparison *self, guint column)
{
  const DipCompareSetting *setting = dip_comparison_get_setting (self, column);
  DipCompareSummary rmse = dip_comparison_sum_up (self, column, DIP_COMPARE_RMSE);
  DipCompareSummary ssim = dip_comparison_sum_up (self, column, DIP_COMPARE_SSIM);
  DipCompareSummary residual =
      dip_comparison_sum_up (self, column, DIP_COMPARE_THIRD_RESIDUAL);
  DipCompareSummary seconds = dip_comparison_sum_up (self, column, DIP_COMPARE_SECONDS);
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "%s, %u steps:", setting->name, setting->solver.n_steps);
  if (rmse.n > 0)
    g_string_append_printf (text, " RMSE %.2f (%.2f to %.2f),", rmse.mean, rmse.low,
                            rmse.high);
  if (ssim.n > 0)
    g_string_append_printf (text, " SSIM %.3f,", ssim.mean);
  if (residual.n > 0)
    g_string_append_printf (text, " R %.4f,", residual.mean);
  g_string_append_printf (text, " %.3g s a pair", seconds.mean);

  return g_string_free (text, FALSE);
}

/* JSON ------------------------------------------------------------------------ */

static json_t *
summary_to_json (DipCompareSummary summary)
{
  json_t *object = json_object ();

  dip_json_set_double (object, "mean", summary.mean);
  dip_json_set_double (object, "min", summary.low);
  dip_json_set_double (object, "max", summary.high);

  return object;
}

static void
add_summaries (DipComparison *self, guint column, json_t *object)
{
  dip_json_set_int (object, "evaluations",
                    dip_comparison_get_n_evaluations (self, column));
  for (guint i = 0; i < DIP_COMPARE_N_MEASURES; i++)
    dip_json_set_take (object, measure_keys[i],
                       summary_to_json (dip_comparison_sum_up (self, column, i)));
}

static json_t *
cell_to_json (DipComparison *self, guint row, guint column)
{
  const DipCompareResult *result = dip_comparison_get_result (self, row, column);
  json_t *object = json_object ();

  dip_json_set_int (object, "seed", g_array_index (self->seeds, guint64, row));
  dip_json_set_int (object, "setting", column);
  dip_json_set_bool (object, "is_made", result->pair != NULL);
  if (result->files != NULL)
    json_object_set (object, "files", result->files);
  for (guint i = 0; i < DIP_COMPARE_N_MEASURES; i++)
    dip_json_set_double (object, measure_keys[i], get_measure (result, i));
  if (result->pair != NULL)
    dip_json_set_take (object, "figures", dip_pair_figures_to_json (&result->figures));

  return object;
}

static json_t *
curve_to_json (DipComparison *self, guint curve)
{
  g_autoptr (GArray) columns = dip_comparison_list_curve (self, curve);
  json_t *object = json_object ();
  json_t *points = json_array ();

  for (guint i = 0; i < columns->len; i++)
    {
      guint column = g_array_index (columns, guint, i);
      const DipCompareSetting *setting = dip_comparison_get_setting (self, column);
      json_t *point = json_object ();

      if (i == 0)
        dip_json_set_string (object, "name", setting->name);
      dip_json_set_int (point, "setting", column);
      dip_json_set_int (point, "steps", setting->solver.n_steps);
      add_summaries (self, column, point);
      json_array_append_new (points, point);
    }
  dip_json_set_take (object, "points", points);

  return object;
}

void
dip_comparison_add_to_json (DipComparison *self, json_t *object)
{
  json_t *seeds = json_array ();
  json_t *cells = json_array ();
  json_t *curves = json_array ();

  g_return_if_fail (self != NULL && object != NULL);

  for (guint row = 0; row < self->seeds->len; row++)
    json_array_append_new (seeds,
                           json_integer (g_array_index (self->seeds, guint64, row)));
  for (guint row = 0; row < self->seeds->len; row++)
    for (guint column = 0; column < self->settings->len; column++)
      json_array_append_new (cells, cell_to_json (self, row, column));
  for (guint i = 0; i < dip_comparison_get_n_curves (self); i++)
    json_array_append_new (curves, curve_to_json (self, i));

  dip_json_set_take (object, "seeds", seeds);
  dip_json_set_take (object, "cells", cells);
  dip_json_set_take (object, "curves", curves);
}

/* CSV ------------------------------------------------------------------------- */

static void
append_number (GString *text, double value)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_c (text, ',');
  if (!isnan (value))
    g_string_append (text, g_ascii_formatd (buffer, sizeof buffer, "%.9g", value));
}

char *
dip_comparison_make_curves_csv (DipComparison *self)
{
  const DipCompareMeasure measures[] = { DIP_COMPARE_RMSE, DIP_COMPARE_SSIM,
                                         DIP_COMPARE_THIRD_RESIDUAL };
  GString *text = g_string_new ("curve,steps,evaluations,seeds");

  g_return_val_if_fail (self != NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (measures); i++)
    g_string_append_printf (text, ",%s_mean,%s_min,%s_max", measure_keys[measures[i]],
                            measure_keys[measures[i]], measure_keys[measures[i]]);
  g_string_append_c (text, '\n');

  for (guint curve = 0; curve < dip_comparison_get_n_curves (self); curve++)
    {
      g_autoptr (GArray) columns = dip_comparison_list_curve (self, curve);

      for (guint i = 0; i < columns->len; i++)
        {
          guint column = g_array_index (columns, guint, i);
          const DipCompareSetting *setting = dip_comparison_get_setting (self, column);
          g_auto (GStrv) quotes = g_strsplit (setting->name, "\"", -1);
          g_autofree char *name = g_strjoinv ("\"\"", quotes);

          g_string_append_printf (text, "\"%s\",%u,%u,%u", name, setting->solver.n_steps,
                                  dip_comparison_get_n_evaluations (self, column),
                                  self->seeds->len);
          for (guint k = 0; k < G_N_ELEMENTS (measures); k++)
            {
              DipCompareSummary s = dip_comparison_sum_up (self, column, measures[k]);

              append_number (text, s.mean);
              append_number (text, s.low);
              append_number (text, s.high);
            }
          g_string_append_c (text, '\n');
        }
    }

  return g_string_free (text, FALSE);
}
