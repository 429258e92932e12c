#version 450
#extension GL_GOOGLE_include_directive : require
#include "storage.glsl"
#include "shared.h"
#include "activation.glsl"

/* out[o] = activation (sum over i of weight[o][i] x[i] + bias[o]).
 *
 * A workgroup makes a quad of features: its invocations share the sums.
 */

layout (local_size_x = DIP_GROUP) in;
layout (constant_id = 0) const uint ACTIVATION = DIP_ACT_NONE;
layout (constant_id = 1) const bool HAS_BIAS = true;

layout (push_constant) uniform Block { DipPushLinear push; };

layout (binding = 0) writeonly buffer Out { QUAD out_[]; };
layout (binding = 1) readonly buffer X { QUAD x[]; };
layout (binding = 2) readonly buffer Weight { QUAD weight[]; }; /* (out,in) */
layout (binding = 3) readonly buffer Bias { vec4 bias[]; };

shared vec4 sums[DIP_GROUP];

void
main ()
{
  uint o = gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x;
  uint t = gl_LocalInvocationID.x;
  uint image = gl_WorkGroupID.z;
  vec4 sum = vec4 (0.0);

  if (o < push.out_quads)
    for (uint i = t; i < push.in_quads; i += DIP_GROUP)
      {
        vec4 v = vec4 (x[image * push.x_stride + i]);

        for (uint k = 0; k < 4; k++)
          sum[k] += dot (vec4 (weight[(4 * o + k) * push.in_quads + i]), v);
      }

  sums[t] = sum;
  barrier ();
  for (uint n = DIP_GROUP / 2; n > 0; n /= 2)
    {
      if (t < n)
        sums[t] += sums[t + n];
      barrier ();
    }

  if (t == 0 && o < push.out_quads)
    {
      sum = sums[0];
      if (HAS_BIAS)
        sum += bias[o];
      for (uint k = 0; k < 4; k++)
        sum[k] = activate (ACTIVATION, sum[k]);
      out_[image * push.out_stride + o] = QUAD (sum);
    }
}
