#version 460
#extension GL_GOOGLE_include_directive : require
/* output = activation (x * factor + offset).
 *
 * Grid: tiles, bands of DIP_CPU_APPLY_ROWS rows, blocks of channels.
 */
#define PUSH DipCpuApply
#define UNIFORM_IDS
#define UNIFORM_ORIGIN
#define BOUND_RESULT (DIP_CPU_APPLY_ROWS * DIP_CPU_TILE)
#include "cpu.glsl"
#include "cpu-activation.glsl"

layout (constant_id = 0) const uint ACTIVATION = 0;

void
main ()
{
  uvec3 id = workgroup ();
  uint64_t base = push.x + push.y_step * uint64_t (id.z >= push.x_blocks);
  Floats factors = Floats (push.factors + PIXELS (id.z * 2u));
  float factor = load_vector (factors, 0);
  float offset = load_vector (factors, N_LANES);
  float results[DIP_CPU_APPLY_ROWS * DIP_CPU_TILE];

  /* A row below the picture is its last one, made again. */
  [[unroll]] for (uint r = 0; r < DIP_CPU_APPLY_ROWS; r++)
    {
      uint row = min (id.y * DIP_CPU_APPLY_ROWS + r, push.height - 1u) + 1u;
      Floats x = Floats (base + PIXELS (id.z * push.plane + row * push.pitch
                                          + id.x * DIP_CPU_TILE + 1u));
      [[unroll]] for (uint c = 0; c < DIP_CPU_TILE; c++)
        results[r * DIP_CPU_TILE + c] = load_vector (x, c * N_LANES);
    }
  [[unroll]] for (uint i = 0; i < BOUND_RESULT; i++)
    {
      float v = activate (ACTIVATION, fma (results[i], factor, offset));
      results[i] = mix (0.0, v, id.x * DIP_CPU_TILE + i % DIP_CPU_TILE < push.width);
      keep_vector (i, results[i]);
    }
  [[unroll]] for (uint i = 0; i < BOUND_RESULT; i++)
    {
      uint row = min (id.y * DIP_CPU_APPLY_ROWS + i / DIP_CPU_TILE, push.height - 1u) + 1u;
      store_bound (push.place + id.z * push.plane + row * push.pitch
                   + id.x * DIP_CPU_TILE + 1u + i % DIP_CPU_TILE, results[i]);
    }
}
