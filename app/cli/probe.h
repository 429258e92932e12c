#pragma once

#include "model/graph/graph.h"

G_BEGIN_DECLS

/* Inputs to try a network with: noise from a fixed seed as the sample, a
 * timestep in the middle of the training range for the first image and others
 * for the next, class 0.
 */
typedef struct _DipProbe DipProbe;

DipProbe *dip_probe_new (const DipGraph *graph);
void dip_probe_free (DipProbe *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipProbe, dip_probe_free)

/* Indexed by DipGraphInput; borrowed. */
const float *const *dip_probe_get_inputs (DipProbe *self);

G_END_DECLS
