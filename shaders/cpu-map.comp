#version 460
#extension GL_GOOGLE_include_directive : require
/* Element by element:
 *   ADD, ADD_VECTOR  (x + y) * scale           y a value, or a number a channel
 *   SCALE_SHIFT      x * (1 + y[c]) + y[C + c]
 *   AFFINE           activation (x * scale + offset)
 *   DIVIDE           x / y                     y one number
 *
 * Grid: tiles, bands of DIP_CPU_APPLY_ROWS rows, blocks of channels.
 */
#define PUSH DipCpuMap
#define UNIFORM_IDS
#define UNIFORM_ORIGIN
#define BOUND_RESULT (DIP_CPU_APPLY_ROWS * DIP_CPU_TILE)
#include "cpu.glsl"
#include "cpu-activation.glsl"

layout (constant_id = 0) const uint MAP = 0;
layout (constant_id = 1) const uint ACTIVATION = 0;

/* Number @channel of a (channels, 1, 1) value: each lane its own. */
float
load_channel (uint channel)
{
  uint pixel = channel / N_LANES * DIP_CPU_VECTOR_PLANE + DIP_CPU_VECTOR_PITCH + 1u;
  return Floats (push.y + PIXELS (pixel)).at[channel % N_LANES];
}

void
main ()
{
  uvec3 id = workgroup ();
  uint channel = (push.first + id.z) * N_LANES + LANE;
  float results[BOUND_RESULT];
  bool is_channel = channel < push.channels;
  uint near = min (channel, push.channels - 1u);
  float factor = MAP == DIP_CPU_MAP_SCALE_SHIFT ? 1.0 + load_channel (near) : push.scale;
  float offset = push.offset;
  if (MAP == DIP_CPU_MAP_SCALE_SHIFT)
    offset = load_channel (push.channels + near);
  if (MAP == DIP_CPU_MAP_ADD_VECTOR)
    offset = load_channel (near);
  if (MAP == DIP_CPU_MAP_DIVIDE)
    factor = load_channel (0);

  [[unroll]] for (uint r = 0; r < DIP_CPU_APPLY_ROWS; r++)
    {
      uint row = min (id.y * DIP_CPU_APPLY_ROWS + r, push.height - 1u) + 1u;
      uint place = id.z * push.plane + row * push.pitch + id.x * DIP_CPU_TILE + 1u;
      Floats x = Floats (push.x + PIXELS (place));
      Floats y = Floats (push.y + PIXELS (place));
      [[unroll]] for (uint c = 0; c < DIP_CPU_TILE; c++)
        {
          float v = load_vector (x, c * N_LANES);
          if (MAP == DIP_CPU_MAP_ADD)
            v = (v + load_vector (y, c * N_LANES)) * factor;
          else if (MAP == DIP_CPU_MAP_ADD_VECTOR)
            v = (v + offset) * factor;
          else if (MAP == DIP_CPU_MAP_DIVIDE)
            v = v / factor;
          else
            v = v * factor + offset;
          v = activate (ACTIVATION, v);
          bool is_real = is_channel && id.x * DIP_CPU_TILE + c < push.width;
          results[r * DIP_CPU_TILE + c] = mix (0.0, v, is_real);
          keep_vector (r * DIP_CPU_TILE + c, results[r * DIP_CPU_TILE + c]);
        }
    }
  [[unroll]] for (uint i = 0; i < BOUND_RESULT; i++)
    {
      uint row = min (id.y * DIP_CPU_APPLY_ROWS + i / DIP_CPU_TILE, push.height - 1u) + 1u;
      store_bound (push.place + id.z * push.plane + row * push.pitch
                   + id.x * DIP_CPU_TILE + 1u + i % DIP_CPU_TILE, results[i]);
    }
}
