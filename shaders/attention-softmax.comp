#version 450
#extension GL_GOOGLE_include_directive : require

#include "shared.h"

/* Softmax of each row of the scores, in place.  A workgroup a row. */

layout (local_size_x = DIP_GROUP) in;

layout (push_constant) uniform Block { DipPushAttention push; };

layout (binding = 0) buffer Scores { float scores[]; }; /* (image,head,n_rows,positions) */

shared float parts[DIP_GROUP];

float
reduce_sum (float v)
{
  uint t = gl_LocalInvocationID.x;

  barrier ();
  parts[t] = v;
  barrier ();
  for (uint n = DIP_GROUP / 2; n > 0; n /= 2)
    {
      if (t < n)
        parts[t] += parts[t + n];
      barrier ();
    }

  return parts[0];
}

float
reduce_max (float v)
{
  uint t = gl_LocalInvocationID.x;

  barrier ();
  parts[t] = v;
  barrier ();
  for (uint n = DIP_GROUP / 2; n > 0; n /= 2)
    {
      if (t < n)
        parts[t] = max (parts[t], parts[t + n]);
      barrier ();
    }

  return parts[0];
}

void
main ()
{
  uint t = gl_LocalInvocationID.x;
  uint row = (gl_WorkGroupID.z * push.n_rows + gl_WorkGroupID.x) * push.n_positions;
  float largest = scores[row];
  float sum = 0.0;

  for (uint j = t; j < push.n_positions; j += DIP_GROUP)
    largest = max (largest, scores[row + j]);
  largest = reduce_max (largest);

  for (uint j = t; j < push.n_positions; j += DIP_GROUP)
    sum += exp (scores[row + j] - largest);
  sum = reduce_sum (sum);

  for (uint j = t; j < push.n_positions; j += DIP_GROUP)
    scores[row + j] = exp (scores[row + j] - largest) / sum;
}
