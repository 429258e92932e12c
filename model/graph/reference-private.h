#pragma once

#include "model/graph/graph.h"

G_BEGIN_DECLS

/* One node about to be computed: everything resolved, absent things NULL.
 * Arrays are NCHW float32.
 */
typedef struct
{
  const DipNode *node;
  const float *x;
  const float *y;
  const float *z;
  const float *channel_bias; /* (B, O) */
  const float *residual;     /* the output's shape */
  const float *weight;
  const float *bias;
  const DipWeight *weight_info;
  DipShape x_shape;
  DipShape y_shape;
  DipShape shape; /* of output */
  float *output;
} DipReferenceCall;

/* Computes part @i of the output.  Parts are disjoint, so that the order in
 * which threads take them changes nothing.
 */
typedef void (*DipReferencePart) (const DipReferenceCall *call, gpointer scratch, guint i);

/* Runs @part for 0 ... @n - 1, on all processors when @work (about how many
 * multiply-adds altogether) is worth waking them for.  Returns when all is done.
 */
void dip_reference_for_each (const DipReferenceCall *call,
                             DipReferencePart part,
                             gpointer scratch,
                             guint n,
                             guint64 work);

double dip_reference_activate (DipActivation activation, double x);

/* Channel @c of image @b in x, or in x then y where a node takes two inputs as
 * one.
 */
const float *dip_reference_get_plane (const DipReferenceCall *call, guint b, guint c);

static inline gsize
dip_shape_get_n_pixels (const DipShape *self)
{
  return (gsize) self->height * self->width;
}

void dip_reference_time_proj (const DipReferenceCall *call);
void dip_reference_fourier_proj (const DipReferenceCall *call);
void dip_reference_embedding (const DipReferenceCall *call);
void dip_reference_linear (const DipReferenceCall *call);
void dip_reference_conv (const DipReferenceCall *call);
void dip_reference_group_norm (const DipReferenceCall *call);
void dip_reference_attention (const DipReferenceCall *call);

/* The ops that make a plane of the output from a plane or two: activation, add,
 * scale_shift, concat, upsample, avg_pool, affine, divide.
 */
void dip_reference_planes (const DipReferenceCall *call);

G_END_DECLS
