#include "app/cli/solver-extras.h"

#include <math.h>

gboolean
dip_solver_extras_check (const DipSolverExtras *self, DipCli *cli, GError **error)
{
  const struct
  {
    const char *option;
    double value;
  } numbers[] = {
    { "--churn-min", self->churn_min },
    { "--churn-max", self->churn_max },
    { "--churn-noise", self->churn_noise },
  };

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    if (!(numbers[i].value >= 0.0 && isfinite (numbers[i].value)))
      return dip_cli_usage_error (cli, error, "%s wants a number from 0, found %g",
                                  numbers[i].option, numbers[i].value);

  return dip_cli_check_range (cli, "--lms-order", self->lms_order, 0, 4, error);
}

void
dip_solver_extras_apply (const DipSolverExtras *self, DipSolverSettings *settings)
{
  settings->churn_min = self->churn_min;
  settings->churn_max = self->churn_max;
  settings->churn_noise = self->churn_noise;
  settings->lms_order = self->lms_order;
}
