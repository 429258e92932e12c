#version 460
#extension GL_GOOGLE_include_directive : require
/* Winograd's F(4x4, 3x3), last of three: output = (A^T m A + bias + channel bias +
 * residual) * scale of every tile.
 *
 * Grid: tiles across, rows of tiles, blocks of output channels.
 */
#define PUSH DipCpuWinogradOut
#define UNIFORM_IDS
#define N_TILES DIP_CPU_WINOGRAD_GROUP
#define BOUND_RESULT 16
#include "cpu.glsl"

#define P 0.70710678118654752
#define Q 1.41421356237309505

void
main ()
{
  uvec3 id = uniform_grid_id ();
  uint across = id.x;
  uint down = id.y;
  uint block = id.z;
  uint pitch = push.pitch & 0xffffu;
  uint has_bias = (push.pitch >> 16) & 1u;
  uint has_pixels = (push.pitch >> 17) & 1u;
  uint has_vectors = (push.pitch >> 18) & 1u;
  uint height = push.rows & 0xffffu;
  uint width = push.columns & 0xffffu;
  uint tile = down * (push.columns >> 16) + across;
  uint x_place = tile / N_TILES * push.x_group + block * N_TILES + tile % N_TILES;
  uint row = (down + (push.rows >> 16)) * 4u;
  float bias = load_vector (Floats (push.bias + PIXELS (has_bias * block)), 0)
               + load_vector (Floats (push.vectors
                                      + PIXELS (has_vectors * block * DIP_CPU_VECTOR_PLANE)),
                              0);
  float half_done[4][6];

  [[unroll]] for (uint c = 0; c < 6u; c++)
    {
      float m[6];
      [[unroll]] for (uint r = 0; r < 6u; r++)
        m[r] = load_vector (Floats (push.x + PIXELS ((r * 6u + c) * push.x_stride + x_place)),
                            0);
      float near = m[1] + m[2];
      float near_odd = P * (m[1] - m[2]);
      float far = m[3] + m[4];
      float far_odd = Q * (m[3] - m[4]);
      half_done[0][c] = m[0] + near + far;
      half_done[1][c] = near_odd + far_odd;
      half_done[2][c] = 0.5 * near + 2.0 * far;
      half_done[3][c] = 0.5 * near_odd + 2.0 * far_odd + m[5];
    }

  float results[16];
  [[unroll]] for (uint r = 0; r < 4u; r++)
    {
      float near = half_done[r][1] + half_done[r][2];
      float near_odd = P * (half_done[r][1] - half_done[r][2]);
      float far = half_done[r][3] + half_done[r][4];
      float far_odd = Q * (half_done[r][3] - half_done[r][4]);
      results[r * 4u] = half_done[r][0] + near + far;
      results[r * 4u + 1u] = near_odd + far_odd;
      results[r * 4u + 2u] = 0.5 * near + 2.0 * far;
      results[r * 4u + 3u] = 0.5 * near_odd + 2.0 * far_odd + half_done[r][5];

      /* Columns beside the picture are zero; a row below it is the last one,
       * stored again. */
      uint place = block * push.plane + min (row + r, height - 1u) * pitch + across * 4u;
      Floats start = Floats (push.start + PIXELS (has_pixels * place));
      [[unroll]] for (uint c = 0; c < 4u; c++)
        {
          float v = (results[r * 4u + c] + bias
                     + load_vector (start, has_pixels * (c * N_LANES))) * push.scale;
          v = mix (0.0, v, across * 4u + c < width);
          if (r > 0u)
            v = mix (results[(r - 1u) * 4u + c], v, row + r < height);
          results[r * 4u + c] = v;
        }
    }

  [[unroll]] for (uint i = 0; i < 16u; i++)
    keep_vector (i, results[i]);
  [[unroll]] for (uint i = 0; i < 16u; i++)
    store_bound (push.place + block * push.plane + min (row + i / 4u, height - 1u) * pitch
                 + across * 4u + i % 4u, results[i]);
}
