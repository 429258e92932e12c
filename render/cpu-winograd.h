#pragma once

#include "render/cpu-private.h"

G_BEGIN_DECLS

/* 3x3 convolutions by Winograd's F(4x4, 3x3): a quarter of the multiplications,
 * four times the weights.  Loses less than a bit more to rounding than the plain
 * sum (shaders/cpu-winograd-in.comp), so it is strict.
 *
 * The rows of a picture go through in bands, whose products stay in the cache.
 */

/* Whether @node is computed so.  All below is for such nodes. */
gboolean dip_cpu_winograd_suits (const DipGraph *graph, const DipNode *node);

gsize dip_cpu_winograd_scratch (const DipGraph *graph, const DipNode *node);

/* Weights as (36, out / 16, in, 16), both inputs' channels rounded up to blocks, and a
 * vector of zeros: how many floats, and these, where @pack is zeroed.
 */
gsize dip_cpu_winograd_count_weights (const DipGraph *graph, const DipNode *node);
void dip_cpu_winograd_fill_weights (const DipGraph *graph,
                                    const DipNode *node,
                                    const float *data,
                                    float *pack);

void dip_cpu_record_winograd (DipRecorder *recorder, const DipNodeSite *site);

G_END_DECLS
