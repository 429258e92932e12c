#pragma once

#include "model/checkpoint/checkpoint-layout.h"
#include "model/checkpoint/unet-config.h"
#include "model/graph/graph.h"
#include "model/storage/tensor-file.h"

G_BEGIN_DECLS

/* A checkpoint folder, opened: configuration and weights of one UNet2DModel, what
 * diptych.json says of it, and the bytes of the scheduler's configuration (which the
 * sampler's room reads).  Immutable; any thread.
 *
 *   g_autoptr (DipCheckpoint) checkpoint = dip_checkpoint_open (path, error);
 *   g_autoptr (DipGraph) graph = dip_checkpoint_build_graph (checkpoint, 1, 0, 0, error);
 */
typedef struct _DipCheckpoint DipCheckpoint;

/* Opens the folder at @path; see layout.h for what it may look like.  Weights are
 * mapped, checked against the configuration and read through once (they must be
 * finite).  A checkpoint that opens can be run.
 *
 * Errors: DIP_STORAGE_ERROR and DIP_CHECKPOINT_ERROR, one line that names the file. */
DipCheckpoint *dip_checkpoint_open (const char *path, GError **error);

DipCheckpoint *dip_checkpoint_ref (DipCheckpoint *self);
void dip_checkpoint_unref (DipCheckpoint *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipCheckpoint, dip_checkpoint_unref)

const char *dip_checkpoint_get_path (DipCheckpoint *self);
const DipCheckpointLayout *dip_checkpoint_get_layout (DipCheckpoint *self);
const DipUnetConfig *dip_checkpoint_get_config (DipCheckpoint *self);

/* scheduler_config.json: its path, and its bytes as they were when the checkpoint was
 * opened.  NULL where there is none.  Borrowed. */
const char *dip_checkpoint_get_scheduler_path (DipCheckpoint *self);
GBytes *dip_checkpoint_get_scheduler_json (DipCheckpoint *self);

/* From diptych.json.  The third channel's encoding ("absdiff", "sum" or "zero"; NULL
 * where it does not say), millimetres from one pixel to the next (0 where unknown),
 * and what the network was trained on (NULL). */
const char *dip_checkpoint_get_third_channel (DipCheckpoint *self);
double dip_checkpoint_get_pixel_spacing_mm (DipCheckpoint *self);
const char *dip_checkpoint_get_trained_on (DipCheckpoint *self);

/* Weights: see weights.h. */
guint dip_checkpoint_get_n_weight_files (DipCheckpoint *self);
DipTensorFile *dip_checkpoint_get_weight_file (DipCheckpoint *self, guint i);
guint64 dip_checkpoint_get_n_parameters (DipCheckpoint *self);
const char *const *dip_checkpoint_get_ignored_tensors (DipCheckpoint *self);
const char *dip_checkpoint_get_dtypes (DipCheckpoint *self);
const char *dip_checkpoint_get_sha256 (DipCheckpoint *self, GError **error);

/* The network for @batch pictures of @height x @width pixels; 0 for either stands for
 * the configuration's sample_size.  The graph keeps the weights alive by itself.
 *
 * Errors: DIP_CHECKPOINT_ERROR SIZE, naming the size and what it must be a multiple of. */
DipGraph *dip_checkpoint_build_graph (DipCheckpoint *self,
                                      guint batch,
                                      guint height,
                                      guint width,
                                      GError **error);

G_END_DECLS
