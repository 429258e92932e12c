#pragma once

#include "model/sampler/denoiser.h"
#include "model/sampler/scheduler-config.h"

G_BEGIN_DECLS

/* Networks that are a formula, output = k(t) x_t + o(t), so that a solver can be run and
 * compared with others without weights.  k and o are computed in double and rounded to
 * float32.
 *
 * A: k = 0.3, o = 0.1 sin (t / 100), whatever is predicted.
 *
 * B, the best denoiser of pictures of variance 1/4 under a = exp (-(1e-4 t + 9.95e-6
 * t^2)): with s = sqrt (a) and s1 = sqrt (1 - a), k = s1 / (0.25 a + 1 - a) and o = 0.2 s
 * sin (t / 100) for epsilon; the same x_0 expressed as v_prediction or sample.
 *
 * Where out_channels is 2 in_channels the second half is 0.8 sin (x_t).
 */
typedef enum
{
  DIP_TOY_A,
  DIP_TOY_B,
} DipToy;

DipDenoiser *dip_toy_new (DipToy toy,
                          DipPredictionType prediction_type,
                          const DipDenoiserShape *shape);

G_END_DECLS
