#version 450
#extension GL_GOOGLE_include_directive : require
#extension GL_KHR_cooperative_matrix : require
#extension GL_KHR_memory_scope_semantics : require
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require
#pragma use_vulkan_memory_model

#define DIP_HALF
#include "storage.glsl"
#include "shared.h"
#include "conv.glsl"

/* The convolution (conv.glsl) with cooperative matrices, half precision in, float32
 * sums.  A subgroup makes SUB_PIXELS by SUB_OUT of the workgroup's tile in matrices of
 * M by N, K products at a time: what the device says it has.
 *
 * Everything is read and written in octets, eight channels in 16 bytes: a GPU's widest
 * access, and channels are padded to them.  Two tiles stand in shared memory: while one
 * is multiplied, the next comes from memory into registers and then into the other,
 * with one barrier a step.  Where an invocation reads is worked out once a tap; what
 * lies outside is read somewhere inside and made zero, so that no load waits for a
 * branch.
 */

layout (constant_id = 11) const uint SUB_PIXELS = 32;
layout (constant_id = 12) const uint SUB_OUT = 32;
layout (constant_id = 13) const uint M = 16;
layout (constant_id = 14) const uint N = 16;
layout (constant_id = 15) const uint K = 16;

const uint DEPTH = DIP_CONV_MATRIX_DEPTH;
const uint DEPTH_OCTETS = DEPTH / 8;
const uint TILE_OCTETS = TILE_OUT / 8;
const uint PIXEL_PITCH = DEPTH_OCTETS + 1; /* else rows would meet in a bank */
const uint WEIGHT_PITCH = TILE_OCTETS + 1;
const uint N_PIXEL_LOADS = (TILE_PIXELS * DEPTH_OCTETS + THREADS - 1) / THREADS;
const uint N_WEIGHT_LOADS = (DEPTH * TILE_OCTETS + THREADS - 1) / THREADS;
const uint N_ROWS = SUB_PIXELS / M;
const uint N_COLUMNS = SUB_OUT / N;
const uint N_ACROSS = TILE_OUT / SUB_OUT; /* subgroups along the channels */
const uint N_SUBGROUPS = TILE_PIXELS / SUB_PIXELS * N_ACROSS;
const uint RESULT_PITCH = N / 4 + 1;

/* The same bytes as conv.glsl's, in octets. */
layout (binding = 0) writeonly buffer OutOctets { uvec4 out_octets[]; };
layout (binding = 1) readonly buffer XOctets { uvec4 x_octets[]; };
layout (binding = 2) readonly buffer YOctets { uvec4 y_octets[]; };
layout (binding = 3) readonly buffer WeightOctets { uvec4 weight_octets[]; };
layout (binding = 6) readonly buffer ResidualOctets { uvec4 residual_octets[]; };

shared uvec4 pixels[2 * TILE_PIXELS * PIXEL_PITCH]; /* (2,pixel,in octet) */
shared uvec4 weights[2 * DEPTH * WEIGHT_PITCH];     /* (2,in,out octet) */
shared vec4 results[N_SUBGROUPS * M * RESULT_PITCH];

/* Of the step that is fetched next. */
uint tap;
uint chunk;

const uint NOT_INSIDE = 0xffffffffu;

ivec2 origins[N_PIXEL_LOADS];
uint places[N_PIXEL_LOADS]; /* pixels of the input under the tap, or NOT_INSIDE */
uvec4 next_pixels[N_PIXEL_LOADS];
uvec4 next_weights[N_WEIGHT_LOADS];

/* Where the pixels lie under the tap. */
void
look_up (void)
{
  ivec2 size = ivec2 (push.in_height, push.in_width) * int (ZOOM);

  [[unroll]] for (uint n = 0; n < N_PIXEL_LOADS; n++)
    {
      ivec2 at = origins[n] + ivec2 (tap / KERNEL, tap % KERNEL);
      bool is_inside =
        all (greaterThanEqual (at, ivec2 (0))) && all (lessThan (at, size));

      places[n] = is_inside ? uint (at.x) / ZOOM * push.in_width + uint (at.y) / ZOOM
                            : NOT_INSIDE;
    }
}

