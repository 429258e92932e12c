#pragma once

#include "model/sampler/sample.h"
#include "model/storage/json.h"

G_BEGIN_DECLS

/* A trajectory that was kept (model/sampler/trajectory.h), to go on from. */
typedef struct _DipTrajectoryFile DipTrajectoryFile;

/* Fails with DIP_STORAGE_ERROR, naming the file and what is missing of it: a tensor, or
 * the settings, which those of other programs do not have.
 */
DipTrajectoryFile *dip_trajectory_file_open (const char *path, GError **error);
void dip_trajectory_file_free (DipTrajectoryFile *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipTrajectoryFile, dip_trajectory_file_free)

const char *dip_trajectory_file_get_path (DipTrajectoryFile *self);

/* What dip_trajectory_set_provenance() was told.  Borrowed. */
DipJson *dip_trajectory_file_get_settings (DipTrajectoryFile *self);

/* max_batch is 1 and out_channels 0: not known. */
void dip_trajectory_file_get_shape (DipTrajectoryFile *self,
                                    guint *n_images,
                                    DipDenoiserShape *shape);

/* Lower-case hexadecimal, of the whole file; computed at the first call. */
const char *dip_trajectory_file_get_sha256 (DipTrajectoryFile *self);

/* What there was after a step; arrays belong to the struct. */
typedef struct
{
  guint step;
  guint n_images;
  guint n_history;
  guint n_draws;
  float *x_t;     /* (B, C, H, W) */
  float *pred_x0; /* the same */
  float *memory;  /* (B, n_history, C, H, W), or NULL */
  float *given;   /* (B, C, H, W), or NULL */
  float *mask;    /* (C, H, W), or NULL */
} DipTrajectoryStep;

/* Reads step number @step.  Where it was not kept the error says which were. */
gboolean dip_trajectory_file_read (DipTrajectoryFile *self,
                                   guint step,
                                   DipTrajectoryStep *read,
                                   GError **error);
void dip_trajectory_step_clear (DipTrajectoryStep *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (DipTrajectoryStep, dip_trajectory_step_clear)

/* The number of the last step. */
guint dip_trajectory_file_get_last_step (DipTrajectoryFile *self);

G_END_DECLS
