#pragma once

#include <gio/gio.h>
#include "app/runs/origin.h"

G_BEGIN_DECLS

/* What a run is asked to make: all that the window's settings hold. */
typedef struct
{
  char *checkpoint; /* a folder; NULL: the demo */
  char *device;     /* as dip_device_open() takes it; NULL: the best there is */
  char *precision;  /* "auto", "fp32", "fp16" */

  /* A scheduler's short name; NULL: the checkpoint's own. */
  char *scheduler;

  /* A whole scheduler_config.json that takes the checkpoint's place, or NULL: what a
   * picture that was opened says it was made with.
   */
  char *scheduler_json;

  guint n_steps;
  double eta;   /* DDIM alone */
  double churn; /* Euler alone */

  /* "KEY=VALUE KEY=VALUE", quoted as in a shell: keys of the scheduler's configuration that
   * get other values; NULL: none.
   */
  char *scheduler_options;

  guint width; /* pixels, of each view; 0: as the checkpoint was trained */
  guint height;
  gint64 class_label; /* of networks that have classes */

  guint64 seed; /* of the first pair; the next ones count up */
  guint count;  /* pairs */
  guint batch;  /* pairs denoised side by side */

  DipOrigin *origin; /* what to begin from besides noise of the seed, or NULL; owned */
} DipRunSettings;

/* 50 steps of the demo, seed 42, one pair. */
DipRunSettings *dip_run_settings_new (void);
DipRunSettings *dip_run_settings_copy (const DipRunSettings *self);
void dip_run_settings_free (DipRunSettings *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipRunSettings, dip_run_settings_free)

/* Leaves the first @n_pairs of them out, fewer than there are. */
void dip_run_settings_leave_out (DipRunSettings *self, guint n_pairs);

/* Takes scheduler, steps, eta, churn, size, class, seed and precision from a picture's
 * provenance
 * (app/files/provenance.h); count becomes 1.  Checkpoint and device are left alone: the
 * provenance holds no paths.  FALSE, with nothing changed, if it is none of a generated
 * pair.
 */
gboolean dip_run_settings_restore (DipRunSettings *self, const json_t *provenance);

/* "DDIM · 50 steps · seed 42", for people, translated.  @with_seed: the seed too, or the
 * seeds of all pairs.
 */
char *dip_run_settings_describe (const DipRunSettings *self, gboolean with_seed);

G_END_DECLS
