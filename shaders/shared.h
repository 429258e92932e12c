/* What both languages read: every .comp includes this file, and so does C.
 *
 * Scalars only.  A vec3 is twelve bytes in C and sixteen in std430, and that
 * mistake shows up as a grey picture, never as an error.
 *
 * Values of the generic family are NCHW float32.  Each image of a batch starts
 * at a multiple of DIP_IMAGE_FLOATS (a storage buffer can be bound there on any
 * device); strides between images are in floats and such multiples.
 */
#ifndef DIP_SHADERS_SHARED_H
#define DIP_SHADERS_SHARED_H

#ifdef __STDC__
#  include <stdint.h>
typedef uint32_t uint;
#endif

#define DIP_IMAGE_FLOATS 64

/* Invocations in every workgroup: what Vulkan promises everywhere.  More hides
 * latency better on some GPUs but is not there on all.
 */
#define DIP_GROUP 128

/* The convolution's steps along the input channels.  Twice as many halve the
 * barriers and double the shared memory (8 KiB now with 64 x 64 tiles).
 */
#define DIP_CONV_DEPTH 16

/* Products a convolution sums up before it adds them to the total: long float32
 * sums lose less in blocks.  In steps of DIP_CONV_DEPTH.
 */
#define DIP_CONV_BLOCK 8

/* Side of attention's square tiles; 64 invocations of 4 x 4 would be enough, but
 * DIP_GROUP of 4 x 2 fill a GPU better.
 */
#define DIP_ATTENTION_TILE 32

/* As DipActivation in model/graph/graph.h. */
#define DIP_ACT_NONE 0
#define DIP_ACT_SILU 1
#define DIP_ACT_GELU 2
#define DIP_ACT_MISH 3
#define DIP_ACT_RELU 4

/* One image of what is element by element; y, z and the output have the same or
 * broadcast shapes, as each shader says.
 */
struct DipPushElements
{
  uint n_elements; /* of the output, in one image */
  uint n_channels; /* of x */
  uint n_pixels;   /* of the output */
  uint x_stride;
  uint y_stride;
  uint out_stride;
  float scale;
  float offset;
};

/* upsample, avg-pool */
struct DipPushResize
{
  uint n_elements; /* of the output, in one image */
  uint in_height;
  uint in_width;
  uint out_height;
  uint out_width;
  uint x_stride;
  uint out_stride;
};

struct DipPushConv
{
  uint n_x; /* channels of the first input */
  uint n_y; /* and of the second, 0 if there is none */
  uint n_out;
  uint in_height;
  uint in_width;
  uint out_height;
  uint out_width;
  uint pad; /* zeros above and left; below and right they follow from the sizes */
  uint x_stride;
  uint y_stride;
  uint out_stride;
  uint channel_bias_stride;
  uint first_tile; /* of pixels: long convolutions come in several dispatches */
  float scale;
};

struct DipPushLinear
{
  uint n_in;
  uint n_out;
  uint x_stride;
  uint out_stride;
};

/* Both halves of a group norm. */
struct DipPushNorm
{
  uint n_x;        /* channels of the first input */
  uint n_channels; /* of both */
  uint n_groups;
  uint n_pixels;
  uint x_stride;
  uint y_stride;
  uint out_stride;
  uint moments_stride; /* of the scratch: mean and factor of each group */
  float eps;
};

/* The three passes of attention, over n_rows queries from first_row on. */
struct DipPushAttention
{
  uint n_heads;
  uint head_size;
  uint n_positions;
  uint first_row;
  uint n_rows;
  uint stride; /* of q, k, v and the output */
  float scale;
};

#endif
