#version 450
#extension GL_GOOGLE_include_directive : require

#include "shared.h"
#include "activation.glsl"

/* out[o] = activation (sum over i of weight[o][i] x[i] + bias[o]).
 *
 * A workgroup a feature: its invocations share the sum.
 */

layout (local_size_x = DIP_GROUP) in;
layout (constant_id = 0) const uint ACTIVATION = DIP_ACT_NONE;
layout (constant_id = 1) const bool HAS_BIAS = true;

layout (push_constant) uniform Block { DipPushLinear push; };

layout (binding = 0) writeonly buffer Out { float out_[]; };
layout (binding = 1) readonly buffer X { float x[]; };
layout (binding = 2) readonly buffer Weight { float weight[]; }; /* (O,I) */
layout (binding = 3) readonly buffer Bias { float bias[]; };     /* (O) */

shared float sums[DIP_GROUP];

void
main ()
{
  uint o = gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x;
  uint t = gl_LocalInvocationID.x;
  uint image = gl_WorkGroupID.z;
  float sum = 0.0;

  if (o < push.n_out)
    for (uint i = t; i < push.n_in; i += DIP_GROUP)
      sum += weight[o * push.n_in + i] * x[image * push.x_stride + i];

  sums[t] = sum;
  barrier ();
  for (uint n = DIP_GROUP / 2; n > 0; n /= 2)
    {
      if (t < n)
        sums[t] += sums[t + n];
      barrier ();
    }

  if (t == 0 && o < push.n_out)
    {
      sum = sums[0];
      if (HAS_BIAS)
        sum += bias[o];
      out_[image * push.out_stride + o] = activate (ACTIVATION, sum);
    }
}
