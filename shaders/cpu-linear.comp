#version 460
#extension GL_GOOGLE_include_directive : require
/* output = activation (weight x + bias): for the few thousand multiplications
 * of a time embedding.
 *
 * Grid: blocks of eight outputs.
 */
#define PUSH DipCpuLinear
#include "cpu.glsl"
#include "cpu-activation.glsl"

layout (constant_id = 0) const uint ACTIVATION = 0;

void
main ()
{
  uint block = grid_id ().x;
  Floats weight = Floats (push.weight + PIXELS (block * push.n_in));
  float sum = 0.0;

  for (uint i = 0; i < push.n_in; i++)
    {
      uint pixel = i / N_LANES * DIP_CPU_VECTOR_PLANE + DIP_CPU_VECTOR_PITCH + 1u;
      float v = Floats (push.x + PIXELS (pixel)).at[i % N_LANES];
      sum = fma (weight.at[i * N_LANES + LANE], v, sum);
    }
  if (push.has_bias != 0u)
    sum += Floats (push.bias + PIXELS (block)).at[LANE];
  sum = activate (ACTIVATION, sum);

  uint64_t to = push.result + PIXELS (block * DIP_CPU_VECTOR_PLANE
                                      + DIP_CPU_VECTOR_PITCH + 1u);
  store_vector (to, sum);
  [[unroll]] for (uint c = 1; c < DIP_CPU_TILE; c++)
    store_vector (to + PIXELS (c), 0.0);
}
