#version 450
#extension GL_GOOGLE_include_directive : require
#include "shared.h"

/* What the device reaches at copying: out_ = x, 16 bytes an invocation. */
layout (local_size_x = DIP_GROUP) in;

layout (push_constant) uniform Block { DipPushPeakCopy push; };

layout (binding = 0) writeonly buffer Out { uvec4 out_[]; };
layout (binding = 1) readonly buffer X { uvec4 x[]; };

void
main ()
{
  uint i = gl_GlobalInvocationID.x;

  if (i < push.n_quads)
    out_[i] = x[i];
}
