#include "model/sampler/solver-settings.h"

void
dip_solver_settings_note_extras (const DipSolverSettings *self, json_t *object)
{
  if (self->churn_min > 0.0)
    dip_json_set_double (object, "churn_min", self->churn_min);
  if (self->churn_max > 0.0)
    dip_json_set_double (object, "churn_max", self->churn_max);
  if (self->churn_noise > 0.0)
    dip_json_set_double (object, "churn_noise", self->churn_noise);
  if (self->lms_order > 0)
    dip_json_set_int (object, "lms_order", self->lms_order);
}

gboolean
dip_solver_settings_read_extras (DipSolverSettings *self, DipJson *json, GError **error)
{
  gint64 lms_order = self->lms_order;

  if (!dip_json_get_double (json, "churn_min", 0.0, G_MAXDOUBLE, &self->churn_min,
                            error) ||
      !dip_json_get_double (json, "churn_max", 0.0, G_MAXDOUBLE, &self->churn_max,
                            error) ||
      !dip_json_get_double (json, "churn_noise", 0.0, G_MAXDOUBLE, &self->churn_noise,
                            error) ||
      !dip_json_get_int (json, "lms_order", 0, 4, &lms_order, error))
    return FALSE;
  self->lms_order = lms_order;

  return TRUE;
}

gboolean
dip_solver_settings_are_equal (const DipSolverSettings *self,
                               const DipSolverSettings *other)
{
  return self->n_steps == other->n_steps && self->eta == other->eta &&
         self->use_clipped_model_output == other->use_clipped_model_output &&
         self->churn == other->churn && self->churn_min == other->churn_min &&
         self->churn_max == other->churn_max && self->churn_noise == other->churn_noise &&
         self->lms_order == other->lms_order;
}
