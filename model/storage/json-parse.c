#include "model/storage/json-private.h"

#include "model/storage/error.h"
#include "model/storage/json.h"

#include <string.h>

/* The index of the quote that ends the string whose first byte is at @i, or @n_bytes. */
static gsize
skip_string (const char *text, gsize i, gsize n_bytes)
{
  while (i < n_bytes && text[i] != '"')
    i += text[i] == '\\' ? 2 : 1;

  return MIN (i, n_bytes);
}

static gboolean
fail_limit (const char *file,
            const char *what,
            const char *how,
            gsize limit,
            GError **error)
{
  dip_storage_set_error (error, DIP_STORAGE_ERROR_TOO_LARGE, file,
                         "%s %s, the limit is %" G_GSIZE_FORMAT, what, how, limit);
  return FALSE;
}

/* Every value but the outermost follows a bracket, a comma or a colon; counting all of
 * them never counts too few. */
static gboolean
check_limits (const char *text,
              gsize n_bytes,
              const DipJsonLimits *limits,
              const char *file,
              const char *what,
              GError **error)
{
  gsize depth = 0;
  gsize n_values = 0;

  if (n_bytes > limits->max_bytes)
    return fail_limit (file, what, "has too many bytes", limits->max_bytes, error);

  for (gsize i = 0; i < n_bytes; i++)
    {
      char c = text[i];
      gsize start = i + 1;

      if (c == '"')
        i = skip_string (text, start, n_bytes);
      else if (c == '{' || c == '[')
        depth++;
      else if ((c == '}' || c == ']') && depth > 0)
        depth--;

      n_values += c == '{' || c == '[' || c == ',' || c == ':';

      if (i > start && i - start > limits->max_string)
        return fail_limit (file, what, "has a string of too many bytes",
                           limits->max_string, error);
      if (depth > limits->max_depth)
        return fail_limit (file, what, "is nested too deep", limits->max_depth, error);
      if (n_values > limits->max_values)
        return fail_limit (file, what, "has too many values", limits->max_values, error);
    }

  return TRUE;
}

/* A copy with null for each -Infinity, which is not JSON but what Python writes and
 * diffusers' files have; NULL if there is none.
 */
static char *
replace_infinities (const char *text, gsize n_bytes)
{
  static const char infinity[] = "-Infinity";
  static const char replacement[] = "null     ";
  const gsize length = sizeof infinity - 1;
  char *copy = NULL;

  for (gsize i = 0; i + length <= n_bytes; i++)
    {
      if (text[i] == '"')
        i = skip_string (text, i + 1, n_bytes);
      else if (memcmp (text + i, infinity, length) == 0)
        {
          if (copy == NULL)
            copy = g_memdup2 (text, n_bytes);
          memcpy (copy + i, replacement, length);
        }
    }

  return copy;
}

json_t *
dip_json_parse (const char *text,
                gsize n_bytes,
                const DipJsonLimits *limits,
                const char *file,
                const char *what,
                GError **error)
{
  g_autofree char *found = NULL;
  g_autofree char *copy = NULL;
  json_error_t fault;
  json_t *root;

  if (!check_limits (text, n_bytes, limits, file, what, error))
    return NULL;

  copy = replace_infinities (text, n_bytes);
  root = json_loadb (copy != NULL ? copy : text, n_bytes,
                     JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &fault);
  if (root == NULL)
    {
      dip_storage_set_error (error, DIP_STORAGE_ERROR_FORMAT, file,
                             "%s is not valid JSON: line %d, column %d: %s", what,
                             fault.line, fault.column, fault.text);
      return NULL;
    }

  if (json_is_object (root))
    return root;

  found = dip_json_describe (root);
  dip_storage_set_error (error, DIP_STORAGE_ERROR_FORMAT, file,
                         "%s must be a JSON object, found %s", what, found);
  json_decref (root);
  return NULL;
}

static char *
describe_string (const char *text)
{
  g_autofree char *start = g_utf8_substring (text, 0, MIN (40, g_utf8_strlen (text, -1)));
  gboolean is_cut = strlen (start) < strlen (text);

  return g_strdup_printf ("\"%s%s\"", start, is_cut ? "…" : "");
}

char *
dip_json_describe (const json_t *value)
{
  switch (value != NULL ? json_typeof (value) : JSON_NULL)
    {
    case JSON_OBJECT:
      return g_strdup ("an object");
    case JSON_ARRAY:
      return g_strdup_printf ("a list of %" G_GSIZE_FORMAT, json_array_size (value));
    case JSON_STRING:
      return describe_string (json_string_value (value));
    default:
      return value != NULL ? dip_json_dump_line (value) : g_strdup ("nothing");
    }
}
