#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_KHR_shader_subgroup_arithmetic : require
/* The softmax of one query's scores over all tokens, in place.
 *
 * Grid: queries (two axes).
 */
#define PUSH DipCpuSoftmax
#include "cpu.glsl"

layout (buffer_reference, std430, buffer_reference_align = 4) buffer Scores
{
  float at[];
};

bool
is_token (uint block)
{
  uint token = block * N_LANES + LANE;
  return token % push.pitch < push.width && token / push.pitch < push.height;
}

void
main ()
{
  uvec3 id = grid_id ();
  uint query = id.y * push.n_across + id.x;
  Scores score = Scores (push.x + PIXELS (min (query, push.n_queries - 1u)));
  uint step = push.n_queries * N_LANES;

  float most = -3.4e38;
  for (uint b = 0; b < push.n_blocks; b++)
    most = max (most, mix (-3.4e38, score.at[b * step + LANE], is_token (b)));
  most = subgroupMax (most);

  float sum = 0.0;
  for (uint b = 0; b < push.n_blocks; b++)
    {
      float v = exp (score.at[b * step + LANE] - most);
      sum += mix (0.0, v, is_token (b));
    }
  sum = subgroupAdd (sum);

  for (uint b = 0; b < push.n_blocks; b++)
    {
      float v = exp (score.at[b * step + LANE] - most) / sum;
      score.at[b * step + LANE] = mix (0.0, v, is_token (b));
    }
}
