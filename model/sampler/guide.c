#include "model/sampler/guide.h"

#include <math.h>

void
dip_guide_begin (const DipGuide *self,
                 DipSolver *solver,
                 guint evaluation,
                 float *x_t,
                 guint n_images,
                 gsize image_size)
{
  float picture, noise;

  g_return_if_fail (self != NULL && self->picture != NULL);

  dip_solver_get_mix (solver, evaluation, &picture, &noise);
  for (gsize i = 0; i < n_images * image_size; i++)
    x_t[i] = picture * self->picture[i] + noise * x_t[i];
}

gboolean
dip_guide_imposes (const DipGuide *self,
                   DipSolver *solver,
                   guint evaluation,
                   gboolean *wants_noise)
{
  float picture, noise;

  if (self->picture == NULL || self->mask == NULL)
    return FALSE;
  if (evaluation < dip_solver_get_n_evaluations (solver) &&
      !dip_solver_can_begin (solver, evaluation))
    return FALSE;

  dip_solver_get_mix (solver, evaluation, &picture, &noise);
  *wants_noise = noise > 0.0f;

  return TRUE;
}

void
dip_guide_impose (const DipGuide *self,
                  DipSolver *solver,
                  guint evaluation,
                  const float *noise,
                  float *x_t,
                  guint n_images,
                  gsize image_size)
{
  float picture_factor, noise_factor;

  dip_solver_get_mix (solver, evaluation, &picture_factor, &noise_factor);
  for (gsize i = 0; i < n_images * image_size; i++)
    {
      float mask = self->mask[i % image_size];
      float given = picture_factor * self->picture[i];

      if (noise != NULL)
        given = given + noise_factor * noise[i];
      if (mask == 0.0f)
        x_t[i] = given;
      else if (mask < 1.0f)
        x_t[i] = mask * x_t[i] + (1.0f - mask) * given;
    }
}

void
dip_noise_back (DipSolver *solver,
                guint from,
                guint to,
                const float *noise,
                float *x_t,
                gsize n_values)
{
  float picture_from, noise_from, picture_to, noise_to;
  float x_factor, noise_factor;

  dip_solver_get_mix (solver, from, &picture_from, &noise_from);
  dip_solver_get_mix (solver, to, &picture_to, &noise_to);
  x_factor = picture_to / picture_from;
  noise_factor = noise_to * noise_to - x_factor * noise_from * (x_factor * noise_from);
  noise_factor = sqrtf (MAX (noise_factor, 0.0f));

  for (gsize i = 0; i < n_values; i++)
    x_t[i] = x_factor * x_t[i] + noise_factor * noise[i];
}

/* log (sigma), the noise in proportion to the picture. */
static double
find_level (DipSolver *solver, guint evaluation)
{
  float picture, noise;

  dip_solver_get_mix (solver, evaluation, &picture, &noise);

  return log ((double) noise / picture);
}

/* Rounding aside. */
#define SAME_LEVEL 1e-6

void
dip_convert_x_t (DipSolver *solver,
                 guint at,
                 DipSolver *to,
                 guint to_at,
                 const float *x_t,
                 const float *pred_x0,
                 float *result,
                 gsize n_values)
{
  float picture_from, noise_from, picture_to, noise_to;
  float scale;
  gboolean is_same;

  dip_solver_get_mix (solver, at, &picture_from, &noise_from);
  dip_solver_get_mix (to, to_at, &picture_to, &noise_to);
  scale = noise_to / noise_from;
  is_same = fabs (find_level (solver, at) - find_level (to, to_at)) < SAME_LEVEL;

  for (gsize i = 0; i < n_values; i++)
    if (is_same)
      result[i] = scale * x_t[i];
    else
      result[i] = picture_to * pred_x0[i] + scale * (x_t[i] - picture_from * pred_x0[i]);
}

guint
dip_find_nearest_evaluation (DipSolver *solver, guint at, DipSolver *to)
{
  double wanted = find_level (solver, at);
  guint n = dip_solver_get_n_evaluations (to);
  double nearest = INFINITY;
  guint found = 0;

  for (guint i = 0; i < n; i++)
    {
      double distance = fabs (find_level (to, i) - wanted);

      if (!dip_solver_can_begin (to, i) || !(distance < nearest))
        continue;
      nearest = distance;
      found = i;
    }

  return found;
}

guint
dip_find_strength_evaluation (DipSolver *solver, double strength)
{
  guint n = dip_solver_get_n_evaluations (solver);
  guint n_steps = dip_solver_get_settings (solver)->n_steps;
  guint n_left = MIN ((guint) (n_steps * strength), n_steps);
  guint n_skipped = n_steps - n_left;

  for (guint i = 0; i < n; i++)
    {
      if (n_skipped == 0)
        return i;
      if (i + 1 == n || dip_solver_can_begin (solver, i + 1))
        n_skipped--;
    }

  return n;
}