/* What the step reads, into registers; and on to the next. */
void
fetch (uint n_chunks, uint first_octet)
{
  uint t = gl_LocalInvocationID.x;
  uint n_x = push.x_quads / 2;
  uint n_y = push.y_quads / 2;
  uint n_out = push.out_quads / 2;
  uint q = chunk * DEPTH_OCTETS + t % DEPTH_OCTETS;
  bool is_there = q < n_x + n_y;
  bool is_y = HAS_Y && q >= n_x;
  uint x_base = get_image () * (push.x_stride / 2) + (is_there && !is_y ? q : 0);
  uint y_base = get_image () * (push.y_stride / 2) + (is_there && is_y ? q - n_x : 0);
  uint first_row = tap * 8 * (n_x + n_y) + chunk * DEPTH;

  [[unroll]] for (uint n = 0; n < N_PIXEL_LOADS; n++)
    {
      bool is_read = is_there && places[n] != NOT_INSIDE;
      uint place = is_read ? places[n] : 0;
      uvec4 v;

      if (is_y)
        v = y_octets[y_base + place * n_y];
      else
        v = x_octets[x_base + place * n_x];
      next_pixels[n] = is_read ? v : uvec4 (0);
    }
  [[unroll]] for (uint n = 0; n < N_WEIGHT_LOADS; n++)
    {
      uint i = t + n * THREADS;
      uint o = first_octet + i % TILE_OCTETS;
      bool is_read = chunk * DEPTH + i / TILE_OCTETS < 8 * (n_x + n_y) && o < n_out;
      uvec4 v = weight_octets[is_read ? (first_row + i / TILE_OCTETS) * n_out + o : 0];

      next_weights[n] = is_read ? v : uvec4 (0);
    }

  if (++chunk == n_chunks)
    {
      chunk = 0;
      tap++;
      look_up ();
    }
}

/* From registers to shared memory, tile @which. */
void
put (uint which)
{
  uint t = gl_LocalInvocationID.x;

  [[unroll]] for (uint n = 0; n < N_PIXEL_LOADS; n++)
    {
      uint i = t + n * THREADS;

      if (i < TILE_PIXELS * DEPTH_OCTETS)
        pixels[(which * TILE_PIXELS + i / DEPTH_OCTETS) * PIXEL_PITCH +
               i % DEPTH_OCTETS] = next_pixels[n];
    }
  [[unroll]] for (uint n = 0; n < N_WEIGHT_LOADS; n++)
    {
      uint i = t + n * THREADS;

      if (i < DEPTH * TILE_OCTETS)
        weights[(which * DEPTH + i / TILE_OCTETS) * WEIGHT_PITCH + i % TILE_OCTETS] =
          next_weights[n];
    }
}

coopmat<float, gl_ScopeSubgroup, M, N, gl_MatrixUseAccumulator> sums[N_ROWS * N_COLUMNS];

/* The products of what lies in tile @which. */
void
multiply (uint which, uint first_row, uint first_column)
{
  [[unroll]] for (uint k = 0; k < DEPTH; k += K)
    {
      coopmat<float16_t, gl_ScopeSubgroup, M, K, gl_MatrixUseA> a[N_ROWS];
      coopmat<float16_t, gl_ScopeSubgroup, K, N, gl_MatrixUseB> b;

      [[unroll]] for (uint i = 0; i < N_ROWS; i++)
        coopMatLoad (a[i], pixels,
                     (which * TILE_PIXELS + first_row + i * M) * PIXEL_PITCH + k / 8,
                     PIXEL_PITCH, gl_CooperativeMatrixLayoutRowMajor);
      [[unroll]] for (uint j = 0; j < N_COLUMNS; j++)
        {
          coopMatLoad (b, weights,
                       (which * DEPTH + k) * WEIGHT_PITCH + (first_column + j * N) / 8,
                       WEIGHT_PITCH, gl_CooperativeMatrixLayoutRowMajor);
          [[unroll]] for (uint i = 0; i < N_ROWS; i++)
            sums[i * N_COLUMNS + j] = coopMatMulAdd (a[i], b, sums[i * N_COLUMNS + j]);
        }
    }
}

vec4
unpack (uvec2 v)
{
  return vec4 (unpackFloat2x16 (v.x), unpackFloat2x16 (v.y));
}

