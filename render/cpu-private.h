#pragma once

#include "render/family.h"
#include "shaders/cpu-shared.h"

G_BEGIN_DECLS

/* The kernel family for CPU devices: what its files share.
 *
 * Values are blocked as shaders/cpu-shared.h says; kernels bind nothing and
 * work on addresses.  Every image of a batch is recorded by itself.
 */

/* Where the pixels of one value lie.  Counts are of pixels (eight channels,
 * 32 bytes) unless they say otherwise.
 */
typedef struct
{
  guint n_channels;
  guint n_blocks; /* of eight channels */
  guint height;
  guint width;
  guint pitch;   /* from one row to the next */
  guint plane;   /* from one block to the next */
  gsize n_bytes; /* an image; a multiple of DIP_ALIGNMENT */
} DipCpuLayout;

#define DIP_CPU_PIXEL_BYTES (DIP_CPU_LANES * sizeof (float))

void
dip_cpu_layout_init (DipCpuLayout *self, guint n_channels, guint height, guint width);
void dip_cpu_layout_init_shape (DipCpuLayout *self, const DipShape *shape);
void
dip_cpu_layout_init_value (DipCpuLayout *self, const DipGraph *graph, DipValueId value);

/* Image @i of a batch. */
DipRange dip_cpu_layout_slice (const DipCpuLayout *self, const DipRange *value, guint i);

/* Pixels from an image's start to the first of its picture. */
guint dip_cpu_layout_get_origin (const DipCpuLayout *self);

guint dip_cpu_count_blocks (guint n_channels);
guint dip_cpu_count_tiles (guint width);

gsize dip_cpu_value_size (const DipShape *shape);
gsize dip_cpu_bound_size (const DipShape *shape);
void dip_cpu_pack_value (const DipShape *shape, const float *nchw, gpointer bytes);
void dip_cpu_unpack_value (const DipShape *shape, gconstpointer bytes, float *nchw);

/* Packs: a convolution's or linear layer's weights end in a vector of zeros. */
guint dip_cpu_list_packs (const DipGraph *graph, const DipNode *node, DipPack *packs);
void
dip_cpu_fill_pack (const DipGraph *graph, const DipNode *node, guint i, gpointer bytes);

/* Subgroups a workgroup at most: more bring little, and leave less to share between
 * cores.
 */
#define DIP_CPU_SUBGROUPS 4

/* A dispatch in the making. */
typedef struct
{
  const DipKernel *kernel;
  guint32 constants[7]; /* the last three are set when it is recorded */
  DipOperand operands[8];
  guint n_operands;
  double share; /* of the node's work */
  guint axis;   /* that workgroups had best go along */
} DipCpuCall;

/* The style of a recorder whose sums of products are loops: shaders/cpu.glsl.  One
 * dispatch then goes through any number of channels.
 */
#define DIP_CPU_STYLE_LOOPS 1

gboolean dip_cpu_has_loops (DipRecorder *recorder);

/* How many channels a dispatch of such a sum goes through; @ids are its push
 * constants'.
 */
void dip_cpu_set_n_channels (DipCpuCall *self,
                             DipRecorder *recorder,
                             guint n_channels,
                             guint32 ids[DIP_CPU_IDS]);

/* A zeroed range is nothing and is left out. */
void dip_cpu_call_touch (DipCpuCall *self, const DipRange *range, DipAccess access);

/* Records @self over a grid that the kernel counts directly ... */
void dip_cpu_call_record (DipCpuCall *self,
                          DipRecorder *recorder,
                          gconstpointer push,
                          guint n_x,
                          guint n_y,
                          guint n_z);

/* ... or through the ids of its push constants: in pieces of at most 256
 * workgroups an axis, whose origin goes to @origin, a field of @push.
 */
void dip_cpu_call_record_pieces (DipCpuCall *self,
                                 DipRecorder *recorder,
                                 gpointer push,
                                 guint32 *origin,
                                 guint n_x,
                                 guint n_y,
                                 guint n_z);
