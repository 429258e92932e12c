#version 450
#extension GL_GOOGLE_include_directive : require
#include "storage.glsl"
#include "shared.h"
#include "elements.glsl"
#include "activation.glsl"

/* out = activation ((concat (x, y) - mean) * factor + bias), mean and factor from
 * group-norm-fold.comp.
 */

layout (local_size_x = DIP_GROUP) in;
layout (constant_id = 0) const bool HAS_Y = false;
layout (constant_id = 1) const bool IS_ALIGNED = true;
layout (constant_id = 2) const uint ACTIVATION = DIP_ACT_NONE;
layout (constant_id = 3) const bool HAS_BIAS = true;

layout (push_constant) uniform Block { DipPushNorm push; };

layout (binding = 0) writeonly buffer Out { QUAD out_[]; };
layout (binding = 1) readonly buffer X { QUAD x[]; };
layout (binding = 2) readonly buffer Y { QUAD y[]; };
layout (binding = 3) readonly buffer Coefs { vec4 coefs[]; }; /* (2,quad) */
layout (binding = 4) readonly buffer Bias { vec4 bias[]; };

#include "inputs.glsl"

void
main ()
{
  uint i = get_element ();
  uint image = gl_WorkGroupID.z;
  uint quads = push.map.out_quads;
  uint q = i % quads;
  uint at = image * push.coef_stride + q;

  if (i >= push.map.n_pixels * quads)
    return;

  vec4 v = load_quad (push.map, image, i / quads, q);

  v = (v - coefs[at]) * coefs[at + quads];
  if (HAS_BIAS)
    v += bias[q];
  for (uint k = 0; k < 4; k++)
    v[k] = activate (ACTIVATION, v[k]);

  out_[image * push.map.out_stride + i] = QUAD (v);
}