uvec2
pack (vec4 v)
{
  return uvec2 (packFloat2x16 (f16vec2 (v.xy)), packFloat2x16 (f16vec2 (v.zw)));
}

/* conv.glsl's finish() for an octet. */
void
finish_octet (uint p, uint o, vec4 low, vec4 high)
{
  uint at = get_image () * (push.out_stride / 2) + p * (push.out_quads / 2) + o;

  if (HAS_BIAS)
    {
      low += bias[2 * o];
      high += bias[2 * o + 1];
    }
  if (HAS_CHANNEL_BIAS)
    {
      uint c = get_image () * push.channel_bias_stride + 2 * o;

      low += vec4 (channel_bias[c]);
      high += vec4 (channel_bias[c + 1]);
    }
  if (HAS_RESIDUAL)
    {
      uvec4 v = residual_octets[at];

      low += unpack (v.xy);
      high += unpack (v.zw);
    }
  out_octets[at] = uvec4 (pack (low * push.scale), pack (high * push.scale));
}

/* conv.glsl's store() for an octet. */
void
store_octet (uint p, uint o, vec4 low, vec4 high)
{
  uint n_pixels = push.out_height * push.out_width;

  if (p >= n_pixels || o >= push.out_quads / 2)
    return;

  if (N_SPLITS == 1)
    finish_octet (p, o, low, high);
  else
    {
      uint at = get_image () * push.partial_stride +
                (gl_WorkGroupID.z % N_SPLITS * n_pixels + p) * push.out_quads + 2 * o;

      partial[at] = low;
      partial[at + 1] = high;
    }
}

/* A subgroup's matrices go one by one through its own place in shared memory. */
void
store_all (uint first_pixel, uint first_octet)
{
  uint mine = gl_SubgroupID * M * RESULT_PITCH;

  [[unroll]] for (uint i = 0; i < N_ROWS; i++)
    [[unroll]] for (uint j = 0; j < N_COLUMNS; j++)
      {
        subgroupBarrier ();
        coopMatStore (sums[i * N_COLUMNS + j], results, mine, RESULT_PITCH,
                      gl_CooperativeMatrixLayoutRowMajor);
        subgroupBarrier ();
        for (uint n = gl_SubgroupInvocationID; n < M * N / 8; n += gl_SubgroupSize)
          {
            uint at = mine + n / (N / 8) * RESULT_PITCH + n % (N / 8) * 2;

            store_octet (first_pixel + i * M + n / (N / 8),
                         first_octet + j * N / 8 + n % (N / 8), results[at],
                         results[at + 1]);
          }
      }
}

void
main ()
{
  uint t = gl_LocalInvocationID.x;
  uint first_octet = gl_WorkGroupID.y * TILE_OCTETS;
  uint first_pixel = (push.first_tile + gl_WorkGroupID.x) * TILE_PIXELS;
  uint n_chunks = ((push.x_quads + push.y_quads) / 2 + DEPTH_OCTETS - 1) / DEPTH_OCTETS;
  uint n_steps = KERNEL * KERNEL * n_chunks;
  uint split = gl_WorkGroupID.z % N_SPLITS;
  uint step = split * n_steps / N_SPLITS;
  uint end = (split + 1) * n_steps / N_SPLITS;
  uint first_row = gl_SubgroupID / N_ACROSS * SUB_PIXELS;
  uint first_column = gl_SubgroupID % N_ACROSS * SUB_OUT;

  [[unroll]] for (uint i = 0; i < N_ROWS * N_COLUMNS; i++)
    sums[i] = coopmat<float, gl_ScopeSubgroup, M, N, gl_MatrixUseAccumulator> (0.0);
  [[unroll]] for (uint n = 0; n < N_PIXEL_LOADS; n++)
    origins[n] = find_origin (first_pixel + (t + n * THREADS) / DEPTH_OCTETS);

  tap = step / n_chunks;
  chunk = step % n_chunks;
  look_up ();
  fetch (n_chunks, first_octet);
  put (0);
  for (uint which = 0; step < end; step++)
    {
      barrier ();
      if (step + 1 < end)
        fetch (n_chunks, first_octet);
      multiply (which, first_row, first_column);
      which ^= 1;
      if (step + 1 < end)
        put (which);
    }

  store_all (first_pixel + first_row, first_octet + first_column / 8);
}
