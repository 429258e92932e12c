#pragma once

#include "model/sampler/sample.h"

G_BEGIN_DECLS

/* A film of sampling, kept for a file: every so many steps the sample and the picture
 * that the step predicted.
 *
 * The file is safetensors with `timesteps` (K) I64, or F32 where a solver asks between
 * the whole timesteps, `x_t` (K, B, C, H, W) F32, the samples after those steps, and
 * `pred_x0`, likewise.  What else it takes to go on
 * from a step: `steps` (K) I64, the numbers of the steps; `draws` (K) I64, the tensors that
 * each generator had given; `memory` (K, B, n_history, C, H, W) F32 where the solver looks
 * back; `given` (B, C, H, W) and `mask` (C, H, W) of a guided run (model/sampler/guide.h);
 * and in `__metadata__` under "diptych" the settings as JSON.
 *
 * A film can be larger than memory (1000 steps of a 256 x 256 pair are 1.6 GB), so frames
 * go straight to nameless temporary files in the folder of the result and are
 * mapped, not read, when the result is written.  Until then that takes twice the disk
 * space, and nothing remains of it if the program dies.
 */
typedef struct _DipTrajectory DipTrajectory;

/* Of the steps after @first_step (0: of all) up to @n_steps keeps every @every'th, and
 * always the last; @every is at least 1.  @n_images (B) may be made in several runs.  Opens the temporary files.
 * Fails with DIP_STORAGE_ERROR naming @path.
 */
DipTrajectory *dip_trajectory_new (const char *path,
                                   guint first_step,
                                   guint n_steps,
                                   guint every,
                                   guint n_images,
                                   const DipDenoiserShape *shape,
                                   GError **error);
void dip_trajectory_free (DipTrajectory *self);

/* What the file says of itself in its metadata under `diptych`; NULL for nothing. */
void dip_trajectory_set_provenance (DipTrajectory *self, const char *provenance);

/* The guide of the run, of all n_images; copied.  One without a mask is not kept. */
void dip_trajectory_set_guide (DipTrajectory *self, const DipGuide *guide);

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
