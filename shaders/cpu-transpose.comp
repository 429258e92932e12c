#version 460
#extension GL_GOOGLE_include_directive : require
/* Keys with tokens in the lanes, so that q^T k is a 1x1 convolution whose
 * output channels are tokens.  A token is a pixel by its place in memory from
 * the picture's first to its last one, the border between rows included: such
 * tokens are zero here, and what the softmax makes of them too.
 *
 * Grid: blocks of tokens, blocks of channels.
 */
#define PUSH DipCpuTranspose
#include "cpu.glsl"

void
main ()
{
  uint token = gl_WorkGroupID.x * N_LANES + LANE;
  bool is_real = token % push.pitch < push.width && token / push.pitch < push.height;
  uint pixel = gl_WorkGroupID.y * push.plane + (is_real ? token : 0u);
  Floats x = Floats (push.x + PIXELS (pixel));
  uint64_t to = push.result
                + PIXELS ((gl_WorkGroupID.x * push.n_blocks + gl_WorkGroupID.y) * N_LANES);

  [[unroll]] for (uint i = 0; i < N_LANES; i++)
    {
      float v = x.at[i];
      store_vector (to + PIXELS (i), mix (0.0, v, is_real));
    }
}
