#version 450
#extension GL_GOOGLE_include_directive : require

#include "shared.h"

/* out[d][i] = sum over j of scores[i][j] v[d][j], for n_rows queries i from
 * first_row on of one head of one image.
 *
 * v, out (heads * head_size, positions).  A workgroup makes a square tile.
 */

layout (local_size_x = DIP_GROUP) in;

layout (push_constant) uniform Block { DipPushAttention push; };

layout (binding = 0) writeonly buffer Out { float out_[]; };
layout (binding = 1) readonly buffer Scores { float scores[]; }; /* (image,head,n_rows,positions) */
layout (binding = 2) readonly buffer V { float v[]; };

const uint TILE = DIP_ATTENTION_TILE;
const uint DEPTH = 16;
const uint COLUMNS = 16;                 /* invocations along i */
const uint ROWS = DIP_GROUP / COLUMNS;   /* and along d */
const uint D_EACH = TILE / ROWS;
const uint I_EACH = TILE / COLUMNS;

/* One float of padding a row: transposed writes would meet in one bank. */
shared float weights[DEPTH * (TILE + 1)];
shared float values[DEPTH * (TILE + 1)];

void
main ()
{
  uint t = gl_LocalInvocationID.x;
  uint image = gl_WorkGroupID.z / push.n_heads;
  uint head = gl_WorkGroupID.z % push.n_heads;
  uint base = image * push.stride + head * push.head_size * push.n_positions;
  uint first_i = gl_WorkGroupID.x * TILE; /* within the n_rows */
  uint first_d = gl_WorkGroupID.y * TILE;
  float sums[D_EACH][I_EACH];

  for (uint a = 0; a < D_EACH; a++)
    for (uint b = 0; b < I_EACH; b++)
      sums[a][b] = 0.0;

  for (uint first_j = 0; first_j < push.n_positions; first_j += DEPTH)
    {
      barrier ();
      for (uint n = t; n < DEPTH * TILE; n += DIP_GROUP)
        {
          uint j = first_j + n % DEPTH;
          uint i = first_i + n / DEPTH;
          uint d = first_d + n / DEPTH;
          uint to = n % DEPTH * (TILE + 1) + n / DEPTH;
          float sv = 0.0;
          float vv = 0.0;

          if (j < push.n_positions && i < push.n_rows)
            sv = scores[(gl_WorkGroupID.z * push.n_rows + i) * push.n_positions + j];
          if (j < push.n_positions && d < push.head_size)
            vv = v[base + d * push.n_positions + j];
          weights[to] = sv;
          values[to] = vv;
        }
      barrier ();

      for (uint j = 0; j < DEPTH; j++)
        for (uint a = 0; a < D_EACH; a++)
          for (uint b = 0; b < I_EACH; b++)
            sums[a][b] = fma (values[j * (TILE + 1) + t / COLUMNS + a * ROWS],
                              weights[j * (TILE + 1) + t % COLUMNS + b * COLUMNS],
                              sums[a][b]);
    }

  for (uint a = 0; a < D_EACH; a++)
    for (uint b = 0; b < I_EACH; b++)
      {
        uint d = first_d + t / COLUMNS + a * ROWS;
        uint i = first_i + t % COLUMNS + b * COLUMNS;

        if (d < push.head_size && i < push.n_rows)
          out_[base + d * push.n_positions + push.first_row + i] = sums[a][b];
      }
}