void dip_cpu_fill_ids (guint32 ids[DIP_CPU_IDS]);

#define DIP_CPU_PIECE 256

/* Blocks that a kernel can bind at once. */
typedef struct
{
  guint block; /* the first, and ... */
  guint n_blocks;
  DipRange range; /* ... what to bind, where ... */
  guint place;    /* ... the first block begins, in pixels */
} DipCpuPiece;

/* The next piece of @n_blocks blocks, @plane pixels apart, the first of them @start
 * pixels into @whole; FALSE past the last.  @self starts zeroed.
 */
gboolean dip_cpu_piece_next (DipCpuPiece *self,
                             DipRecorder *recorder,
                             const DipRange *whole,
                             guint start,
                             guint plane,
                             guint n_blocks);

/* Zeroes what surrounds the pictures of an image. */
void dip_cpu_record_border (DipRecorder *recorder,
                            const DipCpuLayout *layout,
                            const DipRange *image);

/* The same for a node's whole output if another node looks there. */
void dip_cpu_record_output_border (DipRecorder *recorder, const DipNodeSite *site);

/* x and y one after the other along the channels. */
void dip_cpu_record_concat (DipRecorder *recorder,
                            const DipCpuLayout *x_layout,
                            const DipRange *x,
                            const DipRange *y,
                            const DipCpuLayout *layout,
                            const DipRange *result);

/* Heads of @used channels, @x_size apart in @x and @size apart in @result. */
void dip_cpu_record_heads (DipRecorder *recorder,
                           const DipRange *x,
                           guint x_size,
                           const DipCpuLayout *layout,
                           const DipRange *result,
                           guint size,
                           guint used);

/* A sum of products: convolutions and attention's two matrix products. */
typedef struct
{
  DipRange range; /* of an image */
  guint first;    /* the first pixel that the first output reads */
  guint n_blocks;
  guint pitch;
  guint plane;
} DipCpuSource;

typedef struct
{
  guint kernel;
  guint stride;
  gboolean is_up;
  DipCpuSource sources[2]; /* one after the other along the channels */
  guint n_sources;
  DipRange weights;
  guint weight_first;     /* vectors to the first */
  guint weight_block;     /* vectors from one block of outputs to the next */
  DipRange zeros;         /* a vector of them */
  DipRange bias;          /* a vector a block, or none */
  DipRange start_pixels;  /* like the result, or none ... */
  DipRange start_vectors; /* ... or an image of (channels, 1, 1), or none */
  DipRange result;
  guint result_first; /* the first output pixel */
  guint n_blocks;
  guint width;
  guint height;
  guint pitch;
  guint plane;
  float scale;
  double share; /* of the node's work */
} DipCpuSum;

void dip_cpu_record_sum (DipRecorder *recorder, const DipCpuSum *sum);

/* Ops, a file each or a few. */
gsize dip_cpu_conv_scratch (const DipGraph *graph, const DipNode *node);
void dip_cpu_record_conv (DipRecorder *recorder, const DipNodeSite *site);
gsize dip_cpu_norm_scratch (const DipGraph *graph, const DipNode *node);
void dip_cpu_record_norm (DipRecorder *recorder, const DipNodeSite *site);
gsize dip_cpu_attention_scratch (const DipGraph *graph, const DipNode *node);
void dip_cpu_record_attention (DipRecorder *recorder, const DipNodeSite *site);
void dip_cpu_record_map (DipRecorder *recorder, const DipNodeSite *site);
void dip_cpu_record_add_vector (DipRecorder *recorder,
                                const DipCpuLayout *layout,
                                const DipRange *x,
                                const DipRange *vector,
                                const DipRange *result);
void dip_cpu_record_resample (DipRecorder *recorder, const DipNodeSite *site);
void dip_cpu_record_linear (DipRecorder *recorder, const DipNodeSite *site);
void dip_cpu_record_concat_node (DipRecorder *recorder, const DipNodeSite *site);

G_END_DECLS
