#pragma once

#include "render/family.h"
#include "shaders/shared.h"

G_BEGIN_DECLS

/* The ops of the generic families: each records one node, one op a file.
 *
 * Layout: (batch, pixel, channel), channels padded with zeros to a multiple of
 * DIP_CHANNEL_STEP, each image of a batch padded to a multiple of DIP_IMAGE_BYTES
 * (shaders/shared.h).  Four channels are a quad, the unit of all strides.
 */

/* How values and convolutions' and linear layers' weights are stored, and what
 * multiplies them.
 */
typedef enum
{
  DIP_OP_FLOAT,  /* float32 */
  DIP_OP_HALF,   /* half precision, float32 arithmetic */
  DIP_OP_MATRIX, /* the same, convolutions by cooperative matrices */
} DipOpStyle;

/* A kernel for float32 and one for half precision: kernels[dip_op_is_half (style)]. */
#define DIP_OP_KERNELS(name_, n_bindings_, push_)                                        \
  {                                                                                      \
    DIP_KERNEL (name_, n_bindings_, push_),                                              \
        DIP_KERNEL (name_##_half, n_bindings_, push_)                                    \
  }

gboolean dip_op_is_half (DipOpStyle style);

/* Channels with their padding, and the quads of them. */
guint dip_op_pad_channels (guint n_channels);
guint dip_op_count_quads (guint n_channels);

/* Bytes and quads from one image of a value to the next. */
gsize dip_op_get_image_bytes (const DipShape *shape, DipOpStyle style);
guint dip_op_get_stride (const DipShape *shape, DipOpStyle style);

const DipShape *dip_op_get_shape (const DipNodeSite *site, DipValueId value);

/* The strides of the node's inputs x and y and of its output, and what goes along. */
void dip_op_fill_map (const DipNodeSite *site, DipOpStyle style, DipPushMap *push);

/* Whether quads of the output are quads of one input, where there are two. */
gboolean dip_op_is_aligned (const DipNodeSite *site);

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

void dip_op_map (DipRecorder *recorder, const DipNodeSite *site, DipOpStyle style);
void dip_op_resample (DipRecorder *recorder, const DipNodeSite *site, DipOpStyle style);
void dip_op_linear (DipRecorder *recorder, const DipNodeSite *site, DipOpStyle style);
void dip_op_conv (DipRecorder *recorder, const DipNodeSite *site, DipOpStyle style);
void dip_op_group_norm (DipRecorder *recorder, const DipNodeSite *site, DipOpStyle style);
void dip_op_attention (DipRecorder *recorder, const DipNodeSite *site, DipOpStyle style);

/* Scratch, bytes. */
gsize dip_op_group_norm_get_scratch (const DipGraph *graph, const DipNode *node);
gsize dip_op_conv_get_scratch (const DipGraph *graph, const DipNode *node);

/* Packs (op-pack.c): weight, then bias, as the shaders read them. */
guint dip_op_list_packs (const DipGraph *graph,
                         const DipNode *node,
                         DipOpStyle style,
                         DipPack *packs);
void dip_op_fill_pack (const DipGraph *graph,
                       const DipNode *node,
                       guint i,
                       DipOpStyle style,
                       gpointer bytes);

G_END_DECLS
