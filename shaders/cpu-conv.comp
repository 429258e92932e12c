#version 460
#extension GL_GOOGLE_include_directive : require
/* output = (start + bias + sum of x * weight over N_CHANNELS channels and the
 * kernel's taps) * scale: eight pixels of a row and eight output channels a
 * workgroup.  Longer sums take several dispatches, each starting from the last.
 *
 * Grid: tiles of pixels, rows, blocks of output channels, so that the weights of a
 * block stay in the cache; but with few of them a pixel, in a 1x1 kernel, the blocks
 * first, so that the pixels do.
 */
#define PUSH DipCpuConv
#define UNIFORM_IDS
#define BOUND_RESULT DIP_CPU_TILE
#include "cpu.glsl"

layout (constant_id = 0) const uint N_CHANNELS = 32; /* a multiple of eight; not LOOPS */
layout (constant_id = 1) const uint KERNEL = 3;
layout (constant_id = 2) const uint STRIDE = 1;
layout (constant_id = 3) const uint UP = 0;          /* 1: x is doubled first */

#define N_TAPS (KERNEL * KERNEL)

/* Which pixel of the row of x, from the tile's first, pixel @p reads at tap @dx. */
#define COLUMN(p, dx) (UP != 0u ? ((p) + (dx) + 1u) / 2u : (p) * STRIDE + (dx))
#define N_COLUMNS (COLUMN (DIP_CPU_TILE - 1u, KERNEL - 1u) + 1u)
#define MAX_COLUMNS (2 * DIP_CPU_TILE + 2)

/* Adds what one block of channels makes; x is its first pixel, weight its first vector.
 * Indices are constants: what varies is in the addresses.
 */
void
add_block (uint64_t x, uint x_pitch, uint row, uint64_t weight, inout float sum[DIP_CPU_TILE])
{
  [[unroll]] for (uint dy = 0; dy < KERNEL; dy++)
    {
      uint x_row = UP != 0u ? (row + dy + 1u) >> 1 : row * STRIDE + dy;
      Floats from = Floats (x + PIXELS (x_row * x_pitch));

      [[unroll]] for (uint c = 0; c < N_LANES; c++)
        {
          float line[MAX_COLUMNS];
          [[unroll]] for (uint i = 0; i < N_COLUMNS; i++)
            line[i] = from.at[i * N_LANES + c];
          [[unroll]] for (uint dx = 0; dx < KERNEL; dx++)
            {
              float w = load_vector (Floats (weight), (c * N_TAPS + dy * KERNEL + dx) * N_LANES);
              [[unroll]] for (uint p = 0; p < DIP_CPU_TILE; p++)
                sum[p] = fma (line[COLUMN (p, dx)], w, sum[p]);
            }
        }
    }
}

void
main ()
{
  uvec3 id = uniform_grid_id ();
  uint tile = KERNEL == 1u ? id.y : id.x;
  uint row = KERNEL == 1u ? id.z : id.y;
  uint block = KERNEL == 1u ? id.x : id.z;
  uint x_pitch = push.pitches & 0xffffu;
  uint pitch = push.pitches >> 16;
  uint width = push.width & 0xffffu;
  uint has_bias = (push.width >> 16) & 1u;
  uint has_pixels = (push.width >> 17) & 1u;
  uint has_vectors = (push.width >> 18) & 1u;
  uint place = row * pitch + tile * DIP_CPU_TILE;
  uint start_place = has_pixels * (block * push.result_plane + place)
                     + has_vectors * block * DIP_CPU_VECTOR_PLANE;
  Floats start = Floats (push.start + PIXELS (start_place));
  uint64_t x = push.x + PIXELS (tile * (UP != 0u ? DIP_CPU_TILE / 2u : DIP_CPU_TILE * STRIDE));
  uint64_t weight = push.weight + PIXELS (block * push.weight_block);

  float bias = load_vector (Floats (push.bias + PIXELS (has_bias * block)), 0);
  float sum[DIP_CPU_TILE];
  [[unroll]] for (uint p = 0; p < DIP_CPU_TILE; p++)
    sum[p] = bias + load_vector (start, has_pixels * (p * N_LANES));

  if (LOOPS)
    {
      uint b = 0;
      [[dont_unroll]] do
        {
          add_block (x + PIXELS (b * push.x_plane), x_pitch, row,
                     weight + PIXELS (b * (N_LANES * N_TAPS)), sum);
        }
      while (++b < push.ids[0]);
    }
  else
    [[unroll]] for (uint b = 0; b < N_CHANNELS / N_LANES; b++)
      add_block (x + PIXELS (b * push.x_plane), x_pitch, row,
                 weight + PIXELS (b * (N_LANES * N_TAPS)), sum);

  [[unroll]] for (uint p = 0; p < DIP_CPU_TILE; p++)
    {
      sum[p] = mix (0.0, sum[p] * push.scale, tile * DIP_CPU_TILE + p < width);
      keep_vector (p, sum[p]);
    }
  [[unroll]] for (uint p = 0; p < DIP_CPU_TILE; p++)
    store_bound (push.place + block * push.result_plane + place + p, sum[p]);
}
