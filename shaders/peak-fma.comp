#version 450
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#include "shared.h"

/* What the device reaches at multiplying and adding: every invocation adds
 * DIP_PEAK_STEPS times push.n_rounds to DIP_PEAK_CHAINS numbers, by
 *
 *   v = v * push.factor + push.offset
 *
 * with a factor and an offset of 1, which the compiler cannot know.  The chains are
 * independent, and together long enough to hide each other's latency.  All results
 * are whole numbers below 2^24, so that out_ tells whether all of it was done: it gets
 * the first chain, or -1 where another one came to something else.
 */
layout (local_size_x_id = 0) in;

layout (push_constant) uniform Block { DipPushPeak push; };

layout (binding = 0) writeonly buffer Out { float out_[]; };

void
main ()
{
  float v[DIP_PEAK_CHAINS];
  float factor = push.factor;
  float offset = push.offset;
  float worst = 0.0;

  [[unroll]] for (uint i = 0; i < DIP_PEAK_CHAINS; i++)
    v[i] = float (i);
  for (uint round_ = 0; round_ < push.n_rounds; round_++)
    [[unroll]] for (uint step_ = 0; step_ < DIP_PEAK_STEPS; step_++)
      [[unroll]] for (uint i = 0; i < DIP_PEAK_CHAINS; i++)
        v[i] = fma (v[i], factor, offset);

  [[unroll]] for (uint i = 1; i < DIP_PEAK_CHAINS; i++)
    worst = max (worst, abs (v[i] - v[0] - float (i)));
  out_[gl_GlobalInvocationID.x] = worst == 0.0 ? v[0] : -1.0;
}
