#version 460
#extension GL_GOOGLE_include_directive : require
/* What a CPU device reaches at copying: DIP_CPU_COPY_VECTORS vectors a workgroup.
 *
 * Grid: at most 256 by 256.
 */
#define PUSH DipCpuCopy
#define UNIFORM_IDS
#define BOUND_RESULT DIP_CPU_COPY_VECTORS
#include "cpu.glsl"

void
main ()
{
  uint group = uniform_id (gl_WorkGroupID.y) * push.n_across + uniform_id (gl_WorkGroupID.x);
  uint first = group * DIP_CPU_COPY_VECTORS;
  Floats x = Floats (push.x + PIXELS (first));
  float v[DIP_CPU_COPY_VECTORS];

  [[unroll]] for (uint i = 0; i < DIP_CPU_COPY_VECTORS; i++)
    {
      v[i] = load_vector (x, i * N_LANES);
      keep_vector (i, v[i]);
    }
  [[unroll]] for (uint i = 0; i < DIP_CPU_COPY_VECTORS; i++)
    store_bound (first + i, v[i]);
}
