#pragma once

#include "model/sampler/sample.h"

G_BEGIN_DECLS

/* A film of sampling, kept for a file: every so many steps the sample and the picture
 * that the step predicted.
 *
 * The file is safetensors with `timesteps` (K) I64, or F32 where a solver asks between
 * the whole timesteps, `x_t` (K, B, C, H, W) F32, the samples after those steps, and
 * `pred_x0`, likewise.
 *
 * A film can be larger than memory (1000 steps of a 256 x 256 pair are 1.6 GB), so frames
 * go straight to two nameless temporary files in the folder of the result and are
 * mapped, not read, when the result is written.  Until then that takes twice the disk
 * space, and nothing remains of it if the program dies.
 */
typedef struct _DipTrajectory DipTrajectory;

/* Keeps the steps every, 2 every, 3 every ... of @n_steps, and always the last; @every
 * is at least 1.  @n_images (B) may be made in several runs.  Opens the temporary files.
 * Fails with DIP_STORAGE_ERROR naming @path.
 */
DipTrajectory *dip_trajectory_new (const char *path,
                                   guint n_steps,
                                   guint every,
                                   guint n_images,
                                   const DipDenoiserShape *shape,
                                   GError **error);
void dip_trajectory_free (DipTrajectory *self);

/* What the file says of itself in its metadata under `diptych`; NULL for nothing. */
void dip_trajectory_set_provenance (DipTrajectory *self, const char *provenance);

/* Keeps @frame if its step is one of those to keep; its images are those from
 * @first_image on.  Fails with DIP_STORAGE_ERROR, when the disk is full for one.
 */
gboolean dip_trajectory_add (DipTrajectory *self,
                             const DipSampleFrame *frame,
                             guint first_image,
                             GError **error);

/* Writes the file, whole or not at all.  Every step of every image must have been given
 * to dip_trajectory_add().
 */
gboolean dip_trajectory_save (DipTrajectory *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipTrajectory, dip_trajectory_free)

G_END_DECLS
