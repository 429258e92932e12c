#version 450
#extension GL_GOOGLE_include_directive : require
#include "storage.glsl"
#include "shared.h"

/* out[i] = sum over j of softmax_j (scale q[i] . k[j]) v[j], for one head of one image;
 * q, k, v, out (positions, heads * head_size).
 *
 * Scores are never stored: keys come DIP_ATTENTION_KEYS at a time, and what is summed
 * already is rescaled when a larger score turns up (online softmax, Milakov and
 * Gimelshein 2018).  A workgroup makes TILE queries by D_LANES quads of the head; a
 * wider head takes several, which all compute the scores.
 */

layout (local_size_x = DIP_GROUP) in;
layout (constant_id = 0) const uint TILE = 16;
layout (constant_id = 1) const uint D_LANES = 32;      /* a power of two */
layout (constant_id = 2) const bool IS_ALIGNED = true; /* heads are whole quads */
layout (constant_id = 3) const uint DEPTH = 4;         /* quads of the head at a time */

const uint KEYS = DIP_ATTENTION_KEYS;
const uint KEYS_AT_ONCE = 8; /* whose values are on their way together */
const uint PITCH = DEPTH + 1;
const uint KEY_ROWS = DIP_GROUP / KEYS;
const uint SCORES_EACH = TILE / KEY_ROWS;
const uint ROW_LANES = DIP_GROUP / D_LANES;
const uint ROWS_EACH = (TILE + ROW_LANES - 1) / ROW_LANES;

layout (push_constant) uniform Block { DipPushAttention push; };

layout (binding = 0) writeonly buffer Out { QUAD out_[]; };
layout (binding = 0) writeonly buffer OutElements { ELEMENT out_elements[]; };
layout (binding = 1) readonly buffer Q { QUAD q[]; };
layout (binding = 2) readonly buffer K { QUAD k[]; };
layout (binding = 3) readonly buffer V { QUAD v[]; };

shared float scores[TILE * (KEYS + 1)];
shared vec4 queries[TILE * PITCH];
shared vec4 keys[KEYS * PITCH];
shared float largest[TILE];
shared float totals[TILE];
shared float factors[TILE];

uint
get_head ()
{
  return gl_WorkGroupID.z % push.n_heads;
}

uint
get_base ()
{
  return gl_WorkGroupID.z / push.n_heads * push.stride;
}

uint
get_head_quads ()
{
  return (push.head_size + 3) / 4;
}

/* Quad @d of this head in buffer @b, zero outside. */
#define LOAD_HEAD(b, position, d, v_)                                                  \
  {                                                                                    \
  v_ = vec4 (0.0);                                                                     \
  if ((position) < push.n_positions && (d) < get_head_quads ())                        \
    {                                                                                  \
      uint at_ = get_base () + (position) * push.quads;                                \
      if (IS_ALIGNED)                                                                  \
        v_ = vec4 (b[at_ + get_head () * get_head_quads () + (d)]);                    \
      else                                                                             \
        for (uint n_ = 0; n_ < 4 && 4 * (d) + n_ < push.head_size; n_++)               \
          {                                                                            \
            uint c_ = get_head () * push.head_size + 4 * (d) + n_;                     \
            v_[n_] = vec4 (b[at_ + c_ / 4])[c_ % 4];                                       \
          }                                                                            \
    }                                                                                  \
  }

/* Scores of the tile's queries with KEYS keys, into shared memory. */
void
compute_scores (uint first_query, uint first_key)
{
  uint t = gl_LocalInvocationID.x;
  uint key = t % KEYS;
  float sums[SCORES_EACH];

  [[unroll]] for (uint i = 0; i < SCORES_EACH; i++)
    sums[i] = 0.0;

  for (uint d = 0; d < get_head_quads (); d += DEPTH)
    {
      vec4 value;

      barrier ();
      for (uint n = t; n < TILE * DEPTH; n += DIP_GROUP)
        {
          LOAD_HEAD (q, first_query + n / DEPTH, d + n % DEPTH, value)
          queries[n / DEPTH * PITCH + n % DEPTH] = value;
        }
      for (uint n = t; n < KEYS * DEPTH; n += DIP_GROUP)
        {
          LOAD_HEAD (k, first_key + n / DEPTH, d + n % DEPTH, value)
          keys[n / DEPTH * PITCH + n % DEPTH] = value;
        }
      barrier ();

      [[unroll]] for (uint n = 0; n < DEPTH; n++)
        [[unroll]] for (uint i = 0; i < SCORES_EACH; i++)
          sums[i] += dot (queries[(t / KEYS + i * KEY_ROWS) * PITCH + n],
                          keys[key * PITCH + n]);
    }

  [[unroll]] for (uint i = 0; i < SCORES_EACH; i++)
    scores[(t / KEYS + i * KEY_ROWS) * (KEYS + 1) + key] = sums[i] * push.scale;
}

