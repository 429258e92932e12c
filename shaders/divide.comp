#version 450
#extension GL_GOOGLE_include_directive : require

#include "shared.h"
#include "elements.glsl"

/* out = x / y; y is one number an image. */

layout (local_size_x = DIP_GROUP) in;

layout (push_constant) uniform Block { DipPushElements push; };

layout (binding = 0) writeonly buffer Out { float out_[]; };
layout (binding = 1) readonly buffer X { float x[]; };
layout (binding = 2) readonly buffer Y { float y[]; };

void
main ()
{
  uint i = get_element ();
  uint image = gl_WorkGroupID.z;

  if (i >= push.n_elements)
    return;

  out_[image * push.out_stride + i] =
    x[image * push.x_stride + i] / y[image * push.y_stride];
}
