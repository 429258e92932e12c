#pragma once

#include "app/cli/sample-plan.h"

G_BEGIN_DECLS

/* The pictures that several pairs of one run make together: mean.png and spread.png
 * (model/pair/spread.h) of pairs that share a given part, strip.png of those between two seeds.
 */
typedef struct _DipSampleExtras DipSampleExtras;

/* @plan is borrowed. */
DipSampleExtras *dip_sample_extras_new (const DipSamplePlan *plan);
void dip_sample_extras_free (DipSampleExtras *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipSampleExtras, dip_sample_extras_free)

void dip_sample_extras_add (DipSampleExtras *self, const DipPair *pair);

/* Writes what there is to write into the folder of the options and appends the names of
 * the files to @names.  Nothing if pairs of the run were skipped, or for a single one.
 */
gboolean dip_sample_extras_save (DipSampleExtras *self, GPtrArray *names, GError **error);

G_END_DECLS
