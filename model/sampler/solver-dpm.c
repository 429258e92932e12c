#include "model/sampler/solver-private.h"

#include <math.h>
#include <string.h>

#include "model/sampler/library-math.h"

/* What the multistep and the singlestep DPM-Solver have in common. */

static void
fill_dpm_pp (DipDpmFactors *self,
             DipNoiseLevel from,
             DipNoiseLevel to,
             float h,
             gboolean is_integral)
{
  float decay = dip_torch_exp (-h) - 1.0f;

  self->x = to.noise / from.noise;
  self->d0 = -(to.alpha * decay);
  self->d1 = is_integral ? to.alpha * (decay / h + 1.0f) : -0.5f * (to.alpha * decay);
  self->d2 = -(to.alpha * ((decay + h) / (h * h) - 0.5f));
}

static void
fill_dpm (DipDpmFactors *self,
          DipNoiseLevel from,
          DipNoiseLevel to,
          float h,
          gboolean is_integral)
{
  float growth = dip_torch_exp (h) - 1.0f;

  self->x = to.alpha / from.alpha;
  self->d0 = -(to.noise * growth);
  self->d1 =
      is_integral ? -(to.noise * (growth / h - 1.0f)) : -0.5f * (to.noise * growth);
  self->d2 = -(to.noise * ((growth - h) / (h * h) - 0.5f));
}

static void
fill_sde_dpm_pp (DipDpmFactors *self,
                 DipNoiseLevel from,
                 DipNoiseLevel to,
                 float h,
                 gboolean is_integral)
{
  float rise = 1.0f - dip_torch_exp (-2.0f * h);

  self->x = to.noise / from.noise * dip_torch_exp (-h);
  self->d0 = to.alpha * rise;
  self->d1 =
      is_integral ? to.alpha * (rise / (-2.0f * h) + 1.0f) : 0.5f * (to.alpha * rise);
  self->d2 = to.alpha * ((rise - 2.0f * h) / ((2.0f * h) * (2.0f * h)) - 0.5f);
  self->noise = to.noise * sqrtf (rise);
}

static void
fill_sde_dpm (DipDpmFactors *self,
              DipNoiseLevel from,
              DipNoiseLevel to,
              float h,
              gboolean is_integral)
{
  float growth = dip_torch_exp (h) - 1.0f;

  self->x = to.alpha / from.alpha;
  self->d0 = -2.0f * (to.noise * growth);
  self->d1 =
      is_integral ? -2.0f * (to.noise * (growth / h - 1.0f)) : -(to.noise * growth);
  self->noise = to.noise * sqrtf (dip_torch_exp (2.0f * h) - 1.0f);
}

DipDpmFactors
dip_dpm_find_factors (const DipSchedulerConfig *config,
                      DipNoiseLevel from,
                      DipNoiseLevel to,
                      gboolean is_integral)
{
  DipDpmFactors self = { 0 };
  float h = to.lambda - from.lambda;

  switch ((DipAlgorithmType) config->algorithm_type)
    {
    case DIP_ALGORITHM_DPM:
      fill_dpm (&self, from, to, h, is_integral);
      return self;

    case DIP_ALGORITHM_DPM_PP:
      fill_dpm_pp (&self, from, to, h, is_integral);
      return self;

    case DIP_ALGORITHM_SDE_DPM:
      fill_sde_dpm (&self, from, to, h, is_integral);
      return self;

    case DIP_ALGORITHM_SDE_DPM_PP:
      fill_sde_dpm_pp (&self, from, to, h, is_integral);
      return self;

    case DIP_ALGORITHM_DEIS:
      break;
    }

  g_assert_not_reached ();
}

gboolean
dip_dpm_adds_noise (const DipSchedulerConfig *config)
{
  return config->algorithm_type == DIP_ALGORITHM_SDE_DPM ||
         config->algorithm_type == DIP_ALGORITHM_SDE_DPM_PP;
}

gboolean
dip_dpm_predicts_noise (const DipSchedulerConfig *config)
{
  return config->algorithm_type == DIP_ALGORITHM_DPM ||
         config->algorithm_type == DIP_ALGORITHM_SDE_DPM;
}

void
dip_dpm_convert_output (DipSolver *solver,
                        DipNoiseLevel level,
                        const float *model_output,
                        const float *x_t,
                        float *pred_x0,
                        float *converted)
{
  const DipSchedulerConfig *config = solver->config;
  gsize n = dip_solver_get_image_size (solver);

  dip_solver_predict_x0 (solver, level.alpha, level.noise, model_output, x_t, pred_x0);
  if (!dip_dpm_predicts_noise (config))
    memcpy (converted, pred_x0, n * sizeof (float));
  else
    dip_solver_predict_noise (solver, level.alpha, level.noise, model_output, x_t,
                              config->thresholding ? pred_x0 : NULL, converted);
}
