#pragma once

#include "app/cli/compare-options.h"
#include "app/cli/sample-plan.h"
#include "app/files/manifest.h"

G_BEGIN_DECLS

/* One column of a comparison: a folder of pairs, as `sample` writes them, whose name has
 * the digest of all settings that decide a picture.  So what lies there was made with the
 * same settings, and can be taken as it is.
 */
typedef struct
{
  DipCli cli;               /* with the precision of the column */
  DipSampleOptions options; /* as `sample` would be given; borrows its texts */
  DipSamplePlan plan;
  char *name; /* of the folder, below that of the comparison: "ddim-20-0123abcd" */
  char *folder;
  DipManifest *manifest; /* NULL before dip_compare_column_open() */
} DipCompareColumn;

/* @setting: NULL for the reference of @n_reference steps
 * @checkpoint: opened before by another column, or NULL
 *
 * Settles all that can be refused; writes nothing.
 */
DipCompareColumn *dip_compare_column_new (const DipCli *cli,
                                          const DipCompareOptions *options,
                                          const DipCompareSetting *setting,
                                          guint n_reference,
                                          DipCheckpoint *checkpoint,
                                          GError **error);
void dip_compare_column_free (DipCompareColumn *self);

/* Makes the folder and reads what is in it. */
gboolean dip_compare_column_open (DipCompareColumn *self, GError **error);

/* Whether the pair of @seed is there, whole. */
gboolean dip_compare_column_has (DipCompareColumn *self, guint64 seed);

/* Keeps a pair that was made: @sample (C, H, W). */
gboolean dip_compare_column_save (DipCompareColumn *self,
                                  guint64 seed,
                                  const float *sample,
                                  double seconds,
                                  DipDenoiser *denoiser,
                                  GError **error);

/* A pair that is there, as it was made, with its line of the manifest (borrowed). */
DipPair *dip_compare_column_load (DipCompareColumn *self,
                                  guint64 seed,
                                  const json_t **line,
                                  GError **error);

/* {"name": …, "folder": …, "steps": …, all settings …}; the caller owns it. */
json_t *dip_compare_column_to_json (const DipCompareColumn *self, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipCompareColumn, dip_compare_column_free)

G_END_DECLS
