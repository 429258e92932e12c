#include "model/checkpoint/records.h"

#include <string.h>

static gboolean
is_vector_name (const char *name)
{
  return g_str_has_prefix (name, "time_proj") ||
         g_str_has_prefix (name, "time_embedding") ||
         g_str_has_prefix (name, "class_embedding") ||
         g_str_has_suffix (name, ".time_emb_proj") ||
         g_str_has_suffix (name, ".nonlinearity#2");
}

DipRecordKind
dip_record_get_kind (const char *name)
{
  static const char *const token_suffixes[] = { ".to_q", ".to_k", ".to_v", ".to_out.0" };

  if (is_vector_name (name))
    return DIP_RECORD_VECTOR;
  if (g_str_has_suffix (name, ".group_norm"))
    return DIP_RECORD_ROWS;

  for (gsize i = 0; i < G_N_ELEMENTS (token_suffixes); i++)
    if (g_str_has_suffix (name, token_suffixes[i]))
      return DIP_RECORD_TOKENS;

  return DIP_RECORD_PICTURE;
}

guint
dip_record_get_shape (const char *name, const DipShape *shape, gint64 dims[4])
{
  gint64 n_pixels = (gint64) shape->height * shape->width;

  dims[0] = shape->batch;
  dims[1] = shape->channels;
  switch (dip_record_get_kind (name))
    {
    case DIP_RECORD_VECTOR:
      return 2;
    case DIP_RECORD_TOKENS:
      dims[1] = n_pixels;
      dims[2] = shape->channels;
      return 3;
    case DIP_RECORD_ROWS:
      dims[2] = n_pixels;
      return 3;
    case DIP_RECORD_PICTURE:
    default:
      dims[2] = shape->height;
      dims[3] = shape->width;
      return 4;
    }
}

/* (C, n) to (n, C). */
static void
transpose (guint n_channels, gsize n_pixels, const float *values, float *out)
{
  for (gsize i = 0; i < n_pixels; i++)
    for (guint c = 0; c < n_channels; c++)
      out[i * n_channels + c] = values[c * n_pixels + i];
}

void
dip_record_copy (const char *name, const DipShape *shape, const float *values, float *out)
{
  gsize n_pixels = (gsize) shape->height * shape->width;
  gsize n_image = n_pixels * shape->channels;

  if (dip_record_get_kind (name) != DIP_RECORD_TOKENS)
    {
      memcpy (out, values, shape->batch * n_image * sizeof *out);
      return;
    }

  for (guint b = 0; b < shape->batch; b++)
    transpose (shape->channels, n_pixels, values + b * n_image, out + b * n_image);
}
