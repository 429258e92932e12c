#version 460
#extension GL_GOOGLE_include_directive : require
/* Keys with tokens in the lanes, so that q^T k is a 1x1 convolution whose
 * output channels are tokens.  A token is a pixel by its place in memory from
 * the picture's first to its last one, the border between rows included: what
 * such tokens score is anything, and the softmax leaves them out.
 *
 * Grid: blocks of tokens, blocks of channels.
 */
#define PUSH DipCpuTranspose
#include "cpu.glsl"

void
main ()
{
  uvec3 id = grid_id ();
  uint token = id.x * N_LANES + LANE;
  Floats x = Floats (push.x + PIXELS (id.y * push.plane + token));
  uint64_t to = push.result
                + PIXELS ((id.x * push.n_blocks + id.y) * N_LANES);

  [[unroll]] for (uint i = 0; i < N_LANES; i++)
    store_vector (to + PIXELS (i), x.at[i]);
}
