#version 450
#extension GL_GOOGLE_include_directive : require
#include "storage.glsl"
#include "shared.h"

/* From the slabs' means and squares of group-norm-stats.comp, for each channel: the
 * mean of its group, and weight / sqrt (variance + eps).  A workgroup a group.
 *
 * Squares about slab means become squares about the group's mean by adding
 * n (slab mean - mean)^2 (Chan, Golub and LeVeque 1979).
 */

layout (local_size_x = DIP_GROUP) in;
layout (constant_id = 0) const bool HAS_WEIGHT = true;

layout (push_constant) uniform Block { DipPushNorm push; };

layout (binding = 0) writeonly buffer Coefs { float coefs[]; }; /* (2,channel) */
layout (binding = 1) readonly buffer Stats { vec4 stats[]; };   /* (slab,quad,2) */
layout (binding = 2) readonly buffer Weight { float weight[]; }; /* (C) */

shared float sums[DIP_GROUP];

float
reduce_sum (float v)
{
  uint t = gl_LocalInvocationID.x;

  barrier ();
  sums[t] = v;
  barrier ();
  for (uint n = DIP_GROUP / 2; n > 0; n /= 2)
    {
      if (t < n)
        sums[t] += sums[t + n];
      barrier ();
    }

  return sums[0];
}

float
count_pixels (uint slab)
{
  return float (min (DIP_NORM_SLAB, push.map.n_pixels - slab * DIP_NORM_SLAB));
}

/* Number @which (0 mean, 1 squares) of channel @c. */
float
load (uint slab, uint c, uint which)
{
  uint quad = slab * push.map.out_quads + c / 4;

  return stats[gl_WorkGroupID.z * push.stat_stride + quad * 2 + which][c % 4];
}

void
main ()
{
  uint t = gl_LocalInvocationID.x;
  uint n_each = push.map.n_channels / push.n_groups;
  uint first = gl_WorkGroupID.x * n_each;
  float n = float (n_each) * float (push.map.n_pixels);
  float sum = 0.0;
  float square = 0.0;

  for (uint i = t; i < push.n_slabs * n_each; i += DIP_GROUP)
    sum += load (i / n_each, first + i % n_each, 0) * count_pixels (i / n_each);

  float mean = reduce_sum (sum) / n;

  for (uint i = t; i < push.n_slabs * n_each; i += DIP_GROUP)
    {
      float away = load (i / n_each, first + i % n_each, 0) - mean;

      square += load (i / n_each, first + i % n_each, 1) +
                count_pixels (i / n_each) * away * away;
    }

  float factor = 1.0 / sqrt (reduce_sum (square) / n + push.eps);
  uint at = 4 * gl_WorkGroupID.z * push.coef_stride;
  uint n_padded = 4 * push.map.out_quads;
  bool is_last = gl_WorkGroupID.x == push.n_groups - 1;

  for (uint c = first + t; c < (is_last ? n_padded : first + n_each); c += DIP_GROUP)
    {
      bool is_channel = c < push.map.n_channels;

      coefs[at + c] = is_channel ? mean : 0.0;
      coefs[at + n_padded + c] = 0.0;
      if (is_channel)
        coefs[at + n_padded + c] = HAS_WEIGHT ? factor * weight[c] : factor;
    }
}
