#pragma once

#include <glib.h>
#include <jansson.h>

G_BEGIN_DECLS

typedef struct
{
  gsize max_bytes;
  gsize max_string; /* bytes of the text of one string */
  gsize max_depth;  /* of arrays and objects in each other */
  gsize max_values; /* members and elements, all levels together */
} DipJsonLimits;

/* Parses @n_bytes of JSON whose top level is an object.  The limits are checked by a
 * pass over the text before the parser sees it, because it allocates some hundred
 * bytes for each value.  @what is what is parsed, for messages: "header".  NULL with
 * @error set, which begins with @file. */
json_t *dip_json_parse (const char *text,
                        gsize n_bytes,
                        const DipJsonLimits *limits,
                        const char *file,
                        const char *what,
                        GError **error);

/* "an array", "true", "\"two\"": a value in a message, at most some 50 bytes. */
char *dip_json_describe (const json_t *value);

G_END_DECLS
