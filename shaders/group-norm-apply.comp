#version 450
#extension GL_GOOGLE_include_directive : require

#include "shared.h"
#include "activation.glsl"
#include "elements.glsl"

/* out = activation ((concat (x, y) - mean) * factor * weight + bias), mean and
 * factor from group-norm-stats.comp.
 *
 * DIP_BREAK is for the self-test's own test: a kernel that is wrong on purpose.
 */

layout (local_size_x = DIP_GROUP) in;
layout (constant_id = 0) const bool HAS_Y = false;
layout (constant_id = 1) const uint ACTIVATION = DIP_ACT_NONE;
layout (constant_id = 2) const bool HAS_WEIGHT = true;
layout (constant_id = 3) const bool HAS_BIAS = true;

layout (push_constant) uniform Block { DipPushNorm push; };

layout (binding = 0) writeonly buffer Out { float out_[]; };
layout (binding = 1) readonly buffer X { float x[]; };
layout (binding = 2) readonly buffer Y { float y[]; };
layout (binding = 3) readonly buffer Moments { float moments[]; }; /* (groups,2) */
layout (binding = 4) readonly buffer Weight { float weight[]; };   /* (C) */
layout (binding = 5) readonly buffer Bias { float bias[]; };       /* (C) */

void
main ()
{
  uint i = get_element ();
  uint image = gl_WorkGroupID.z;
  uint n_x = push.n_x * push.n_pixels;
  float v;

  if (i >= push.n_channels * push.n_pixels)
    return;

  uint c = i / push.n_pixels;
  uint group = c / (push.n_channels / push.n_groups);
  uint at = image * push.moments_stride + 2 * group;

  if (HAS_Y && i >= n_x)
    v = y[image * push.y_stride + i - n_x];
  else
    v = x[image * push.x_stride + i];

  v = (v - moments[at]) * moments[at + 1];
  if (HAS_WEIGHT)
    v *= weight[c];
  if (HAS_BIAS)
#ifdef DIP_BREAK
    v -= bias[c];
#else
    v += bias[c];
#endif

  out_[image * push.out_stride + i] = activate (ACTIVATION, v);
}
