#include "model/checkpoint/diptych-json.h"

#include "model/storage/json.h"

static const char *const encodings[] = { "absdiff", "sum", "zero", NULL };

void
dip_diptych_json_clear (DipDiptychJson *self)
{
  g_clear_pointer (&self->third_channel, g_free);
  g_clear_pointer (&self->trained_on, g_free);
  self->pixel_spacing_mm = 0;
}

/* Absent and null leave NULL. */
static gboolean
read_string (DipJson *json, const char *key, char **value, GError **error)
{
  const char *borrowed = NULL;

  if (dip_json_is_null (json, key))
    return TRUE;
  if (!dip_json_get_string (json, key, &borrowed, error))
    return FALSE;

  *value = g_strdup (borrowed);
  return TRUE;
}

static gboolean
read_keys (DipDiptychJson *self, DipJson *json, GError **error)
{
  if (!read_string (json, "third_channel", &self->third_channel, error) ||
      !read_string (json, "trained_on", &self->trained_on, error))
    return FALSE;

  if (self->third_channel != NULL && !g_strv_contains (encodings, self->third_channel))
    return dip_json_fail (json, "third_channel", "\"absdiff\", \"sum\" or \"zero\"",
                          error);

  return dip_json_is_null (json, "pixel_spacing_mm") ||
         dip_json_get_double (json, "pixel_spacing_mm", 1e-6, 100,
                              &self->pixel_spacing_mm, error);
}

gboolean
dip_diptych_json_load (DipDiptychJson *self, const char *path, GError **error)
{
  g_autoptr (DipJson) json = NULL;

  g_return_val_if_fail (self != NULL && path != NULL, FALSE);

  *self = (DipDiptychJson){ 0 };
  json = dip_json_load_file (path, NULL, error);
  if (json != NULL && read_keys (self, json, error))
    return TRUE;

  dip_diptych_json_clear (self);
  return FALSE;
}
