#include "model/sampler/scheduler-keys.h"

#include "model/storage/error.h"

/* Which values of keys go together, as the constructors of diffusers' classes see it. */

/* Names of another class's ways become the class's own. */
static void
settle_names (DipSchedulerConfig *self)
{
  if (self->kind == DIP_SCHEDULER_DEIS)
    {
      if (self->algorithm_type == DIP_ALGORITHM_DPM ||
          self->algorithm_type == DIP_ALGORITHM_DPM_PP)
        self->algorithm_type = DIP_ALGORITHM_DEIS;
      self->solver_type = DIP_SOLVER_TYPE_LOGRHO;
      return;
    }

  if (self->algorithm_type == DIP_ALGORITHM_DEIS)
    self->algorithm_type = DIP_ALGORITHM_DPM_PP;

  if (self->kind == DIP_SCHEDULER_UNIPC)
    {
      if (self->solver_type != DIP_SOLVER_TYPE_BH1)
        self->solver_type = DIP_SOLVER_TYPE_BH2;
    }
  else if (self->solver_type != DIP_SOLVER_TYPE_HEUN)
    self->solver_type = DIP_SOLVER_TYPE_MIDPOINT;
}

/* What diffusers looks at before it settles names. */
static gboolean
check_names (DipSchedulerConfig *self, DipJson *json, GError **error)
{
  gboolean is_dpm = self->kind == DIP_SCHEDULER_DPM_MULTISTEP ||
                    self->kind == DIP_SCHEDULER_DPM_SINGLESTEP;

  return !is_dpm || self->algorithm_type != DIP_ALGORITHM_DEIS ||
         self->final_sigmas_type != DIP_FINAL_SIGMA_ZERO ||
         dip_json_fail (json, "final_sigmas_type",
                        "\"sigma_min\" for an algorithm_type of \"deis\"", error);
}

/* Whether the solver can take a step to sigma 0, which is endless in log (sigma). */
static gboolean
check_last_step (DipSchedulerConfig *self, DipJson *json, GError **error)
{
  gboolean is_dpm = self->kind == DIP_SCHEDULER_DPM_MULTISTEP ||
                    self->kind == DIP_SCHEDULER_DPM_SINGLESTEP;
  gboolean is_unipc = self->kind == DIP_SCHEDULER_UNIPC;
  gboolean predicts_noise = (is_unipc && !self->predict_x0) ||
                            (is_dpm && (self->algorithm_type == DIP_ALGORITHM_DPM ||
                                        self->algorithm_type == DIP_ALGORITHM_SDE_DPM));

  if (self->final_sigmas_type != DIP_FINAL_SIGMA_ZERO)
    return TRUE;

  if (predicts_noise)
    return dip_json_fail (json, "final_sigmas_type",
                          "\"sigma_min\" for a solver over the predicted noise", error);

  if (is_unipc && self->solver_type == DIP_SOLVER_TYPE_BH1)
    return dip_json_fail (json, "final_sigmas_type", "\"sigma_min\" for \"bh1\"", error);

  if (is_unipc && self->solver_order > 1 && !self->lower_order_final)
    return dip_json_fail (json, "final_sigmas_type",
                          "\"sigma_min\" without lower_order_final", error);

  return TRUE;
}

/* What only one class wants. */
static gboolean
check_class (DipSchedulerConfig *self, DipJson *json, GError **error)
{
  g_autofree char *wanted = NULL;

  if (self->kind == DIP_SCHEDULER_DPM_SINGLESTEP &&
      self->algorithm_type == DIP_ALGORITHM_SDE_DPM)
    return dip_json_fail (json, "algorithm_type",
                          "\"dpmsolver\", \"dpmsolver++\" or \"sde-dpmsolver++\"", error);

  if (self->kind == DIP_SCHEDULER_DPM_SINGLESTEP && self->thresholding &&
      self->algorithm_type == DIP_ALGORITHM_DPM)
    return dip_json_fail (json, "thresholding", "false for \"dpmsolver\"", error);

  if (self->kind == DIP_SCHEDULER_DDIM_INVERSE &&
      self->timestep_spacing == DIP_SPACING_LINSPACE)
    return dip_json_fail (json, "timestep_spacing", "\"leading\" or \"trailing\"", error);

  if (self->kind == DIP_SCHEDULER_LCM &&
      self->original_inference_steps > self->num_train_timesteps)
    {
      wanted = g_strdup_printf ("at most 'num_train_timesteps' (%d)",
                                self->num_train_timesteps);
      return dip_json_fail (json, "original_inference_steps", wanted, error);
    }

  return TRUE;
}

/* Keys whose values cannot go together. */
static gboolean
check_together (DipSchedulerConfig *self, DipJson *json, GError **error)
{
  g_autofree char *wanted = NULL;

  if (self->steps_offset >= self->num_train_timesteps)
    {
      wanted =
          g_strdup_printf ("below 'num_train_timesteps' (%d)", self->num_train_timesteps);
      return dip_json_fail (json, "steps_offset", wanted, error);
    }

  if (self->use_karras_sigmas + self->use_exponential_sigmas + self->use_beta_sigmas +
          self->use_lu_lambdas >
      1)
    return dip_json_fail (json,
                          self->use_lu_lambdas    ? "use_lu_lambdas"
                          : self->use_beta_sigmas ? "use_beta_sigmas"
                                                  : "use_exponential_sigmas",
                          "false where the sigmas are spaced in another way", error);

  if (self->kind == DIP_SCHEDULER_DEIS && self->algorithm_type != DIP_ALGORITHM_DEIS)
    return dip_json_fail (json, "algorithm_type", "\"deis\"", error);

  return check_class (self, json, error) && check_last_step (self, json, error);
}

gboolean
dip_scheduler_config_settle (DipSchedulerConfig *self, DipJson *json, GError **error)
{
  if (!check_names (self, json, error))
    return FALSE;
  settle_names (self);

  return check_together (self, json, error);
}
