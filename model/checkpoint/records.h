#pragma once

#include "model/graph/graph.h"

G_BEGIN_DECLS

/* How torch shapes the output of a module whose value the graph keeps as NCHW. */
typedef enum
{
  DIP_RECORD_PICTURE, /* (B, C, H, W): as in the graph */
  DIP_RECORD_VECTOR,  /* (B, C): time_proj, time_embedding, time_emb_proj ... */
  DIP_RECORD_TOKENS,  /* (B, H*W, C): attention's to_q, to_k, to_v, to_out.0 */
  DIP_RECORD_ROWS,    /* (B, C, H*W): attention's group_norm */
} DipRecordKind;

/* Told by the record point's name (see unet-builder.h). */
DipRecordKind dip_record_get_kind (const char *name);

/* The shape torch gives it: fills @dims, returns how many there are (2 to 4). */
guint dip_record_get_shape (const char *name, const DipShape *shape, gint64 dims[4]);

/* Copies @values (NCHW, @shape) to @out in torch's order; the same number of elements. */
void dip_record_copy (const char *name,
                      const DipShape *shape,
                      const float *values,
                      float *out);

G_END_DECLS
