#version 450
#extension GL_GOOGLE_include_directive : require
#include "storage.glsl"
#include "shared.h"

/* Of each channel of concat (x, y), over DIP_NORM_SLAB pixels: the mean, and the sum
 * of the squares about it.  group-norm-fold.comp puts slabs and channels together.
 *
 * Invocations stand QUAD_LANES along the channels, a workgroup's rest along the
 * pixels.  Sums are taken about the slab's first pixel, so that a large mean costs no
 * digits.
 */

layout (local_size_x = DIP_GROUP) in;
layout (constant_id = 0) const bool HAS_Y = false;
layout (constant_id = 1) const bool IS_ALIGNED = true;
layout (constant_id = 2) const uint QUAD_LANES = 32; /* a power of two */

const uint PIXEL_LANES = DIP_GROUP / QUAD_LANES;

layout (push_constant) uniform Block { DipPushNorm push; };

layout (binding = 0) writeonly buffer Stats { vec4 stats[]; }; /* (slab,quad,2) */
layout (binding = 1) readonly buffer X { QUAD x[]; };
layout (binding = 2) readonly buffer Y { QUAD y[]; };

#include "inputs.glsl"

shared vec4 sums[DIP_GROUP];
shared vec4 squares[DIP_GROUP];

void
main ()
{
  uint t = gl_LocalInvocationID.x;
  uint image = gl_WorkGroupID.z;
  uint q = gl_WorkGroupID.y * QUAD_LANES + t % QUAD_LANES;
  uint first = gl_WorkGroupID.x * DIP_NORM_SLAB;
  uint end = min (first + DIP_NORM_SLAB, push.map.n_pixels);
  vec4 centre = vec4 (0.0);
  vec4 sum = vec4 (0.0);
  vec4 square = vec4 (0.0);

  if (q < push.map.out_quads)
    {
      centre = load_quad (push.map, image, first, q);
      for (uint p = first + t / QUAD_LANES; p < end; p += PIXEL_LANES)
        {
          vec4 v = load_quad (push.map, image, p, q) - centre;

          sum += v;
          square += v * v;
        }
    }

  sums[t] = sum;
  squares[t] = square;
  barrier ();
  for (uint n = PIXEL_LANES / 2; n > 0; n /= 2)
    {
      if (t < n * QUAD_LANES)
        {
          sums[t] += sums[t + n * QUAD_LANES];
          squares[t] += squares[t + n * QUAD_LANES];
        }
      barrier ();
    }

  if (t < QUAD_LANES && q < push.map.out_quads)
    {
      uint at = image * push.stat_stride + (gl_WorkGroupID.x * push.map.out_quads + q) * 2;
      vec4 mean = sums[t] / float (end - first);

      stats[at] = centre + mean;
      stats[at + 1] = max (squares[t] - sums[t] * mean, vec4 (0.0));
    }
}
