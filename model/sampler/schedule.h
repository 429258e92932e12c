#pragma once

#include "model/sampler/scheduler-config.h"

G_BEGIN_DECLS

/* How much noise there is at each training timestep: x_t = sqrt(a_t) x_0 +
 * sqrt(1 - a_t) noise, with a_t = alphas_cumprod[t] (Ho et al. 2020, equation 4).
 *
 * float32 as diffusers computes it, in the same order, with the functions of
 * library-math.h.  Read-only once made.
 */
typedef struct
{
  gsize n_timesteps;     /* T, or more where there are more trained betas */
  float *betas;          /* (n_timesteps), after rescaling to zero terminal SNR */
  float *alphas_cumprod; /* (n_timesteps), falling */
} DipSchedule;

/* Fails with DIP_STORAGE_ERROR_VALUE, naming the file of @config, if the betas make some
 * a_t 1 (no noise at all) or no number from 0 to 1.
 */
DipSchedule *dip_schedule_new (const DipSchedulerConfig *config, GError **error);
void dip_schedule_free (DipSchedule *self);

/* The timesteps that DDPM and DDIM visit in @n_steps steps, first to last, falling, by
 * the configuration's timestep_spacing and steps_offset; freed with g_free().
 *
 * Where rounding makes diffusers' "trailing" spacing end in an extra timestep of -1 (61
 * steps of 1000, for one), that one is left out.
 *
 * Fails with DIP_SAMPLER_ERROR_SETTINGS if @n_steps is 0 or more than T, or if
 * steps_offset leads past the last timestep.
 */
double *dip_schedule_dup_timesteps (const DipSchedulerConfig *config,
                                    guint n_steps,
                                    GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipSchedule, dip_schedule_free)

G_END_DECLS
