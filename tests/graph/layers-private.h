#pragma once

#include "model/graph/graph.h"

G_BEGIN_DECLS

/* A graph under construction; rand NULL builds without weights. */
typedef struct
{
  DipGraph *graph;
  GPtrArray *arrays; /* the weights, owned by the graph */
  GRand *rand;
} Builder;

void builder_start (Builder *self, GRand *rand);

guint builder_get_channels (const Builder *self, DipValueId value);

/* (O, I, k, k) or, with kernel 0, (O, I), scaled so that layers keep the size of
 * their inputs.
 */
DipWeightId builder_add_weight (Builder *self, const char *name, guint n_out, guint n_in, guint kernel);
DipWeightId builder_add_vector (Builder *self, const char *name, const char *kind, guint n);

DipValueId builder_conv (Builder *self, const char *name, DipValueId x, guint n_out, guint kernel);
DipValueId builder_conv_down (Builder *self, const char *name, DipValueId x, gboolean pads_after);
DipValueId builder_linear (Builder *self, const char *name, DipValueId x, guint n_out);
DipValueId builder_norm (Builder *self, const char *name, DipValueId x, guint n_groups);
DipValueId builder_silu (Builder *self, const char *name, DipValueId x);
DipValueId builder_unary (Builder *self, DipOp op, const char *name, DipValueId x);
DipValueId builder_binary (Builder *self, DipOp op, const char *name, DipValueId x, DipValueId y);
DipValueId builder_add (Builder *self, const char *name, DipValueId x, DipValueId y, double scale);
DipValueId builder_attention (Builder *self, const char *name, DipValueId x, guint n_heads);

G_END_DECLS
