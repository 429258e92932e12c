#version 450
#extension GL_GOOGLE_include_directive : require
#include "storage.glsl"
#include "shared.h"
#include "conv.glsl"

/* The convolution (conv.glsl) with register tiles: an invocation holds the sums of
 * PIXELS_EACH pixels by QUADS_EACH quads of output channels.
 */

layout (constant_id = 11) const uint PIXELS_EACH = 4;
layout (constant_id = 12) const uint QUADS_EACH = 2;

/* Steps that are summed up before they join the total, since long float32 sums lose
 * less in blocks; 0: none.
 */
layout (constant_id = 13) const uint BLOCK = 8;

const uint DEPTH = DIP_CONV_DEPTH;
const uint DEPTH_QUADS = DEPTH / 4;
const uint PITCH = DEPTH_QUADS + 1; /* else pixels would meet in a bank */
const uint TILE_QUADS = TILE_OUT / 4;
const uint OUT_LANES = TILE_QUADS / QUADS_EACH;
const uint PIXEL_LANES = TILE_PIXELS / PIXELS_EACH;
const uint N_PIXEL_LOADS = TILE_PIXELS * DEPTH_QUADS / THREADS;
const uint N_WEIGHT_LOADS = (DEPTH * TILE_QUADS + THREADS - 1) / THREADS;

shared vec4 pixels[TILE_PIXELS * PITCH];
shared vec4 weights[DEPTH * TILE_QUADS]; /* (in,out quad) */

ivec2 origins[N_PIXEL_LOADS];
vec4 next_pixels[N_PIXEL_LOADS];
vec4 next_weights[N_WEIGHT_LOADS];

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

      pixels[i / DEPTH_QUADS * PITCH + i % DEPTH_QUADS] = next_pixels[n];
    }
  [[unroll]] for (uint n = 0; n < N_WEIGHT_LOADS; n++)
    if (t + n * THREADS < DEPTH * TILE_QUADS)
      weights[t + n * THREADS] = next_weights[n];
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
  uint n_summed = 0;
  vec4 totals[PIXELS_EACH][QUADS_EACH];
  vec4 sums[PIXELS_EACH][QUADS_EACH];

  [[unroll]] for (uint i = 0; i < PIXELS_EACH; i++)
    [[unroll]] for (uint j = 0; j < QUADS_EACH; j++)
      {
        totals[i][j] = vec4 (0.0);
        sums[i][j] = vec4 (0.0);
      }
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

      for (uint k = 0; k < DEPTH_QUADS; k++)
        {
          vec4 a[PIXELS_EACH];

          [[unroll]] for (uint i = 0; i < PIXELS_EACH; i++)
            a[i] = pixels[(t / OUT_LANES + i * PIXEL_LANES) * PITCH + k];
          [[unroll]] for (uint c = 0; c < 4; c++)
            [[unroll]] for (uint j = 0; j < QUADS_EACH; j++)
              {
                vec4 b = weights[(4 * k + c) * TILE_QUADS + t % OUT_LANES + j * OUT_LANES];

                [[unroll]] for (uint i = 0; i < PIXELS_EACH; i++)
                  sums[i][j] = fma (vec4 (a[i][c]), b, sums[i][j]);
              }
        }

      if (BLOCK > 0 && ++n_summed % BLOCK == 0)
        [[unroll]] for (uint i = 0; i < PIXELS_EACH; i++)
          [[unroll]] for (uint j = 0; j < QUADS_EACH; j++)
            {
              totals[i][j] += sums[i][j];
              sums[i][j] = vec4 (0.0);
            }
    }

  [[unroll]] for (uint i = 0; i < PIXELS_EACH; i++)
    [[unroll]] for (uint j = 0; j < QUADS_EACH; j++)
      store (first_pixel + t / OUT_LANES + i * PIXEL_LANES,
             first_quad + t % OUT_LANES + j * OUT_LANES, totals[i][j] + sums[i][j]);
}
