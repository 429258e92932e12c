#pragma once

#include "model/sampler/solver.h"

G_BEGIN_DECLS

/* What steers a run besides the network: a picture that it begins from (SDEdit, Meng et
 * al. 2022, as diffusers' img2img), or that stays as it is in part (RePaint, Lugmayr et
 * al. 2022): a known view, or all but a region.  Images are CHW float32.
 */
typedef struct
{
  const float *picture; /* (B, C, H, W) in [-1, 1], or NULL: nothing is given */

  /* (C, H, W): 1 where to generate, 0 where the picture stays, between: in that
   * proportion.  NULL: nothing stays.
   */
  const float *mask;

  /* Begin from the picture with noise, instead of from noise alone. */
  gboolean begins_from_picture;
} DipGuide;

/* Makes noise the x_t that a run begins at @evaluation from: (B, C, H, W), in place. */
void dip_guide_begin (const DipGuide *self,
                      DipSolver *solver,
                      guint evaluation,
                      float *x_t,
                      guint n_images,
                      gsize image_size);

/* Whether x_t before @evaluation (n_evaluations: the end) takes the picture's part, and
 * whether that wants noise.
 */
gboolean dip_guide_imposes (const DipGuide *self,
                            DipSolver *solver,
                            guint evaluation,
                            gboolean *wants_noise);

/* Puts the picture, noised by @noise (NULL where it wants none), where the mask is 0. */
void dip_guide_impose (const DipGuide *self,
                       DipSolver *solver,
                       guint evaluation,
                       const float *noise,
                       float *x_t,
                       guint n_images,
                       gsize image_size);

/* Noises x_t at evaluation @from back to the earlier @to: a draw of q (x_to | x_from).
 * @n_values: of x_t and @noise
 */
void dip_noise_back (DipSolver *solver,
                     guint from,
                     guint to,
                     const float *noise,
                     float *x_t,
                     gsize n_values);

/* x_t at evaluation @at of @solver, seen by another solver at its evaluation @to_at: in
 * its scale, and brought to its noise level along the noise that @pred_x0 leaves in x_t
 * (a DDIM step, Song et al. 2021, equation 12, with eta 0).  x_t of the same level is
 * only scaled.
 *
 * @result: may be @x_t
 */
void dip_convert_x_t (DipSolver *solver,
                      guint at,
                      DipSolver *to,
                      guint to_at,
                      const float *x_t,
                      const float *pred_x0,
                      float *result,
                      gsize n_values);

/* The evaluation of @to, among those it can begin at, whose noise level is nearest (in
 * log sigma) to that of @solver before evaluation @at.
 */
guint dip_find_nearest_evaluation (DipSolver *solver, guint at, DipSolver *to);

/* The evaluation that begins @strength of all steps before the end, as img2img counts;
 * n_evaluations where that leaves none.
 * @strength: 0 to 1
 */
guint dip_find_strength_evaluation (DipSolver *solver, double strength);

G_END_DECLS
