#version 450
#extension GL_GOOGLE_include_directive : require

#include "shared.h"
#include "elements.glsl"

/* out = x * (1 + y[:C]) + y[C:]; y (2 C,1,1). */

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

  uint c = image * push.y_stride + i / push.n_pixels;

  out_[image * push.out_stride + i] =
    x[image * push.x_stride + i] * (1.0 + y[c]) + y[c + push.n_channels];
}
