#include "app/compare/comparison-private.h"

#include "app/compare/plot.h"

#include <math.h>
#include <string.h>

/* Steps to quality, drawn. */

#define N_PANELS 2

typedef struct
{
  DipPlot plot;
  DipPlotPanel panels[N_PANELS];
  GPtrArray *points; /* of DipPlotPoint arrays */
  GPtrArray *curves; /* of DipPlotCurve arrays, a panel each */
  char *footer;
} PlotDraft;

static void
plot_draft_clear (PlotDraft *self)
{
  g_ptr_array_unref (self->points);
  g_ptr_array_unref (self->curves);
  g_free (self->footer);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PlotDraft, plot_draft_clear)

static DipPlotCurve
make_curve (DipComparison *self, PlotDraft *draft, guint curve, DipCompareMeasure measure)
{
  g_autoptr (GArray) columns = dip_comparison_list_curve (self, curve);
  DipPlotPoint *points = g_new (DipPlotPoint, columns->len);

  for (guint i = 0; i < columns->len; i++)
    {
      guint column = g_array_index (columns, guint, i);
      DipCompareSummary s = dip_comparison_sum_up (self, column, measure);

      points[i] = (DipPlotPoint){ dip_comparison_get_n_evaluations (self, column), s.mean,
                                  s.low, s.high };
      if (points[i].x <= 0.0)
        points[i].x = NAN;
    }
  g_ptr_array_add (draft->points, points);

  return (DipPlotCurve){
    dip_comparison_get_setting (self, g_array_index (columns, guint, 0))->name,
    columns->len, points
  };
}

static void
prepare_plot (DipComparison *self, PlotDraft *draft, const char *footer)
{
  const DipCompareMeasure measures[N_PANELS] = { DIP_COMPARE_RMSE, DIP_COMPARE_SSIM };
  const char *const labels[N_PANELS] = { "RMSE to the reference, 8-bit steps",
                                         "SSIM to the reference" };
  const char *line_feed =
      self->reference_label != NULL ? strchr (self->reference_label, '\n') : NULL;
  const char *reference = line_feed != NULL ? line_feed + 1 : self->reference_label;
  guint n_curves = dip_comparison_get_n_curves (self);

  draft->points = g_ptr_array_new_with_free_func (g_free);
  draft->curves = g_ptr_array_new_with_free_func (g_free);
  draft->footer = g_strdup_printf ("Lines: mean over %u seed%s; shaded: from the least "
                                   "to the most of them. Reference: "
                                   "%s.\n%s",
                                   self->seeds->len, self->seeds->len == 1 ? "" : "s",
                                   reference, footer);

  for (guint i = 0; i < N_PANELS; i++)
    {
      DipPlotCurve *curves = g_new (DipPlotCurve, n_curves);

      for (guint c = 0; c < n_curves; c++)
        curves[c] = make_curve (self, draft, c, measures[i]);
      g_ptr_array_add (draft->curves, curves);
      draft->panels[i] = (DipPlotPanel){ labels[i], i == 0, curves };
    }

  draft->plot = (DipPlot){ .title = "Steps to quality",
                           .x_label = "evaluations of the network",
                           .n_panels = N_PANELS,
                           .n_curves = n_curves,
                           .panels = draft->panels,
                           .footer = draft->footer };
}

DipCanvas *
dip_comparison_draw_curves (DipComparison *self, const char *footer)
{
  g_auto (PlotDraft) draft = { { 0 } };

  g_return_val_if_fail (self != NULL, NULL);

  prepare_plot (self, &draft, footer);

  return dip_plot_draw (&draft.plot);
}

GBytes *
dip_comparison_make_curves_svg (DipComparison *self, const char *footer)
{
  g_auto (PlotDraft) draft = { { 0 } };

  g_return_val_if_fail (self != NULL, NULL);

  prepare_plot (self, &draft, footer);

  return dip_plot_to_svg (&draft.plot);
}
