#version 450
#extension GL_GOOGLE_include_directive : require
#extension GL_KHR_cooperative_matrix : require
#extension GL_KHR_memory_scope_semantics : require
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require
#pragma use_vulkan_memory_model

#define DIP_HALF
#define HELD f16vec4
#include "storage.glsl"
#include "shared.h"
#include "conv.glsl"

/* The convolution (conv.glsl) with cooperative matrices, half precision in, float32
 * sums.  A subgroup makes SUB_PIXELS by SUB_OUT of the workgroup's tile in matrices of
 * M by N, K products at a time: what the device says it has.
 */

layout (constant_id = 11) const uint SUB_PIXELS = 32;
layout (constant_id = 12) const uint SUB_OUT = 32;
layout (constant_id = 13) const uint M = 16;
layout (constant_id = 14) const uint N = 16;
layout (constant_id = 15) const uint K = 16;

const uint DEPTH = DIP_CONV_MATRIX_DEPTH;
const uint DEPTH_QUADS = DEPTH / 4;
const uint TILE_QUADS = TILE_OUT / 4;
const uint PIXEL_PITCH = DEPTH_QUADS + 2; /* else rows would meet in a bank */
const uint WEIGHT_PITCH = TILE_QUADS + 2;
const uint N_PIXEL_LOADS = (TILE_PIXELS * DEPTH_QUADS + THREADS - 1) / THREADS;
const uint N_WEIGHT_LOADS = (DEPTH * TILE_QUADS + THREADS - 1) / THREADS;
const uint N_ROWS = SUB_PIXELS / M;
const uint N_COLUMNS = SUB_OUT / N;
const uint N_ACROSS = TILE_OUT / SUB_OUT; /* subgroups along the channels */
const uint N_SUBGROUPS = TILE_PIXELS / SUB_PIXELS * N_ACROSS;

shared f16vec4 pixels[TILE_PIXELS * PIXEL_PITCH]; /* (pixel,in quad) */
shared f16vec4 weights[DEPTH * WEIGHT_PITCH];     /* (in,out quad) */
shared vec4 results[N_SUBGROUPS * M * N / 4];

ivec2 origins[N_PIXEL_LOADS];
f16vec4 next_pixels[N_PIXEL_LOADS];
f16vec4 next_weights[N_WEIGHT_LOADS];

/* What step @s of the sum reads, into registers. */
void
fetch (uint s, uint n_chunks, uint first_quad)
{
  uint t = gl_LocalInvocationID.x;
  uint tap = s / n_chunks;
  uint chunk = s % n_chunks;

  [[unroll]] for (uint n = 0; n < N_PIXEL_LOADS; n++)
    next_pixels[n] = load_pixel (origins[n], tap,
                                 chunk * DEPTH_QUADS + (t + n * THREADS) % DEPTH_QUADS);
  [[unroll]] for (uint n = 0; n < N_WEIGHT_LOADS; n++)
    {
      uint i = t + n * THREADS;

      next_weights[n] = load_weight (tap, chunk * DEPTH + i / TILE_QUADS,
                                     first_quad + i % TILE_QUADS);
    }
}

/* From registers to shared memory. */
void
put ()
{
  uint t = gl_LocalInvocationID.x;

  [[unroll]] for (uint n = 0; n < N_PIXEL_LOADS; n++)
    {
      uint i = t + n * THREADS;

      if (i < TILE_PIXELS * DEPTH_QUADS)
        pixels[i / DEPTH_QUADS * PIXEL_PITCH + i % DEPTH_QUADS] = next_pixels[n];
    }
  [[unroll]] for (uint n = 0; n < N_WEIGHT_LOADS; n++)
    {
      uint i = t + n * THREADS;

      if (i < DEPTH * TILE_QUADS)
        weights[i / TILE_QUADS * WEIGHT_PITCH + i % TILE_QUADS] = next_weights[n];
    }
}

coopmat<float, gl_ScopeSubgroup, M, N, gl_MatrixUseAccumulator> sums[N_ROWS * N_COLUMNS];

/* The products of what lies in shared memory. */
void
multiply (uint first_row, uint first_column)
{
  [[unroll]] for (uint k = 0; k < DEPTH; k += K)
    {
      coopmat<float16_t, gl_ScopeSubgroup, M, K, gl_MatrixUseA> a[N_ROWS];
      coopmat<float16_t, gl_ScopeSubgroup, K, N, gl_MatrixUseB> b;

      [[unroll]] for (uint i = 0; i < N_ROWS; i++)
        coopMatLoad (a[i], pixels, (first_row + i * M) * PIXEL_PITCH + k / 4, PIXEL_PITCH,
                     gl_CooperativeMatrixLayoutRowMajor);
      [[unroll]] for (uint j = 0; j < N_COLUMNS; j++)
        {
          coopMatLoad (b, weights, k * WEIGHT_PITCH + (first_column + j * N) / 4,
                       WEIGHT_PITCH, gl_CooperativeMatrixLayoutRowMajor);
          [[unroll]] for (uint i = 0; i < N_ROWS; i++)
            sums[i * N_COLUMNS + j] = coopMatMulAdd (a[i], b, sums[i * N_COLUMNS + j]);
        }
    }
}

void
main ()
{
  uint t = gl_LocalInvocationID.x;
  uint first_quad = gl_WorkGroupID.y * TILE_QUADS;
  uint first_pixel = (push.first_tile + gl_WorkGroupID.x) * TILE_PIXELS;
  uint n_chunks = (push.x_quads + push.y_quads + DEPTH_QUADS - 1) / DEPTH_QUADS;
  uint n_steps = KERNEL * KERNEL * n_chunks;
  uint split = gl_WorkGroupID.z % N_SPLITS;
  uint step = split * n_steps / N_SPLITS;
  uint end = (split + 1) * n_steps / N_SPLITS;
  uint first_row = gl_SubgroupID / N_ACROSS * SUB_PIXELS;
  uint first_column = gl_SubgroupID % N_ACROSS * SUB_OUT;
  uint mine = gl_SubgroupID * M * N / 4;

  [[unroll]] for (uint i = 0; i < N_ROWS * N_COLUMNS; i++)
    sums[i] = coopmat<float, gl_ScopeSubgroup, M, N, gl_MatrixUseAccumulator> (0.0);
  [[unroll]] for (uint n = 0; n < N_PIXEL_LOADS; n++)
    origins[n] = find_origin (first_pixel + (t + n * THREADS) / DEPTH_QUADS);

  fetch (step, n_chunks, first_quad);
  for (; step < end; step++)
    {
      barrier ();
      put ();
      barrier ();
      if (step + 1 < end)
        fetch (step + 1, n_chunks, first_quad);
      multiply (first_row, first_column);
    }

  [[unroll]] for (uint i = 0; i < N_ROWS; i++)
    [[unroll]] for (uint j = 0; j < N_COLUMNS; j++)
      {
        barrier ();
        coopMatStore (sums[i * N_COLUMNS + j], results, mine, N / 4,
                      gl_CooperativeMatrixLayoutRowMajor);
        barrier ();
        for (uint n = gl_SubgroupInvocationID; n < M * N / 4; n += gl_SubgroupSize)
          store (first_pixel + first_row + i * M + n / (N / 4),
                 first_quad + (first_column + j * N) / 4 + n % (N / 4), results[mine + n]);
      }
}
