#version 460
#extension GL_GOOGLE_include_directive : require
/* Twice as large by repeating pixels, or half as large by 2x2 means.
 *
 * Grid: tiles of the output, rows, blocks of channels.
 */
#define PUSH DipCpuResample
#define UNIFORM_IDS
#define UNIFORM_ORIGIN
#define BOUND_RESULT DIP_CPU_TILE
#include "cpu.glsl"

layout (constant_id = 0) const uint UP = 0;

void
main ()
{
  uvec3 id = workgroup ();
  uint column = id.x * DIP_CPU_TILE;
  uint x_row = (UP != 0u ? id.y >> 1 : id.y * 2u) + 1u;
  uint x_column = (UP != 0u ? column >> 1 : column * 2u) + 1u;
  Floats x = Floats (push.x + PIXELS (id.z * push.x_plane + x_row * push.x_pitch + x_column));
  Floats below = Floats (push.x + PIXELS (id.z * push.x_plane
                                          + (x_row + (1u - UP)) * push.x_pitch + x_column));
  uint place = push.place + id.z * push.plane + (id.y + 1u) * push.pitch + column + 1u;
  float results[DIP_CPU_TILE];

  [[unroll]] for (uint c = 0; c < DIP_CPU_TILE; c++)
    {
      if (UP != 0u)
        results[c] = load_vector (x, c / 2u * N_LANES);
      else
        results[c] = ((load_vector (x, c * 2u * N_LANES)
                       + load_vector (x, (c * 2u + 1u) * N_LANES))
                      + (load_vector (below, c * 2u * N_LANES)
                         + load_vector (below, (c * 2u + 1u) * N_LANES))) * 0.25;
    }
  [[unroll]] for (uint c = 0; c < DIP_CPU_TILE; c++)
    {
      results[c] = mix (0.0, results[c], column + c < push.width);
      keep_vector (c, results[c]);
    }
  [[unroll]] for (uint c = 0; c < DIP_CPU_TILE; c++)
    store_bound (place + c, results[c]);
}
