/* What both languages read: every .comp of the generic family includes this file, and
 * so does C.
 *
 * Scalars only.  A vec3 is twelve bytes in C and sixteen in std430, and that
 * mistake shows up as a grey picture, never as an error.
 *
 * Values of the generic family are (batch, pixel, channel), channels last, so that a
 * convolution's products lie side by side whatever the tap, and so do a head's.
 * Channels are padded with zeros to a multiple of DIP_CHANNEL_STEP, which makes every
 * access one of four channels (a quad).  Each image of a batch starts at a multiple of
 * DIP_IMAGE_BYTES (a storage buffer can be bound there on any device).  Strides and
 * offsets count quads.
 */
#ifndef DIP_SHADERS_SHARED_H
#define DIP_SHADERS_SHARED_H

#ifdef __STDC__
#  include <stdint.h>
typedef uint32_t uint;
typedef struct DipPushMap DipPushMap;
#endif

#define DIP_IMAGE_BYTES 256

/* Eight halves are the 16 bytes that a GPU likes to load at once; more would waste
 * more on pictures of three channels.
 */
#define DIP_CHANNEL_STEP 8

/* Invocations in a workgroup where nothing speaks for another number: what Vulkan
 * promises everywhere.
 */
#define DIP_GROUP 128

/* The convolution's steps along the input channels.  Twice as many halve the barriers
 * and double the shared memory.
 */
#define DIP_CONV_DEPTH 16
#define DIP_CONV_MATRIX_DEPTH 32

/* Pixels that one workgroup measures for a norm: more make fewer partial results, and
 * fewer workgroups for small pictures.
 */
#define DIP_NORM_SLAB 64

/* Keys that attention looks at before it rescales its sums. */
#define DIP_ATTENTION_KEYS 32

/* As DipActivation in model/graph/graph.h. */
#define DIP_ACT_NONE 0
#define DIP_ACT_SILU 1
#define DIP_ACT_GELU 2
#define DIP_ACT_MISH 3
#define DIP_ACT_RELU 4

/* What peak-fma.comp does at once: numbers that do not wait for each other (with the
 * two constants they fill the sixteen registers of AVX2), and steps between two looks
 * at the loop's counter.
 */
#define DIP_PEAK_CHAINS 12
#define DIP_PEAK_STEPS 32

/* What map.comp does. */
#define DIP_MAP_ACTIVATION 0
#define DIP_MAP_ADD 1
#define DIP_MAP_ADD_VECTOR 2 /* y (C,1,1) */
#define DIP_MAP_SCALE_SHIFT 3
#define DIP_MAP_CONCAT 4
#define DIP_MAP_AFFINE 5
#define DIP_MAP_DIVIDE 6

/* map, norm: one or two inputs of the same pixels and one output. */
struct DipPushMap
{
  uint n_x;        /* channels of x */
  uint n_channels; /* of the output */
  uint n_pixels;
  uint x_quads; /* of one pixel */
  uint y_quads;
  uint out_quads;
  uint x_stride; /* from image to image */
  uint y_stride;
  uint out_stride;
  float scale;
  float offset;
};

struct DipPushResize
{
  uint quads; /* of one pixel */
  uint in_width;
  uint out_height;
  uint out_width;
  uint x_stride;
  uint out_stride;
};

struct DipPushConv
{
  uint x_quads; /* of one pixel */
  uint y_quads; /* 0 if there is no second input */
  uint out_quads;
  uint in_height;
  uint in_width;
  uint out_height;
  uint out_width;
  uint pad; /* zeros above and left; below and right they follow from the sizes */
  uint x_stride;
  uint y_stride;
  uint out_stride;
  uint channel_bias_stride;
  uint partial_stride; /* float quads from image to image */
  uint first_tile; /* of pixels: long convolutions come in several dispatches */
  float scale;
};

struct DipPushLinear
{
  uint in_quads;
  uint out_quads;
  uint x_stride;
  uint out_stride;
};

/* All three parts of a group norm. */
struct DipPushNorm
{
  DipPushMap map;
  uint n_groups;
  uint n_slabs;
  uint stat_stride; /* of the scratch, float quads: mean and squares of each channel */
  uint coef_stride; /* the same: mean and factor of each channel */
  float eps;
};

struct DipPushAttention
{
  uint n_heads;
  uint head_size;
  uint n_positions;
  uint quads;      /* of one position */
  uint stride;     /* of q, k, v and the output */
  uint first_tile; /* of queries: long ones come in several dispatches */
  float scale;
};

struct DipPushPeak
{
  uint n_rounds;
  float factor; /* 1 */
  float offset; /* 1 */
};

struct DipPushPeakCopy
{
  uint n_quads; /* of 32 bits */
};

#endif
