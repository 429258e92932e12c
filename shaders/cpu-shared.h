/* What the kernels for CPU devices and the C that records them both read.
 *
 * A value is blocked: (batch, channels / 8, height + 2, pitch, 8) floats, the
 * eight lanes of a subgroup being neighbouring channels.  pitch is the width
 * rounded up to eight, plus two; a pixel (r, c) lies at row r + 1, column c + 1.
 * Channels past the last and columns past the width are always zero; rows and
 * columns outside the picture are zero where a kernel that reads them follows.
 * Offsets, pitches and planes count pixels: eight floats, 32 bytes.
 *
 * ids[i] must be i and is looked up to make workgroup numbers "always uniform"
 * in the compiler's eyes: see cpu.glsl.  It reaches workgroup 255 on each axis;
 * origin has, in eight bits an axis, the multiples of 256 to add.  Where sums are loops,
 * ids are not looked up, and ids[0] of those kernels is how many blocks to sum.
 */
#ifndef DIP_CPU_SHARED_H
#define DIP_CPU_SHARED_H

#ifdef __STDC__
#include <stdint.h>
#include <sys/types.h>
#endif

#define DIP_CPU_LANES 8
#define DIP_CPU_TILE 8         /* neighbouring pixels of a row that one workgroup makes */
#define DIP_CPU_IDS 16
#define DIP_CPU_SIZE_CONSTANT 4 /* threads in a workgroup ... */
#define DIP_CPU_AXIS_CONSTANT 5 /* ... and the axis its subgroups go along: cpu.glsl */
#define DIP_CPU_LOOPS_CONSTANT 6 /* whether sums are loops, over ids[0] blocks of channels */
#define DIP_CPU_STAT_ROWS 8    /* rows of a tile of statistics: raising it unrolls more */
#define DIP_CPU_APPLY_ROWS 4   /* the same of the kernels that go element by element */

/* The plane of a (batch, channels, 1, 1) value. */
#define DIP_CPU_VECTOR_PITCH 10
#define DIP_CPU_VECTOR_PLANE 30

#define DIP_CPU_COPY_VECTORS 32 /* a workgroup of the copy that measures the memory */

#define DIP_CPU_CONV_HAS_BIAS 1u     /* bias has a vector a block; else it is one vector */
#define DIP_CPU_CONV_HAS_PIXELS 2u   /* start is laid out as the output ... */
#define DIP_CPU_CONV_HAS_VECTORS 4u  /* ... or as (channels, 1, 1), or is one vector */

#define DIP_CPU_MAP_ADD 0u
#define DIP_CPU_MAP_ADD_VECTOR 1u
#define DIP_CPU_MAP_SCALE_SHIFT 2u
#define DIP_CPU_MAP_AFFINE 3u
#define DIP_CPU_MAP_DIVIDE 4u

#define DIP_CPU_REMAP_CONCAT 0u
#define DIP_CPU_REMAP_HEADS 1u

struct DipCpuConv
{
  uint64_t x;        /* top left of what the first output pixel reads */
  uint64_t weight;   /* (out / 8, in, kernel, kernel, 8), at the first channel read */
  uint64_t bias;
  uint64_t start;    /* what the sum starts from */
  uint place;        /* of the first output pixel in what is bound */
  uint x_plane;
  uint result_plane;
  uint weight_block; /* vectors in a block of eight output channels */
  uint pitches;      /* x in the low half, output in the high */
  uint width;        /* low half; DIP_CPU_CONV_ bits in the high */
  float scale;
  uint ids[DIP_CPU_IDS];
};

/* Winograd's F(4x4, 3x3): a tile is 4 x 4 outputs, made from 6 x 6 inputs through 36
 * products.  Between the three kernels that make it lie, in scratch,
 * (36, groups, channels / 8, tiles of a group, 8) floats: strides count vectors of eight.
 */
#define DIP_CPU_WINOGRAD_TILE 4
#define DIP_CPU_WINOGRAD_INPUTS 6
#define DIP_CPU_WINOGRAD_PRODUCTS 36
#define DIP_CPU_WINOGRAD_GROUP 6   /* tiles that one workgroup multiplies ... */
#define DIP_CPU_WINOGRAD_VECTORS 2 /* ... by this many blocks of output channels */

struct DipCpuWinogradIn
{
  uint64_t x;        /* the corner of the border of the first block */
  uint x_pitch;
  uint x_plane;
  uint width;        /* of the picture as it is read, and ... */
  uint last_row;     /* ... the border below it */
  uint first_row;    /* of tiles */
  uint n_across;     /* tiles */
  uint place;        /* of the first block in the result */
  uint group;        /* from group to group in the result */
  uint stride;       /* from product to product */
  uint ids[DIP_CPU_IDS];
};

