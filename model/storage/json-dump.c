#include "model/storage/json.h"

#include <math.h>
#include <string.h>

static void dump_value (GString *text, const json_t *value);

static void
dump_string (GString *text, const char *string)
{
  g_string_append_c (text, '"');

  for (const char *p = string; *p != '\0'; p++)
    {
      const char *plain = "\"\\\b\f\n\r\t";
      const char *letter = strchr (plain, *p);

      if (letter != NULL)
        g_string_append_printf (text, "\\%c", "\"\\bfnrt"[letter - plain]);
      else if ((guchar) *p < 0x20 || *p == 0x7f)
        g_string_append_printf (text, "\\u%04x", (guchar) *p);
      else
        g_string_append_c (text, *p);
    }

  g_string_append_c (text, '"');
}

static void
dump_double (GString *text, double value)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  for (int n_digits = 15; n_digits <= 17; n_digits++)
    {
      char format[8];

      g_snprintf (format, sizeof format, "%%.%dg", n_digits);
      g_ascii_formatd (number, sizeof number, format, value);
      if (g_ascii_strtod (number, NULL) == value)
        break;
    }

  g_string_append (text, number);
  if (strpbrk (number, ".e") == NULL)
    g_string_append (text, ".0");
}

static void
dump_object (GString *text, const json_t *object)
{
  const char *separator = "";
  const char *key;
  json_t *value;

  g_string_append_c (text, '{');
  json_object_foreach ((json_t *) object, key, value)
  {
    g_string_append (text, separator);
    dump_string (text, key);
    g_string_append (text, ": ");
    dump_value (text, value);
    separator = ", ";
  }
  g_string_append_c (text, '}');
}

static void
dump_array (GString *text, const json_t *array)
{
  gsize n_values = json_array_size (array);

  g_string_append_c (text, '[');
  for (gsize i = 0; i < n_values; i++)
    {
      g_string_append (text, i > 0 ? ", " : "");
      dump_value (text, json_array_get (array, i));
    }
  g_string_append_c (text, ']');
}

static void
dump_value (GString *text, const json_t *value)
{
  switch (json_typeof (value))
    {
    case JSON_OBJECT:
      dump_object (text, value);
      break;
    case JSON_ARRAY:
      dump_array (text, value);
      break;
    case JSON_STRING:
      dump_string (text, json_string_value (value));
      break;
    case JSON_INTEGER:
      g_string_append_printf (text, "%" JSON_INTEGER_FORMAT, json_integer_value (value));
      break;
    case JSON_REAL:
      dump_double (text, json_real_value (value));
      break;
    case JSON_TRUE:
    case JSON_FALSE:
      g_string_append (text, json_is_true (value) ? "true" : "false");
      break;
    case JSON_NULL:
      g_string_append (text, "null");
      break;
    }
}

char *
dip_json_dump_line (const json_t *value)
{
  GString *text = g_string_new (NULL);

  dump_value (text, value);
  return g_string_free (text, FALSE);
}

void
dip_json_set_take (json_t *object, const char *key, json_t *value)
{
  int failed = json_object_set_new (object, key, value);

  /* Only a key that is not UTF-8 or a cycle fails: programmer faults. */
  g_assert (failed == 0);
}

void
dip_json_set_bool (json_t *object, const char *key, gboolean value)
{
  dip_json_set_take (object, key, json_boolean (value));
}

void
dip_json_set_int (json_t *object, const char *key, gint64 value)
{
  dip_json_set_take (object, key, json_integer (value));
}

void
dip_json_set_double (json_t *object, const char *key, double value)
{
  dip_json_set_take (object, key, isfinite (value) ? json_real (value) : json_null ());
}

void
dip_json_set_string (json_t *object, const char *key, const char *value)
{
  g_autofree char *valid = value != NULL ? g_utf8_make_valid (value, -1) : NULL;

  dip_json_set_take (object, key, valid != NULL ? json_string (valid) : json_null ());
}
