#version 460
#extension GL_GOOGLE_include_directive : require
/* Zeroes what surrounds the pictures of a value: the rows above and below, the
 * columns left and right.
 *
 * Grid: eights of the 2 * pitch + 2 * height pixels, blocks of channels.
 */
#define PUSH DipCpuBorder
#include "cpu.glsl"

void
main ()
{
  uvec3 id = grid_id ();
  uint n_rows = 2u * push.pitch;
  uint last = n_rows + 2u * push.height - 1u;

  [[unroll]] for (uint i = 0; i < DIP_CPU_TILE; i++)
    {
      uint k = min (id.x * DIP_CPU_TILE + i, last);
      uint side = (k - n_rows) & 1u;
      uint row = ((k - n_rows) >> 1) + 1u;
      uint beside = row * push.pitch + side * (push.pitch - 1u);
      uint above = k < push.pitch ? k : (push.height + 1u) * push.pitch + k - push.pitch;
      uint place = id.y * push.plane + (k < n_rows ? above : beside);
      store_vector (push.result + PIXELS (place), 0.0);
    }
}
