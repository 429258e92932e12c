#include "model/sampler/solver-private.h"

#include <math.h>
#include <string.h>

static void
convert_prediction (DipPredictionType type,
                    float sqrt_alpha,
                    float sqrt_beta,
                    const float *model_output,
                    const float *x_t,
                    float *pred_x0,
                    gsize n)
{
  switch (type)
    {
    case DIP_PREDICTION_EPSILON:
      for (gsize i = 0; i < n; i++)
        pred_x0[i] = (x_t[i] - sqrt_beta * model_output[i]) / sqrt_alpha;
      return;

    case DIP_PREDICTION_SAMPLE:
      for (gsize i = 0; i < n; i++)
        pred_x0[i] = model_output[i];
      return;

    case DIP_PREDICTION_V:
      for (gsize i = 0; i < n; i++)
        pred_x0[i] = sqrt_alpha * x_t[i] - sqrt_beta * model_output[i];
      return;
    }

  g_assert_not_reached ();
}

/* NaN stays NaN. */
static float
clamp (float value, float limit)
{
  if (value < -limit)
    return -limit;
  if (value > limit)
    return limit;

  return value;
}

/* Puts the value that sorting would put at @rank there, nothing larger before it and
 * nothing smaller after it (Hoare's selection).
 */
static void
select_rank (float *values, gssize n, gssize rank)
{
  gssize left = 0;
  gssize right = n - 1;

  while (left < right)
    {
      float pivot = values[rank];
      gssize i = left;
      gssize j = right;

      while (i <= j)
        {
          while (values[i] < pivot)
            i++;
          while (values[j] > pivot)
            j--;
          if (i <= j)
            {
              float swap = values[i];

              values[i++] = values[j];
              values[j--] = swap;
            }
        }

      if (j < rank)
        left = i;
      if (i > rank)
        right = j;
    }
}

/* torch.quantile (values, q) with linear interpolation; the rank is worked out in
 * float32 as there.  Reorders @values.
 */
static float
find_quantile (float *values, gsize n, double q)
{
  float rank = (float) q * (float) (n - 1);
  gsize below = MIN ((gsize) rank, n - 1);
  float weight = rank - (float) below;
  float low, high;

  select_rank (values, n, below);
  low = values[below];
  if (weight == 0.0f || below + 1 == n)
    return low;

  high = values[below + 1];
  for (gsize i = below + 2; i < n; i++)
    high = MIN (high, values[i]);

  return weight < 0.5f ? low + weight * (high - low)
                       : high - (high - low) * (1.0f - weight);
}

/* Dynamic thresholding (Saharia et al. 2022, section 2.3) of one image, with room for as
 * many @magnitudes.
 */
static void
threshold (float *pred_x0, float *magnitudes, gsize n, double ratio, double max_value)
{
  float limit;

  for (gsize i = 0; i < n; i++)
    {
      /* No order, no quantile, and no picture anyway. */
      if (isnan (pred_x0[i]))
        return;
      magnitudes[i] = fabsf (pred_x0[i]);
    }

  limit = find_quantile (magnitudes, n, ratio);
  if (limit < 1.0f)
    limit = 1.0f;
  if (limit > (float) max_value)
    limit = max_value;
  for (gsize i = 0; i < n; i++)
    pred_x0[i] = clamp (pred_x0[i], limit) / limit;
}

void
dip_solver_predict_x0 (DipSolver *self,
                       float sqrt_alpha,
                       float sqrt_beta,
                       const float *model_output,
                       const float *x_t,
                       float *pred_x0)
{
  const DipSchedulerConfig *config = self->config;
  gsize n = dip_solver_get_image_size (self);

  convert_prediction (config->prediction_type, sqrt_alpha, sqrt_beta, model_output, x_t,
                      pred_x0, n);

  if (config->thresholding)
    threshold (pred_x0, self->magnitudes, n, config->dynamic_thresholding_ratio,
               config->sample_max_value);
  else if (config->clip_sample)
    for (gsize i = 0; i < n; i++)
      pred_x0[i] = clamp (pred_x0[i], config->clip_sample_range);
}

void
dip_solver_predict_x0_sigma (DipSolver *self,
                             float sigma,
                             float sigma_hat,
                             const float *model_output,
                             const float *x_t,
                             float *pred_x0)
{
  const DipSchedulerConfig *config = self->config;
  gsize n = dip_solver_get_image_size (self);
  float variance = sigma * sigma + 1.0f;
  float output_factor = -sigma / sqrtf (variance);

  switch ((DipPredictionType) config->prediction_type)
    {
    case DIP_PREDICTION_EPSILON:
      for (gsize i = 0; i < n; i++)
        pred_x0[i] = x_t[i] - sigma_hat * model_output[i];
      break;

    case DIP_PREDICTION_SAMPLE:
      memcpy (pred_x0, model_output, n * sizeof (float));
      break;

    case DIP_PREDICTION_V:
      for (gsize i = 0; i < n; i++)
        pred_x0[i] = model_output[i] * output_factor + x_t[i] / variance;
      break;
    }

  if (config->clip_sample)
    for (gsize i = 0; i < n; i++)
      pred_x0[i] = clamp (pred_x0[i], config->clip_sample_range);
}

void
dip_solver_predict_noise (DipSolver *self,
                          float sqrt_alpha,
                          float sqrt_beta,
                          const float *model_output,
                          const float *x_t,
                          const float *pred_x0,
                          float *noise)
{
  DipPredictionType type = self->config->prediction_type;
  gsize n = dip_solver_get_image_size (self);

  const float *x0 = pred_x0 != NULL ? pred_x0 : model_output;

  if (type == DIP_PREDICTION_SAMPLE || pred_x0 != NULL)
    for (gsize i = 0; i < n; i++)
      noise[i] = (x_t[i] - sqrt_alpha * x0[i]) / sqrt_beta;
  else if (type == DIP_PREDICTION_V)
    for (gsize i = 0; i < n; i++)
      noise[i] = sqrt_alpha * model_output[i] + sqrt_beta * x_t[i];
  else
    memcpy (noise, model_output, n * sizeof (float));
}
