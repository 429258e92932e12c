#include "model/graph/reference-private.h"

#include <math.h>

/* Queries a part: enough to be worth a thread's while. */
#define N_QUERIES 16

typedef struct
{
  gsize length; /* positions: height * width */
  gsize head_size;
  guint n_parts;   /* for each head */
  const double *v; /* (batch, heads, length, head_size): values, position by position */
} Heads;

/* Scores of one query against every position, after the softmax. */
static void
score (const Heads *heads, const float *q, const float *k, double *scores)
{
  double scale = 1.0 / sqrt (heads->head_size);
  double largest = -INFINITY;
  double sum = 0.0;

  for (gsize j = 0; j < heads->length; j++)
    scores[j] = 0.0;

  for (gsize d = 0; d < heads->head_size; d++)
    {
      const double qd = q[d * heads->length] * scale;
      const float *kd = k + d * heads->length;

      for (gsize j = 0; j < heads->length; j++)
        scores[j] += qd * kd[j];
    }

  for (gsize j = 0; j < heads->length; j++)
    largest = MAX (largest, scores[j]);

  for (gsize j = 0; j < heads->length; j++)
    {
      scores[j] = exp (scores[j] - largest);
      sum += scores[j];
    }

  for (gsize j = 0; j < heads->length; j++)
    scores[j] /= sum;
}

static void
attend (const DipReferenceCall *call, gpointer scratch, guint part)
{
  const Heads *heads = scratch;
  gsize length = heads->length, head_size = heads->head_size;
  gsize head = part / heads->n_parts; /* over the whole batch */
  gsize first = (gsize) (part % heads->n_parts) * N_QUERIES;
  gsize start = head * head_size * length;
  g_autofree double *scores = g_new (double, length);
  g_autofree double *sums = g_new (double, head_size);

  for (gsize i = first; i < MIN (first + N_QUERIES, length); i++)
    {
      score (heads, call->x + start + i, call->y + start, scores);

      for (gsize d = 0; d < head_size; d++)
        sums[d] = 0.0;

      for (gsize j = 0; j < length; j++)
        for (gsize d = 0; d < head_size; d++)
          sums[d] += scores[j] * heads->v[start + j * head_size + d];

      for (gsize d = 0; d < head_size; d++)
        call->output[start + d * length + i] = sums[d];
    }
}

void
dip_reference_attention (const DipReferenceCall *call)
{
  gsize n_elements = dip_shape_get_n_elements (&call->shape);
  guint n_heads = call->shape.batch * call->node->attributes.n_heads;
  g_autofree double *v = g_new (double, n_elements);
  Heads heads = {
    .length = dip_shape_get_n_pixels (&call->shape),
    .head_size = call->shape.channels / call->node->attributes.n_heads,
    .v = v,
  };

  for (gsize h = 0, start = 0; h < n_heads; h++, start += heads.length * heads.head_size)
    for (gsize d = 0; d < heads.head_size; d++)
      for (gsize j = 0; j < heads.length; j++)
        v[start + j * heads.head_size + d] = call->z[start + d * heads.length + j];

  heads.n_parts = (heads.length + N_QUERIES - 1) / N_QUERIES;
  dip_reference_for_each (call, attend, &heads, n_heads * heads.n_parts,
                          2 * (guint64) n_elements * heads.length);
}
