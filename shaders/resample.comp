#version 450
#extension GL_GOOGLE_include_directive : require
#include "storage.glsl"
#include "shared.h"
#include "elements.glsl"

/* Twice as large, nearest neighbour: (C,H,W) -> (C,2H,2W).  Or half as large, 2 x 2
 * mean with stride 2, an odd last row or column dropped: (C,H,W) -> (C,H/2,W/2).
 */

layout (local_size_x = DIP_GROUP) in;
layout (constant_id = 0) const bool IS_UPSAMPLE = false;

layout (push_constant) uniform Block { DipPushResize push; };

layout (binding = 0) writeonly buffer Out { QUAD out_[]; };
layout (binding = 1) readonly buffer X { QUAD x[]; };

vec4
load (uint row, uint column, uint q)
{
  return vec4 (x[gl_WorkGroupID.z * push.x_stride +
                 (row * push.in_width + column) * push.quads + q]);
}

void
main ()
{
  uint i = get_element ();
  uint q = i % push.quads;
  uint column = i / push.quads % push.out_width;
  uint row = i / push.quads / push.out_width;
  vec4 v;

  if (row >= push.out_height)
    return;

  if (IS_UPSAMPLE)
    v = load (row / 2, column / 2, q);
  else
    v = (load (2 * row, 2 * column, q) + load (2 * row, 2 * column + 1, q) +
         load (2 * row + 1, 2 * column, q) + load (2 * row + 1, 2 * column + 1, q)) * 0.25;

  out_[gl_WorkGroupID.z * push.out_stride + i] = QUAD (v);
}
