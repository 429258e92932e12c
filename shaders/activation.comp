#version 450
#extension GL_GOOGLE_include_directive : require

#include "shared.h"
#include "activation.glsl"
#include "elements.glsl"

/* out = activation (x), element by element. */

layout (local_size_x = DIP_GROUP) in;
layout (constant_id = 0) const uint ACTIVATION = DIP_ACT_SILU;

layout (push_constant) uniform Block { DipPushElements push; };

layout (binding = 0) writeonly buffer Out { float out_[]; };
layout (binding = 1) readonly buffer X { float x[]; };

void
main ()
{
  uint i = get_element ();
  uint image = gl_WorkGroupID.z;

  if (i >= push.n_elements)
    return;

  out_[image * push.out_stride + i] = activate (ACTIVATION, x[image * push.x_stride + i]);
}
