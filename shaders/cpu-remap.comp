#version 460
#extension GL_GOOGLE_include_directive : require
/* Channels that do not stay in their lanes: x and y one after the other, or
 * heads moved between tight packing and blocks of their own.
 *
 * Grid: tiles, rows, blocks of output channels.
 */
#define PUSH DipCpuRemap
#include "cpu.glsl"

layout (constant_id = 0) const uint REMAP = 0;

void
main ()
{
  uvec3 id = grid_id ();
  uint channel = id.z * N_LANES + LANE;
  uint tile = id.x * DIP_CPU_TILE;
  uint row = (id.y + 1u) * push.pitch + tile + 1u;
  bool is_real = channel < push.channels;
  uint source = channel;
  uint64_t base = push.x;

  if (REMAP == DIP_CPU_REMAP_CONCAT)
    {
      bool is_second = channel >= push.x_channels;
      source = is_second ? channel - push.x_channels : channel;
      base = is_second ? push.y : push.x;
    }
  else
    {
      is_real = is_real && channel % push.size < push.used;
      source = channel / push.size * push.x_size + channel % push.size;
    }
  source = is_real ? source : 0u;

  Floats x = Floats (base + PIXELS (source / N_LANES * push.plane + row)
                     + FLOATS (source % N_LANES));
  uint64_t to = push.result + PIXELS (id.z * push.plane + row);
  [[unroll]] for (uint c = 0; c < DIP_CPU_TILE; c++)
    {
      float v = x.at[c * N_LANES];
      store_vector (to + PIXELS (c), mix (0.0, v, is_real && tile + c < push.width));
    }
}
