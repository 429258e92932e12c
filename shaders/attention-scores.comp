#version 450
#extension GL_GOOGLE_include_directive : require

#include "shared.h"

/* scores[i][j] = scale * sum over d of q[d][i] k[d][j], for n_rows queries i
 * from first_row on and all positions j of one head of one image.
 *
 * q, k (heads * head_size, positions).  A workgroup makes a square tile.
 */

layout (local_size_x = DIP_GROUP) in;

layout (push_constant) uniform Block { DipPushAttention push; };

layout (binding = 0) writeonly buffer Scores { float scores[]; }; /* (image,head,n_rows,positions) */
layout (binding = 1) readonly buffer Q { float q[]; };
layout (binding = 2) readonly buffer K { float k[]; };

const uint TILE = DIP_ATTENTION_TILE;
const uint DEPTH = 16;
const uint COLUMNS = 16;                 /* invocations along j */
const uint ROWS = DIP_GROUP / COLUMNS;   /* and along i */
const uint I_EACH = TILE / ROWS;
const uint J_EACH = TILE / COLUMNS;

shared float queries[DEPTH * TILE];
shared float keys[DEPTH * TILE];

void
main ()
{
  uint t = gl_LocalInvocationID.x;
  uint image = gl_WorkGroupID.z / push.n_heads;
  uint head = gl_WorkGroupID.z % push.n_heads;
  uint base = image * push.stride + head * push.head_size * push.n_positions;
  uint first_i = gl_WorkGroupID.y * TILE; /* within the n_rows */
  uint first_j = gl_WorkGroupID.x * TILE;
  float sums[I_EACH][J_EACH];

  for (uint a = 0; a < I_EACH; a++)
    for (uint b = 0; b < J_EACH; b++)
      sums[a][b] = 0.0;

  for (uint first_d = 0; first_d < push.head_size; first_d += DEPTH)
    {
      barrier ();
      for (uint n = t; n < DEPTH * TILE; n += DIP_GROUP)
        {
          uint d = first_d + n / TILE;
          uint i = first_i + n % TILE;
          uint j = first_j + n % TILE;
          float qv = 0.0;
          float kv = 0.0;

          if (d < push.head_size && i < push.n_rows)
            qv = q[base + d * push.n_positions + push.first_row + i];
          if (d < push.head_size && j < push.n_positions)
            kv = k[base + d * push.n_positions + j];
          queries[n] = qv;
          keys[n] = kv;
        }
      barrier ();

      for (uint d = 0; d < DEPTH; d++)
        for (uint a = 0; a < I_EACH; a++)
          for (uint b = 0; b < J_EACH; b++)
            sums[a][b] = fma (queries[d * TILE + t / COLUMNS + a * ROWS],
                              keys[d * TILE + t % COLUMNS + b * COLUMNS], sums[a][b]);
    }

  for (uint a = 0; a < I_EACH; a++)
    for (uint b = 0; b < J_EACH; b++)
      {
        uint i = first_i + t / COLUMNS + a * ROWS;
        uint j = first_j + t % COLUMNS + b * COLUMNS;

        if (i < push.n_rows && j < push.n_positions)
          scores[(gl_WorkGroupID.z * push.n_rows + i) * push.n_positions + j] =
            sums[a][b] * push.scale;
      }
}
