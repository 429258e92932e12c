#version 460
#extension GL_GOOGLE_include_directive : require
/* Winograd's F(4x4, 3x3), second of three: for each of the 36 products by itself,
 * output = start + sum of x * weight over N_CHANNELS channels.
 *
 * Grid: groups of tiles, pairs of blocks of output channels, products.
 */
#define PUSH DipCpuWinogradSum
#define UNIFORM_IDS
#define N_TILES DIP_CPU_WINOGRAD_GROUP
#define N_VECTORS DIP_CPU_WINOGRAD_VECTORS
#define BOUND_RESULT (N_TILES * N_VECTORS)
#include "cpu.glsl"

layout (constant_id = 0) const uint N_CHANNELS = 32; /* a multiple of eight; not LOOPS */

/* Adds what one block of channels makes.  Indices are constants: what varies is in the
 * addresses.
 */
void
add_block (Floats line, Floats weight, inout float sum[N_VECTORS][N_TILES])
{
  [[unroll]] for (uint c = 0; c < N_LANES; c++)
    {
      float w[N_VECTORS];
      [[unroll]] for (uint v = 0; v < N_VECTORS; v++)
        w[v] = load_vector (weight, (c * N_VECTORS + v) * N_LANES);
      [[unroll]] for (uint t = 0; t < N_TILES; t++)
        {
          float value = line.at[t * N_LANES + c];
          [[unroll]] for (uint v = 0; v < N_VECTORS; v++)
            sum[v][t] = fma (value, w[v], sum[v][t]);
        }
    }
}

void
main ()
{
  uvec3 id = uniform_grid_id ();
  uint group = id.x;
  uint pair = id.y;
  uint product = id.z;
  uint place = product * push.stride + group * push.group + pair * (N_VECTORS * N_TILES);
  uint64_t x = push.x + PIXELS (product * push.x_stride + group * push.x_group);
  uint64_t weight = push.weight + PIXELS (product * push.weight_stride
                                          + pair * push.weight_group);
  float sum[N_VECTORS][N_TILES];

  [[unroll]] for (uint v = 0; v < N_VECTORS; v++)
    {
      Floats start = Floats (push.start
                             + PIXELS (push.has_start * (place + v * N_TILES)));
      [[unroll]] for (uint t = 0; t < N_TILES; t++)
        sum[v][t] = load_vector (start, push.has_start * (t * N_LANES));
    }

  if (LOOPS)
    {
      uint b = 0;
      [[dont_unroll]] do
        {
          add_block (Floats (x + PIXELS (b * N_TILES)),
                     Floats (weight + PIXELS (b * (N_LANES * N_VECTORS))), sum);
        }
      while (++b < push.ids[0]);
    }
  else
    [[unroll]] for (uint b = 0; b < N_CHANNELS / N_LANES; b++)
      add_block (Floats (x + PIXELS (b * N_TILES)),
                 Floats (weight + PIXELS (b * (N_LANES * N_VECTORS))), sum);

  [[unroll]] for (uint i = 0; i < N_VECTORS * N_TILES; i++)
    keep_vector (i, sum[i / N_TILES][i % N_TILES]);
  [[unroll]] for (uint i = 0; i < N_VECTORS * N_TILES; i++)
    store_bound (place + i, sum[i / N_TILES][i % N_TILES]);
}
