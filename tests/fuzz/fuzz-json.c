#include "model/storage/error.h"
#include "model/storage/json.h"
#include "tests/fuzz/fuzz-input.h"

#include <string.h>

/* Asks a value for everything it could be. */
static void
ask (DipJson *json, const char *key)
{
  g_autofree const char **strings = NULL;
  g_autofree double *doubles = NULL;
  g_autofree gint64 *ints = NULL;
  g_autoptr (DipJson) inner = NULL;
  const char *string;
  gboolean boolean;
  double number;
  gint64 integer;
  gsize n;

  dip_json_get_bool (json, key, &boolean, NULL);
  dip_json_get_int (json, key, -5, 5, &integer, NULL);
  dip_json_get_double (json, key, -5, 5, &number, NULL);
  dip_json_get_string (json, key, &string, NULL);
  dip_json_get_strings (json, key, &strings, &n, NULL);
  dip_json_get_doubles (json, key, -5, 5, &doubles, &n, NULL);
  dip_json_get_ints (json, key, -5, 5, &ints, &n, NULL);
  dip_json_get_object (json, key, &inner, NULL);
}

/* What was written is read back, and is then written the same. */
static void
check_round_trip (DipJson *json)
{
  g_autofree char *line = dip_json_dump_line (dip_json_get_root (json));
  g_autoptr (GBytes) bytes = g_bytes_new_static (line, strlen (line));
  g_autoptr (GError) error = NULL;
  g_autoptr (DipJson) again = dip_json_load_bytes (bytes, "again", &error);
  g_autofree char *second = NULL;

  g_assert_no_error (error);
  g_assert (strchr (line, '\n') == NULL);
  g_assert (json_equal (dip_json_get_root (json), dip_json_get_root (again)));
  second = dip_json_dump_line (dip_json_get_root (again));
  g_assert_cmpstr (line, ==, second);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize n_bytes)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, n_bytes);
  g_autoptr (GError) error = NULL;
  g_autoptr (DipJson) json = dip_json_load_bytes (bytes, "file", &error);
  const char *key;
  json_t *value;

  if (json == NULL)
    {
      g_assert (error != NULL && error->domain == DIP_STORAGE_ERROR);
      g_assert (strpbrk (error->message, "\n\r") == NULL);
      return 0;
    }

  json_object_foreach (dip_json_get_root (json), key, value)
  {
    ask (json, key);
    break;
  }

  check_round_trip (json);
  return 0;
}