struct DipCpuWinogradSum
{
  uint64_t x;        /* at the first channel read */
  uint64_t weight;   /* (36, out / 16, in, 16), at the first channel read */
  uint64_t start;    /* the result, if it is added to; else zeros */
  uint x_group;      /* from group to group ... */
  uint x_stride;     /* ... and from product to product */
  uint weight_group; /* from sixteen outputs to the next */
  uint weight_stride;
  uint group;        /* of the result */
  uint stride;
  uint has_start;    /* 1 or 0 */
  uint ids[DIP_CPU_IDS];
};

struct DipCpuWinogradOut
{
  uint64_t x;
  uint64_t bias;
  uint64_t start;     /* a residual, laid out as the result, or zeros */
  uint64_t vectors;   /* a channel bias, (channels, 1, 1), or zeros */
  uint x_group;
  uint x_stride;
  uint plane;
  uint rows;         /* height of the picture in the low half, first row of tiles above */
  uint columns;      /* width; tiles across */
  uint pitch;        /* low half; DIP_CPU_CONV_ bits in the high */
  uint place;        /* of the first pixel in what is bound */
  float scale;
  uint ids[DIP_CPU_IDS];
};

/* Makes (channels / 8, tiles, {mean, sum of squares about it}, 8) from the start of
 * what is bound.
 */
struct DipCpuStat
{
  uint64_t x;
  uint64_t y_step;   /* what to add to x's address from block x_blocks on */
  uint x_blocks;
  uint width;
  uint height;
  uint pitch;
  uint plane;
  uint origin;
  uint ids[DIP_CPU_IDS];
};

struct DipCpuFold
{
  uint64_t x;        /* partials */
  uint64_t weight;
  uint64_t bias;
  uint64_t factors;  /* (channels / 8, {factor, offset}, 8) */
  uint width;
  uint height;
  uint channels;
  uint n_groups;
  float eps;
  uint has_weight;
  uint has_bias;
};

struct DipCpuApply
{
  uint64_t x;
  uint64_t y_step;   /* as for the statistics */
  uint64_t factors;
  uint x_blocks;
  uint place;        /* of the first block in what is bound */
  uint width;
  uint height;
  uint pitch;
  uint plane;
  uint origin;
  uint ids[DIP_CPU_IDS];
};

struct DipCpuMap
{
  uint64_t x;
  uint64_t y;
  uint place;        /* of the first block in what is bound ... */
  uint first;        /* ... which is number so and so of the value */
  uint width;
  uint height;
  uint pitch;
  uint plane;
  uint channels;
  float scale;
  float offset;
  uint origin;
  uint ids[DIP_CPU_IDS];
};

struct DipCpuResample
{
  uint64_t x;
  uint place;        /* of the first block in what is bound */
  uint width;        /* of the output */
  uint x_pitch;
  uint x_plane;
  uint pitch;
  uint plane;
  uint origin;
  uint ids[DIP_CPU_IDS];
};

struct DipCpuRemap
{
  uint64_t x;
  uint64_t y;
  uint64_t result;
  uint width;
  uint pitch;
  uint plane;
  uint channels;     /* of the output, padding between heads included */
  uint x_channels;   /* CONCAT: of the first input */
  uint x_size;       /* HEADS: channels from one head to the next in x ... */
  uint size;         /* ... and in the output ... */
  uint used;         /* ... and in a head */
};

struct DipCpuBorder
{
  uint64_t result;
  uint height;
  uint pitch;
  uint plane;
};

struct DipCpuLinear
{
  uint64_t x;
  uint64_t weight;   /* (out / 8, in, 8) */
  uint64_t bias;
  uint64_t result;
  uint n_in;
  uint has_bias;
};

struct DipCpuTranspose
{
  uint64_t x;        /* the first pixel of a head's keys */
  uint64_t result;   /* (tokens / 8, channels, 8): the lanes are tokens */
  uint plane;
  uint n_blocks;     /* of channels */
};

/* Blocks of tokens that a softmax goes through without a loop, at most. */
#define DIP_CPU_SOFTMAX_BLOCKS 40

struct DipCpuSoftmax
{
  uint64_t x;        /* (tokens / 8, queries, 8), in place */
  uint n_blocks;     /* of tokens */
  uint n_queries;
  uint n_across;     /* queries of a row */
  uint width;        /* of the picture the tokens are of */
  uint height;
  uint pitch;
  uint ids[DIP_CPU_IDS];
};

struct DipCpuCopy
{
  uint64_t x;
  uint n_across;     /* workgroups in a row of the grid */
  uint ids[DIP_CPU_IDS];
};

#endif
