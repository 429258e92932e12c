#pragma once

#include <jansson.h>

#include "model/checkpoint/checkpoint.h"
#include "model/pair/encoding.h"
#include "model/sampler/solver.h"

G_BEGIN_DECLS

/* How a pair came about: the JSON that its files carry, that the manifest lists, and
 * that brings the settings back when the picture is opened again.
 *
 *   {"seed": 42, "synthetic": true, "generator": "Diptych 0.1.0", …,
 *    "scheduler": "DDIMScheduler", "scheduler_config": {…}, "steps": 50, …,
 *    "device": "llvmpipe (LLVM 15.0.6, 256 bits)", "kernels": "cpu"}
 */

/* Everything but seed and device: what the pairs of one run share.  Borrowed. */
typedef struct
{
  DipCheckpoint *checkpoint;
  const DipSchedulerConfig *scheduler;
  const DipSolverSettings *solver;
  DipThird third;
  guint width; /* pixels */
  guint height;
  gint64 class_label;       /* -1: the network has no classes */
  const char *noise_sha256; /* of the file that replaced the generator, or NULL */
  const char *precision;    /* as asked for: "auto", "fp32" or "fp16" */
} DipProvenance;

/* The caller owns the object.  Fails where the weights cannot be hashed (a file that
 * went away).  Reads the weights once: seconds for large ones.
 */
json_t *dip_provenance_make_shared (const DipProvenance *self, GError **error);

/* One pair's: @shared with its seed in front, the device behind, and the kernels that
 * the precision came to there (render/family.h).  Nothing in it
 * changes from run to run (no time, no batch size), so that a run repeated gives the
 * same bytes.  The caller owns it.
 */
json_t *dip_provenance_make_pair (const json_t *shared,
                                  guint64 seed,
                                  const char *device,
                                  const char *kernels);

G_END_DECLS
