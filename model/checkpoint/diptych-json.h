#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* diptych.json: what a checkpoint's author says of its pictures.
 *
 *   {"third_channel": "absdiff", "pixel_spacing_mm": 0.7, "trained_on": "..."}
 *
 * All keys may be absent or null; others are ignored. */
typedef struct
{
  char *third_channel;     /* "absdiff", "sum", "zero"; NULL: not said */
  double pixel_spacing_mm; /* above 0, at most 100; 0: not said */
  char *trained_on;        /* NULL: not said */
} DipDiptychJson;

/* Errors: DIP_STORAGE_ERROR, VALUE also for an unknown encoding.
 * @self is zeroed on failure. */
gboolean dip_diptych_json_load (DipDiptychJson *self, const char *path, GError **error);
void dip_diptych_json_clear (DipDiptychJson *self);

G_END_DECLS
