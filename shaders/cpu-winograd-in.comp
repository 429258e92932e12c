#version 460
#extension GL_GOOGLE_include_directive : require
/* Winograd's F(4x4, 3x3), first of three: B^T d B of every tile, d being the 6 x 6
 * pixels that 4 x 4 outputs read.  Lavin and Gray, "Fast Algorithms for
 * Convolutional Neural Networks", 2015; but with the points 0, +-1/sqrt (2),
 * +-sqrt (2), which lose half of what the usual 0, +-1, +-2 lose to rounding.
 *
 * Grid: tiles across, rows of tiles, blocks of channels.
 */
#define PUSH DipCpuWinogradIn
#define UNIFORM_IDS
#define N_TILES DIP_CPU_WINOGRAD_GROUP
#define BOUND_RESULT 36
#include "cpu.glsl"

layout (constant_id = 0) const uint UP = 0; /* 1: x is doubled first */

#define P 0.70710678118654752
#define Q 1.41421356237309505

/* B^T d of one column of six, in place. */
void
transform (inout float d[6])
{
  float near = d[4] - 2.0 * d[2];
  float near_odd = P * (d[3] - 2.0 * d[1]);
  float far = d[4] - 0.5 * d[2];
  float far_odd = Q * (d[3] - 0.5 * d[1]);
  float first = (d[0] + d[4]) - 2.5 * d[2];
  float last = (d[1] + d[5]) - 2.5 * d[3];

  d[0] = first;
  d[1] = near + near_odd;
  d[2] = near - near_odd;
  d[3] = far + far_odd;
  d[4] = far - far_odd;
  d[5] = last;
}

void
main ()
{
  uvec3 id = uniform_grid_id ();
  uint across = id.x;
  uint down = id.y;
  uint block = id.z;
  uint column = across * (UP != 0u ? 2u : 4u);
  float d[6][6];

  /* Rows below the border are read as the border's: they make outputs that are
   * not stored, but a NaN among them would reach the others. */
  [[unroll]] for (uint r = 0; r < 6u; r++)
    {
      uint row = min ((push.first_row + down) * 4u + r, push.last_row);
      uint x_row = UP != 0u ? (row + 1u) >> 1 : row;
      Floats x = Floats (push.x + PIXELS (block * push.x_plane + x_row * push.x_pitch + column));
      [[unroll]] for (uint c = 0; c < 6u; c++)
        {
          float v = load_vector (x, (UP != 0u ? (c + 1u) / 2u : c) * N_LANES);
          uint left = across * 4u + c - 1u; /* of the picture, whose border may be anything */
          d[r][c] = mix (0.0, v, left < push.width && row - 1u < push.last_row - 1u);
        }
      transform (d[r]);
    }

  [[unroll]] for (uint c = 0; c < 6u; c++)
    {
      float line[6];
      [[unroll]] for (uint r = 0; r < 6u; r++)
        line[r] = d[r][c];
      transform (line);
      [[unroll]] for (uint r = 0; r < 6u; r++)
        d[r][c] = line[r];
    }

  [[unroll]] for (uint i = 0; i < 36u; i++)
    keep_vector (i, d[i / 6u][i % 6u]);
  uint tile = down * push.n_across + across;
  uint place = push.place + tile / N_TILES * push.group + block * N_TILES + tile % N_TILES;
  [[unroll]] for (uint i = 0; i < 36u; i++)
    store_bound (place + i * push.stride, d[i / 6u][i % 6u]);
}
