#version 450
#extension GL_GOOGLE_include_directive : require

#include "shared.h"
#include "elements.glsl"

/* 2 x 2 mean, stride 2; an odd last row or column is dropped:
 * (C,H,W) -> (C,H/2,W/2).
 */

layout (local_size_x = DIP_GROUP) in;

layout (push_constant) uniform Block { DipPushResize push; };

layout (binding = 0) writeonly buffer Out { float out_[]; };
layout (binding = 1) readonly buffer X { float x[]; };

void
main ()
{
  uint i = get_element ();
  uint image = gl_WorkGroupID.z;

  if (i >= push.n_elements)
    return;

  uint column = i % push.out_width;
  uint row = i / push.out_width % push.out_height;
  uint c = i / push.out_width / push.out_height;
  uint at = image * push.x_stride + (c * push.in_height + 2 * row) * push.in_width +
            2 * column;

  out_[image * push.out_stride + i] =
    (x[at] + x[at + 1] + x[at + push.in_width] + x[at + push.in_width + 1]) * 0.25;
}
