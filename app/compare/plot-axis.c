#include "app/compare/plot-axis.h"

#include <math.h>

/* What a logarithmic axis shows at least: a factor of this. */
#define LEAST_FACTOR 4.0

/* Room beside the outermost values. */
#define PAD_FACTOR 1.25
#define PAD_SHARE 0.06

void
dip_plot_axis_span (DipPlotAxis *self, double low, double high)
{
  double middle, room;

  if (self->is_log)
    {
      middle = sqrt (low * high);
      self->low = MIN (low / PAD_FACTOR, middle / sqrt (LEAST_FACTOR));
      self->high = MAX (high * PAD_FACTOR, middle * sqrt (LEAST_FACTOR));
      return;
    }

  room = high > low ? PAD_SHARE * (high - low) : MAX (fabs (high) * PAD_SHARE, PAD_SHARE);
  self->low = low - room;
  self->high = high + room;
}

double
dip_plot_axis_place (const DipPlotAxis *self, double value)
{
  double share;

  if (!self->is_log)
    share = (value - self->low) / (self->high - self->low);
  else if (value > self->low)
    share = log (value / self->low) / log (self->high / self->low);
  else
    share = 0.0;

  return self->from + share * (self->to - self->from);
}

static void
list_log_ticks (const DipPlotAxis *self,
                GArray *ticks,
                const double *steps,
                guint n_steps)
{
  int first = (int) floor (log10 (self->low));
  int last = (int) ceil (log10 (self->high));

  g_array_set_size (ticks, 0);
  for (int power = first; power <= last; power++)
    for (guint i = 0; i < n_steps; i++)
      {
        double value = steps[i] * pow (10.0, power);

        if (value >= self->low && value <= self->high)
          g_array_append_val (ticks, value);
      }
}

static void
list_even_ticks (const DipPlotAxis *self, GArray *ticks, guint n_wanted)
{
  double rough = (self->high - self->low) / n_wanted;
  double power = pow (10.0, floor (log10 (rough)));
  double step = power;

  while (step < rough)
    step = step < 1.5 * power   ? 2.0 * power
           : step < 3.0 * power ? 5.0 * power
                                : 10.0 * power;

  for (double i = ceil (self->low / step); i * step <= self->high; i++)
    {
      double value = i * step;

      g_array_append_val (ticks, value);
    }
}

GArray *
dip_plot_axis_list_ticks (const DipPlotAxis *self, guint n_wanted)
{
  const double fine[] = { 1.0, 2.0, 5.0 };
  GArray *ticks = g_array_new (FALSE, FALSE, sizeof (double));

  if (!self->is_log)
    {
      list_even_ticks (self, ticks, n_wanted);
      return ticks;
    }

  list_log_ticks (self, ticks, fine, G_N_ELEMENTS (fine));
  if (ticks->len > n_wanted)
    list_log_ticks (self, ticks, fine, 1);

  return ticks;
}

char *
dip_plot_axis_format (double value)
{
  return fabs (value) < 1e-12 ? g_strdup ("0") : g_strdup_printf ("%.6g", value);
}
