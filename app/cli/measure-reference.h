#pragma once

#include "app/cli/cli.h"
#include "app/cli/measure-report.h"

G_BEGIN_DECLS

/* A folder's pairs, which measured ones are compared with: `measure --nearest`. */
typedef struct _DipMeasureReference DipMeasureReference;

/* Reads every pair of the folder, with a progress bar.  NULL where one cannot be read or
 * the verb is interrupted. */
DipMeasureReference *dip_measure_reference_load (DipCli *cli,
                                                 const char *folder,
                                                 const DipMeasureHow *how,
                                                 GError **error);
void dip_measure_reference_free (DipMeasureReference *self);

/* Fills what @result says of the nearest look-alikes and of brightness; the same file in
 * the folder does not count. */
void dip_measure_reference_compare (const DipMeasureReference *self,
                                    DipMeasureResult *result,
                                    const DipMeasured *measured);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipMeasureReference, dip_measure_reference_free)

G_END_DECLS
