#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_KHR_shader_subgroup_arithmetic : require
/* cpu-softmax for rows of few tokens, as a straight line.
 *
 * Grid: queries (two axes).
 */
#define PUSH DipCpuSoftmax
#define UNIFORM_IDS
#define BOUND_RESULT N_BLOCKS
layout (constant_id = 0) const uint N_BLOCKS = 8; /* of tokens */
layout (constant_id = 1) const uint PITCH = 10;   /* of the picture they are of */
layout (constant_id = 2) const uint WIDTH = 8;
layout (constant_id = 3) const uint HEIGHT = 8;
#include "cpu.glsl"

bool
is_token (uint block)
{
  uint token = block * N_LANES + LANE;
  return token % PITCH < WIDTH && token / PITCH < HEIGHT;
}

void
main ()
{
  uvec3 id = uniform_grid_id ();
  uint query = id.y * push.n_across + id.x;
  float scores[DIP_CPU_SOFTMAX_BLOCKS];

  float most = -3.4e38;
  [[unroll]] for (uint b = 0; b < N_BLOCKS; b++)
    {
      float v = load_vector (Floats (push.x + PIXELS (b * push.n_queries + query)), 0);
      scores[b] = mix (-3.4e38, v, is_token (b));
      most = max (most, scores[b]);
    }
  most = subgroupMax (most);

  float sum = 0.0;
  [[unroll]] for (uint b = 0; b < N_BLOCKS; b++)
    {
      scores[b] = mix (0.0, exp (scores[b] - most), is_token (b));
      sum += scores[b];
    }
  float factor = 1.0 / subgroupAdd (sum);

  [[unroll]] for (uint b = 0; b < N_BLOCKS; b++)
    {
      scores[b] *= factor;
      keep_vector (b, scores[b]);
    }
  [[unroll]] for (uint b = 0; b < N_BLOCKS; b++)
    store_bound (b * push.n_queries + query, scores[b]);
}
