#pragma once

#include "render/family.h"

G_BEGIN_DECLS

/* The ops of the generic family: each records one node, one op a file.
 *
 * Layout: NCHW float32, each image of a batch padded to a multiple of
 * DIP_IMAGE_FLOATS (shaders/shared.h).
 */

/* Floats from one image of a value to the next. */
guint dip_op_get_stride (const DipShape *shape);

const DipShape *dip_op_get_shape (const DipNodeSite *site, DipValueId value);

/* One binding: a value that goes along with the images, or a weight. */
typedef struct
{
  DipRange range;
  DipAccess access;
  gboolean is_per_image;
} DipOpOperand;

/* A dispatch over the images of a batch.  Where the batch of an operand is
 * longer than a binding may be, it is cut into several dispatches of whole
 * images, so shaders count images from the binding's start.
 */
typedef struct
{
  const DipKernel *kernel;
  guint32 constants[DIP_MAX_CONSTANTS];
  guint n_constants;
  DipOpOperand operands[DIP_MAX_BINDINGS]; /* kernel->n_bindings of them */
  gconstpointer push;
  guint groups[2]; /* along x and y */
  guint depth;     /* workgroups along z for each image; 0 is 1 */
  double share;    /* of the node's work, for all images */
} DipOpDispatch;

void dip_op_dispatch (DipRecorder *recorder,
                      const DipNodeSite *site,
                      const DipOpDispatch *dispatch);

/* Workgroups for @n invocations, spread over x and y as elements.glsl counts. */
void dip_op_spread (gsize n, guint groups[2]);

/* Reading, writing a whole value; reading a weight. */
DipOpOperand dip_op_read (DipRange range);
DipOpOperand dip_op_write (DipRange range);
DipOpOperand dip_op_weight (DipRange range);

void dip_op_elements (DipRecorder *recorder, const DipNodeSite *site);
void dip_op_resize (DipRecorder *recorder, const DipNodeSite *site);
void dip_op_linear (DipRecorder *recorder, const DipNodeSite *site);
void dip_op_conv (DipRecorder *recorder, const DipNodeSite *site);
void dip_op_group_norm (DipRecorder *recorder, const DipNodeSite *site);
void dip_op_attention (DipRecorder *recorder, const DipNodeSite *site);

/* Scratch, bytes. */
gsize dip_op_group_norm_get_scratch (const DipGraph *graph, const DipNode *node);
gsize dip_op_attention_get_scratch (const DipGraph *graph,
                                    const DipNode *node,
                                    const DipDeviceInfo *info);

/* The convolution's weights as its shader reads them: (taps, in, out). */
void dip_op_conv_pack (const DipWeight *weight, float *packed);

G_END_DECLS
