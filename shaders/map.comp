#version 450
#extension GL_GOOGLE_include_directive : require
#include "storage.glsl"
#include "shared.h"
#include "elements.glsl"
#include "activation.glsl"

/* What goes element by element, a quad of channels at a time; x (C,H,W):
 *
 *   activation    act (x)
 *   add           (x + y) * scale; y (C,H,W), or a vector (C,1,1)
 *   scale-shift   x * (1 + y[:C]) + y[C:]; y (2 C,1,1)
 *   concat        x, then y along the channels
 *   affine        x * scale + offset
 *   divide        x / y; y one number an image
 */

layout (local_size_x = DIP_GROUP) in;
layout (constant_id = 0) const uint OP = DIP_MAP_ADD;
layout (constant_id = 1) const uint ACTIVATION = DIP_ACT_NONE;
layout (constant_id = 2) const bool HAS_Y = false; /* as a second input */
layout (constant_id = 3) const bool IS_ALIGNED = true;

layout (push_constant) uniform Block { DipPushMap push; };

layout (binding = 0) writeonly buffer Out { QUAD out_[]; };
layout (binding = 1) readonly buffer X { QUAD x[]; };
layout (binding = 2) readonly buffer Y { QUAD y[]; };

#include "inputs.glsl"

vec4
load_y (uint at)
{
  return vec4 (y[gl_WorkGroupID.z * push.y_stride + at]);
}

/* Channel @c of a vector. */
float
load_y_channel (uint c)
{
  return vec4 (y[gl_WorkGroupID.z * push.y_stride + c / 4])[c % 4];
}

vec4
scale_and_shift (vec4 v, uint q)
{
  for (uint k = 0; k < 4; k++)
    {
      uint c = min (4 * q + k, push.n_channels - 1);

      v[k] = v[k] * (1.0 + load_y_channel (c)) + load_y_channel (push.n_channels + c);
    }

  return v;
}

void
main ()
{
  uint i = get_element ();
  uint image = gl_WorkGroupID.z;
  uint q = i % push.out_quads;

  if (i >= push.n_pixels * push.out_quads)
    return;

  vec4 v = load_quad (push, image, i / push.out_quads, q);

  if (OP == DIP_MAP_ACTIVATION)
    for (uint k = 0; k < 4; k++)
      v[k] = activate (ACTIVATION, v[k]);
  if (OP == DIP_MAP_ADD)
    v = (v + load_y (i)) * push.scale;
  if (OP == DIP_MAP_ADD_VECTOR)
    v = (v + load_y (q)) * push.scale;
  if (OP == DIP_MAP_SCALE_SHIFT)
    v = scale_and_shift (v, q);
  if (OP == DIP_MAP_AFFINE)
    v = v * push.scale + push.offset;
  if (OP == DIP_MAP_DIVIDE)
    v = v / load_y_channel (0);

  for (uint k = 0; k < 4; k++)
    if (4 * q + k >= push.n_channels)
      v[k] = 0.0;
  out_[image * push.out_stride + i] = QUAD (v);
}