/* Scores become weights against the largest so far, 0 behind the last key; the rest is
 * rescaled to it.
 */
void
normalise (uint row, uint n_keys)
{
  uint at = row * (KEYS + 1);
  float before = largest[row];
  float now = before;
  float sum = 0.0;

  for (uint j = 0; j < n_keys; j++)
    now = max (now, scores[at + j]);
  for (uint j = 0; j < n_keys; j++)
    {
      float weight = exp (scores[at + j] - now);

      scores[at + j] = weight;
      sum += weight;
    }
  for (uint j = n_keys; j < KEYS; j++)
    scores[at + j] = 0.0;

  largest[row] = now;
  factors[row] = exp (before - now);
  totals[row] = totals[row] * factors[row] + sum;
}

void
store (uint position, uint d, vec4 value)
{
  uint at = get_base () + position * push.quads;

  if (IS_ALIGNED)
    out_[at + get_head () * get_head_quads () + d] = QUAD (value);
  else
    for (uint n = 0; n < 4 && 4 * d + n < push.head_size; n++)
      out_elements[4 * at + get_head () * push.head_size + 4 * d + n] = ELEMENT (value[n]);
}

/* The channels behind the last head. */
void
clear_padding (uint position)
{
  uint at = get_base () + position * push.quads;

  for (uint c = push.n_heads * push.head_size; c < 4 * push.quads; c++)
    out_elements[4 * at + c] = ELEMENT (0.0);
}

void
main ()
{
  uint t = gl_LocalInvocationID.x;
  uint first_query = (push.first_tile + gl_WorkGroupID.x) * TILE;
  uint d = gl_WorkGroupID.y * D_LANES + t % D_LANES;
  vec4 sums[ROWS_EACH];

  [[unroll]] for (uint i = 0; i < ROWS_EACH; i++)
    sums[i] = vec4 (0.0);
  if (t < TILE)
    {
      largest[t] = -3.0e38;
      totals[t] = 0.0;
    }

  for (uint first_key = 0; first_key < push.n_positions; first_key += KEYS)
    {
      uint n_keys = min (KEYS, push.n_positions - first_key);

      compute_scores (first_query, first_key);
      barrier ();
      if (t < TILE)
        normalise (t, n_keys);
      barrier ();

      [[unroll]] for (uint i = 0; i < ROWS_EACH; i++)
        sums[i] *= factors[min (t / D_LANES + i * ROW_LANES, TILE - 1)];
      for (uint j = 0; j < KEYS; j += KEYS_AT_ONCE)
        {
          vec4 values[KEYS_AT_ONCE];

          [[unroll]] for (uint n = 0; n < KEYS_AT_ONCE; n++)
            LOAD_HEAD (v, first_key + j + n, d, values[n])
          [[unroll]] for (uint n = 0; n < KEYS_AT_ONCE; n++)
            [[unroll]] for (uint i = 0; i < ROWS_EACH; i++)
              sums[i] += values[n] * scores[min (t / D_LANES + i * ROW_LANES, TILE - 1) *
                                            (KEYS + 1) + j + n];
        }
    }

  [[unroll]] for (uint i = 0; i < ROWS_EACH; i++)
    {
      uint row = t / D_LANES + i * ROW_LANES;

      if (row < TILE && first_query + row < push.n_positions && d < get_head_quads ())
        store (first_query + row, d, sums[i] / totals[row]);
    }
  if (get_head () == push.n_heads - 1 && gl_WorkGroupID.y == 0 && t < TILE &&
      first_query + t < push.n_positions)
    clear_padding (first_query + t);
}
