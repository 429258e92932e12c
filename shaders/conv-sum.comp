#version 450
#extension GL_GOOGLE_include_directive : require
#include "storage.glsl"
#include "shared.h"
#include "elements.glsl"
#include "conv.glsl"

/* Adds up the parts of a convolution whose sum was split. */

void
main ()
{
  uint i = get_element ();
  uint image = gl_WorkGroupID.z;
  uint n = push.out_height * push.out_width * push.out_quads;
  vec4 v = vec4 (0.0);

  if (i >= n)
    return;

  for (uint k = 0; k < N_SPLITS; k++)
    v += partial[image * push.partial_stride + k * n + i];
  finish (image, i / push.out_quads, i % push.out_quads, v);
}
