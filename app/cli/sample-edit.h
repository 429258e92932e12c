#pragma once

#include "app/cli/sample-options.h"
#include "model/pair/encoding.h"
#include "model/sampler/sample.h"

G_BEGIN_DECLS

/* What a run of `sample` begins from besides noise, and what it keeps to: --fork, --from,
 * --known, --mask, --interpolate.
 */
typedef struct
{
  DipGuide guide; /* of all pairs; its arrays are owned */
  DipWalk walk;
  double *weights; /* (n_pairs), or NULL */
  guint64 seed_to;
  guint known; /* channel that is given whole; G_MAXUINT: none */

  /* Of a fork; x_t is NULL if there is none. */
  float *x_t;    /* (n_pairs, C, H, W) */
  float *memory; /* (n_pairs, n_history, C, H, W), or NULL */
  guint n_history;
  guint n_done;
  guint n_draws;
} DipSampleEdit;

/* Reads the files and checks that they fit network and solver, and each other.  What is
 * needed to do it again goes into @settings.
 *
 * @solver: as the run will have, started
 */
gboolean dip_sample_edit_prepare (DipSampleEdit *self,
                                  DipCli *cli,
                                  const DipSampleOptions *options,
                                  const DipDenoiserShape *shape,
                                  DipThird third,
                                  DipSolver *solver,
                                  json_t *settings,
                                  GError **error);
void dip_sample_edit_clear (DipSampleEdit *self);

/* Whether the pairs show how much is open: parts of a picture are given. */
gboolean dip_sample_edit_is_guided (const DipSampleEdit *self);

/* Fills what the edit decides of the settings of @settings->n_images pairs from
 * @first_pair on; @start must live as long.
 */
void dip_sample_edit_apply (const DipSampleEdit *self,
                            guint first_pair,
                            const DipDenoiserShape *shape,
                            DipSampleSettings *settings,
                            DipSampleStart *start);

/* Makes the third channel anew of the other two where it was generated beside a given
 * part; the mean |third - f (CC, MLO)| that the network left there, in [0, 1], or NaN
 * where nothing was changed.
 *
 * @sample: (C, H, W), one pair
 */
double dip_sample_edit_finish (const DipSampleEdit *self,
                               const DipDenoiserShape *shape,
                               DipThird third,
                               float *sample);

/* How the known channel of pair number @pair came back, in [0, 1]. */
void dip_sample_edit_measure_known (const DipSampleEdit *self,
                                    const DipDenoiserShape *shape,
                                    guint pair,
                                    const float *sample,
                                    double *max_error,
                                    double *rms_error);

G_END_DECLS
