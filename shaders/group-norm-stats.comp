#version 450
#extension GL_GOOGLE_include_directive : require

#include "shared.h"

/* Mean and 1 / sqrt (variance + eps) of each group of channels of
 * concat (x, y), for group-norm-apply.comp.
 *
 * A workgroup a group.  Two passes: the mean, then the squares about it, with
 * what rounding left in the mean taken out again.
 */

layout (local_size_x = DIP_GROUP) in;
layout (constant_id = 0) const bool HAS_Y = false;

layout (push_constant) uniform Block { DipPushNorm push; };

layout (binding = 0) writeonly buffer Moments { float moments[]; }; /* (groups,2) */
layout (binding = 1) readonly buffer X { float x[]; };
layout (binding = 2) readonly buffer Y { float y[]; };

/* Elements summed before they join the total. */
const uint BLOCK = 32;

shared float sums[DIP_GROUP];
shared float squares[DIP_GROUP];

float
load (uint element)
{
  uint n_x = push.n_x * push.n_pixels;
  uint image = gl_WorkGroupID.z;

  if (HAS_Y && element >= n_x)
    return y[image * push.y_stride + element - n_x];

  return x[image * push.x_stride + element];
}

/* The sums of (x - centre) and of its square over the group. */
void
sum_group (uint first, uint n, float centre)
{
  uint t = gl_LocalInvocationID.x;
  float sum = 0.0;
  float square = 0.0;

  for (uint begin = t; begin < n; begin += BLOCK * DIP_GROUP)
    {
      uint end = min (n, begin + BLOCK * DIP_GROUP);
      float block_sum = 0.0;
      float block_square = 0.0;

      for (uint i = begin; i < end; i += DIP_GROUP)
        {
          float v = load (first + i) - centre;

          block_sum += v;
          block_square += v * v;
        }
      sum += block_sum;
      square += block_square;
    }

  barrier ();
  sums[t] = sum;
  squares[t] = square;
  barrier ();
  for (uint m = DIP_GROUP / 2; m > 0; m /= 2)
    {
      if (t < m)
        {
          sums[t] += sums[t + m];
          squares[t] += squares[t + m];
        }
      barrier ();
    }
}

void
main ()
{
  uint group = gl_WorkGroupID.x;
  uint n = push.n_channels / push.n_groups * push.n_pixels;
  uint first = group * n;

  sum_group (first, n, 0.0);
  float mean = sums[0] / float (n);

  sum_group (first, n, mean);
  if (gl_LocalInvocationID.x != 0)
    return;

  float rest = sums[0] / float (n);
  float variance = max (squares[0] / float (n) - rest * rest, 0.0);
  uint at = gl_WorkGroupID.z * push.moments_stride + 2 * group;

  moments[at] = mean + rest;
  moments[at + 1] = 1.0 / sqrt (variance + push.eps);
}
