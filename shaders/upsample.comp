#version 450
#extension GL_GOOGLE_include_directive : require

#include "shared.h"
#include "elements.glsl"

/* Nearest neighbour, twice as high and wide: (C,H,W) -> (C,2H,2W). */

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

  out_[image * push.out_stride + i] =
    x[image * push.x_stride + (c * push.in_height + row / 2) * push.in_width + column / 2];
}
