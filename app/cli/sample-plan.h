#pragma once

#include "app/cli/sample-edit.h"
#include "app/cli/sample-options.h"
#include "model/pair/encoding.h"
#include "render/device.h"

G_BEGIN_DECLS

/* What `sample` will do, settled before a device is opened or anything is
 * written: every refusal that needs none of both happens here.
 */
typedef struct
{
  DipCli *cli;                     /* borrowed */
  const DipSampleOptions *options; /* borrowed */
  DipCheckpoint *checkpoint;
  DipSchedulerConfig *scheduler;
  guint first_step;    /* evaluations that a fork has behind it */
  guint n_evaluations; /* of the network, for each picture, with those */
  DipDenoiserShape shape;
  DipSampleNoise noise;
  DipThird third;
  DipSampleEdit edit;
  json_t *settings; /* of every pair of the run: provenance but for
                                      seed and device */
} DipSamplePlan;

/* A checkpoint that is there already (a reference, which the plan takes over) is not
 * opened again. */
gboolean dip_sample_plan_prepare (DipSamplePlan *self,
                                  DipCli *cli,
                                  const DipSampleOptions *options,
                                  GError **error);
void dip_sample_plan_clear (DipSamplePlan *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (DipSamplePlan, dip_sample_plan_clear)

/* A new solver; every batch has its own. */
DipSolver *dip_sample_plan_make_solver (const DipSamplePlan *self, GError **error);

/* The network on @device, with the kernels of --precision; @self must outlive it. */
DipDenoiser *
dip_sample_plan_open_denoiser (DipSamplePlan *self, DipDevice *device, GError **error);

/* What one picture carries.  Nothing in it changes from run to run (no time, no
 * batch size), so that a resumed run gives the same bytes.  The caller owns it.
 */
json_t *dip_sample_plan_make_provenance (const DipSamplePlan *self,
                                         guint64 seed,
                                         const char *device,
                                         const char *kernels);

/* Whether the pair of the manifest's @line was made with these settings; an
 * error names the first that differs.  @path is the manifest's.
 */
gboolean dip_sample_plan_made (const DipSamplePlan *self,
                               const json_t *line,
                               const char *path,
                               GError **error);

G_END_DECLS
