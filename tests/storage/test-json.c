#include "model/storage/error.h"
#include "model/storage/json.h"
#include "tests/storage/count-malloc.h"

#include <locale.h>
#include <math.h>
#include <string.h>

static DipJson *
load (const char *text, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return dip_json_load_bytes (bytes, "unet/config.json", error);
}

static DipJson *
load_good (const char *text)
{
  g_autoptr (GError) error = NULL;
  DipJson *json = load (text, &error);

  g_assert_no_error (error);
  return json;
}

static void
test_refused (void)
{
  const struct
  {
    const char *text;
    int code;
    const char *says;
  } cases[] = {
    { "", DIP_STORAGE_ERROR_FORMAT, "not valid JSON" },
    { "{\"a\": 1", DIP_STORAGE_ERROR_FORMAT, "line 1" },
    { "{\"a\": 1, \"a\": 2}", DIP_STORAGE_ERROR_FORMAT, "duplicate" },
    { "{\"a\": NaN}", DIP_STORAGE_ERROR_FORMAT, "NaN" },
    { "{\"a\": Infinity}", DIP_STORAGE_ERROR_FORMAT, "Infinity" },
    { "{\"a\": -Infinite}", DIP_STORAGE_ERROR_FORMAT, "not valid JSON" },
    { "{\"a\": 1e999}", DIP_STORAGE_ERROR_FORMAT, "real number overflow" },
    { "{\"a\": 123456789012345678901}", DIP_STORAGE_ERROR_FORMAT, "too big integer" },
    { "{\"a\": 1,}", DIP_STORAGE_ERROR_FORMAT, "not valid JSON" },
    { "{} {}", DIP_STORAGE_ERROR_FORMAT, "end of file expected" },
    { "{\"a\": \"\xff\"}", DIP_STORAGE_ERROR_FORMAT, "0xff" },
    { "{\"a\": \"\\u0000\"}", DIP_STORAGE_ERROR_FORMAT, "not valid JSON" },
    { "[1, 2]", DIP_STORAGE_ERROR_FORMAT, "must be a JSON object, found a list of 2" },
    { "null", DIP_STORAGE_ERROR_FORMAT, "found null" },
    { "\"two\"", DIP_STORAGE_ERROR_FORMAT, "found \"two\"" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (load (cases[i].text, &error));
      g_assert_error (error, DIP_STORAGE_ERROR, cases[i].code);
      g_assert_true (g_str_has_prefix (error->message, "unet/config.json: "));
      g_assert_null (strchr (error->message, '\n'));
      g_assert_nonnull (strstr (error->message, cases[i].says));
    }
}

/* Python writes it, and diffusers' scheduler_config.json has it. */
static void
test_minus_infinity (void)
{
  g_autoptr (DipJson) json =
      load_good ("{\"a\": -Infinity, \"-Infinity\": \"\\\"-Infinity\", \"b\": 2}");
  const char *text = NULL;

  g_assert_true (dip_json_is_null (json, "a"));
  g_assert_true (dip_json_get_string (json, "-Infinity", &text, NULL));
  g_assert_cmpstr (text, ==, "\"-Infinity");
  g_assert_true (dip_json_has (json, "b"));
}

static char *
repeat (const char *head, const char *part, gsize n, const char *tail)
{
  GString *text = g_string_new (head);

  for (gsize i = 0; i < n; i++)
    g_string_append (text, part);
  return g_string_free (g_string_append (text, tail), FALSE);
}

static void
check_too_large (const char *text)
{
  g_autoptr (GError) error = NULL;

  dip_heap_reset_peak ();
  g_assert_null (load (text, &error));
  g_assert_cmpuint (dip_heap_get_peak (), <=, strlen (text) + 65536);
  g_assert_error (error, DIP_STORAGE_ERROR, DIP_STORAGE_ERROR_TOO_LARGE);
}

/* Refused before the parser allocates anything for it. */
static void
test_limits (void)
{
  g_autofree char *deep = repeat ("{\"a\":", "[", 100000, "");
  g_autofree char *many = repeat ("{\"a\":[0", ",0", DIP_JSON_MAX_VALUES, "]}");
  g_autofree char *longer = repeat ("{\"a\":\"", "0123456789abcdef", 300000, "\"}");
  g_autofree char *large = repeat ("{", "                ", DIP_JSON_MAX_BYTES / 16, "}");
  g_autofree char *brackets = repeat ("{\"a\": \"", "[[\\\"{{", 1000, "\"}");
  g_autoptr (DipJson) json = load_good (brackets);

  check_too_large (deep);
  check_too_large (many);
  check_too_large (longer);
  check_too_large (large);
  g_assert_true (dip_json_has (json, "a"));
}

static void
test_defaults (void)
{
  g_autoptr (DipJson) json = load_good ("{\"n\": null}");
  g_autoptr (GError) error = NULL;
  const char *string = "silu";
  gboolean boolean = TRUE;
  double number = 0.5;
  gint64 integer = 8;
  gint64 *list = NULL;
  gsize n_list = 3;

  g_assert_true (dip_json_get_string (json, "absent", &string, &error));
  g_assert_true (dip_json_get_bool (json, "absent", &boolean, &error));
  g_assert_true (dip_json_get_double (json, "absent", 0, 1, &number, &error));
  g_assert_true (dip_json_get_int (json, "absent", 0, 1, &integer, &error));
  g_assert_true (dip_json_get_ints (json, "absent", 0, 1, &list, &n_list, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (string, ==, "silu");
  g_assert_true (boolean);
  g_assert_cmpfloat (number, ==, 0.5);
  g_assert_cmpint (integer, ==, 8);
  g_assert_null (list);
  g_assert_cmpuint (n_list, ==, 3);

  g_assert_true (dip_json_is_null (json, "n"));
  g_assert_false (dip_json_is_null (json, "absent"));
  g_assert_true (dip_json_require (json, "n", &error));
  g_assert_false (dip_json_require (json, "absent", &error));
  g_assert_error (error, DIP_STORAGE_ERROR, DIP_STORAGE_ERROR_NOT_FOUND);
  g_assert_cmpstr (error->message, ==, "unet/config.json: 'absent' is missing");
}

static void
test_values (void)
{
  g_autoptr (DipJson) json =
      load_good ("{\"s\": \"é\", \"b\": false, \"d\": 1e-6, \"i\": -3, \"whole\": 3,"
                 " \"ints\": [1, 2, 3], \"none\": [], \"reals\": [1, 0.5],"
                 " \"names\": [\"a\", \"b\"], \"inner\": {\"x\": {\"y\": \"deep\"}}}");
  g_autoptr (DipJson) inner = NULL;
  g_autoptr (DipJson) deep = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree gint64 *ints = NULL;
  g_autofree gint64 *none = NULL;
  g_autofree double *reals = NULL;
  g_autofree const char **names = NULL;
  const char *string = NULL;
  gboolean boolean = TRUE;
  double number = 0;
  gint64 integer = 0;
  gsize n = 0;

  g_assert_true (dip_json_get_string (json, "s", &string, &error));
  g_assert_cmpstr (string, ==, "é");
  g_assert_true (dip_json_get_bool (json, "b", &boolean, &error));
  g_assert_false (boolean);
  g_assert_true (dip_json_get_double (json, "d", 0, 1, &number, &error));
  g_assert_cmpfloat (number, ==, 1e-6);
  g_assert_true (dip_json_get_double (json, "whole", 3, 3, &number, &error));
  g_assert_cmpfloat (number, ==, 3.0);
  g_assert_true (dip_json_get_int (json, "i", -3, -3, &integer, &error));
  g_assert_cmpint (integer, ==, -3);

  g_assert_true (dip_json_get_ints (json, "ints", 1, 3, &ints, &n, &error));
  g_assert_cmpuint (n, ==, 3);
  g_assert_cmpint (ints[2], ==, 3);
  g_assert_true (dip_json_get_ints (json, "none", 1, 3, &none, &n, &error));
  g_assert_cmpuint (n, ==, 0);
  g_assert_nonnull (none);
  g_assert_true (dip_json_get_doubles (json, "reals", 0, 1, &reals, &n, &error));
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpfloat (reals[1], ==, 0.5);
  g_assert_true (dip_json_get_strings (json, "names", &names, &n, &error));
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpstr (names[1], ==, "b");
  g_assert_null (names[2]);

  g_assert_true (dip_json_get_object (json, "inner", &inner, &error));
  g_clear_pointer (&json, dip_json_free);
  g_assert_false (dip_json_get_int (inner, "x", 0, 1, &integer, &error));
  g_assert_cmpstr (error->message, ==,
                   "unet/config.json: 'inner.x' must be an integer from 0 to 1, found an "
                   "object");
  g_clear_error (&error);

  g_assert_true (dip_json_get_object (inner, "x", &deep, &error));
  g_assert_false (dip_json_get_bool (deep, "y", &boolean, &error));
  g_assert_cmpstr (error->message, ==,
                   "unet/config.json: 'inner.x.y' must be true or false, found \"deep\"");
}

static void
check_fault (const char *value, const char *wanted)
{
  g_autofree char *text = g_strdup_printf ("{\"layers_per_block\": %s}", value);
  g_autofree char *message =
      g_strdup_printf ("unet/config.json: 'layers_per_block' must be %s", wanted);
  g_autoptr (DipJson) json = load_good (text);
  g_autoptr (GError) error = NULL;
  gint64 integer = 7;

  g_assert_false (
      dip_json_get_int (json, "layers_per_block", 1, G_MAXINT64, &integer, &error));
  g_assert_error (error, DIP_STORAGE_ERROR, DIP_STORAGE_ERROR_VALUE);
  g_assert_cmpstr (error->message, ==, message);
  g_assert_cmpint (integer, ==, 7);
}

static void
test_faults (void)
{
  check_fault ("\"two\"", "a positive integer, found \"two\"");
  check_fault ("0", "a positive integer, found 0");
  check_fault ("-2", "a positive integer, found -2");
  check_fault ("2.0", "a positive integer, found 2.0");
  check_fault ("true", "a positive integer, found true");
  check_fault ("null", "a positive integer, found null");
  check_fault ("{}", "a positive integer, found an object");
  check_fault ("\"a\\nb\"", "a positive integer, found \"a\\x0ab\"");
  check_fault ("\"0123456789012345678901234567890123456789x\"",
               "a positive integer, found \"0123456789012345678901234567890123456789…\"");
}

static void
test_list_faults (void)
{
  g_autoptr (DipJson) json =
      load_good ("{\"a\": [1, \"x\"], \"b\": 1, \"c\": [1, 5], \"d\": [0.5]}");
  g_autoptr (GError) error = NULL;
  g_autofree const char **names = NULL;
  g_autofree double *reals = NULL;
  g_autofree gint64 *ints = NULL;
  gsize n;

  g_assert_false (dip_json_get_ints (json, "a", 0, 9, &ints, &n, &error));
  g_assert_cmpstr (
      error->message, ==,
      "unet/config.json: 'a[1]' must be an integer from 0 to 9, found \"x\"");
  g_clear_error (&error);

  g_assert_false (dip_json_get_strings (json, "a", &names, &n, &error));
  g_assert_cmpstr (error->message, ==,
                   "unet/config.json: 'a[0]' must be a string, found 1");
  g_clear_error (&error);

  g_assert_false (dip_json_get_doubles (json, "c", 0, 2.5, &reals, &n, &error));
  g_assert_cmpstr (error->message, ==,
                   "unet/config.json: 'c[1]' must be a number from 0 to 2.5, found 5");
  g_clear_error (&error);

  g_assert_false (dip_json_get_ints (json, "d", -9, 9, &ints, &n, &error));
  g_assert_cmpstr (error->message, ==,
                   "unet/config.json: 'd[0]' must be an integer from -9 to 9, found 0.5");
  g_clear_error (&error);

  g_assert_false (dip_json_get_ints (json, "b", 0, 9, &ints, &n, &error));
  g_assert_cmpstr (error->message, ==, "unet/config.json: 'b' must be a list, found 1");
  g_assert_true (ints == NULL && names == NULL && reals == NULL);
}

static void
test_dump (void)
{
  const char *wanted =
      "{\"z\": 1, \"a\": 0.1, \"text\": \"q\\\"\\\\\\n\\u0001é\", \"no\": null, "
      "\"nan\": null, \"list\": [true, -0.0, 1e+300, 3.0], \"empty\": {}}";
  g_autofree char *line = NULL;
  json_t *object = json_object ();
  json_t *list = json_array ();

  json_array_append_new (list, json_true ());
  json_array_append_new (list, json_real (-0.0));
  json_array_append_new (list, json_real (1e300));
  json_array_append_new (list, json_real (3));
  dip_json_set_int (object, "z", 1);
  dip_json_set_double (object, "a", 0.1);
  dip_json_set_string (object, "text", "q\"\\\n\001é");
  dip_json_set_string (object, "no", NULL);
  dip_json_set_double (object, "nan", NAN);
  dip_json_set_take (object, "list", list);
  dip_json_set_take (object, "empty", json_object ());

  line = dip_json_dump_line (object);
  g_assert_cmpstr (line, ==, wanted);
  json_decref (object);
}

/* Any double comes back to the bit, in any locale. */
static void
test_round_trip (void)
{
  setlocale (LC_ALL, "de_DE.UTF-8");

  for (guint i = 0; i < 20000; i++)
    {
      guint64 bits =
          (guint64) (guint32) g_test_rand_int () << 32 | (guint32) g_test_rand_int ();
      g_autofree char *line = NULL;
      g_autoptr (DipJson) json = NULL;
      json_t *object = json_object ();
      double back = 0;
      double value;

      memcpy (&value, &bits, sizeof value);
      dip_json_set_double (object, "v", value);
      line = dip_json_dump_line (object);
      json_decref (object);
      if (!isfinite (value))
        continue;

      json = load_good (line);
      g_assert_true (
          dip_json_get_double (json, "v", -G_MAXDOUBLE, G_MAXDOUBLE, &back, NULL));
      g_assert_cmpmem (&value, sizeof value, &back, sizeof back);
    }

  setlocale (LC_ALL, "C");
}

static void
test_broken_utf8 (void)
{
  json_t *object = json_object ();
  g_autofree char *line = NULL;

  dip_json_set_string (object, "file", "a\xff.png");
  line = dip_json_dump_line (object);
  g_assert_cmpstr (line, ==, "{\"file\": \"a\xef\xbf\xbd.png\"}");
  json_decref (object);
}

static void
test_file (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("DIPTYCH_TEST_DATA"), "broken",
                                            "unet_config", "ok_unchanged.json", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (DipJson) json = dip_json_load_file (path, "config.json", &error);

  g_assert_no_error (error);
  g_assert_cmpstr (dip_json_get_name (json), ==, "config.json");
  g_assert_true (dip_json_has (json, "block_out_channels"));

  g_assert_null (dip_json_load_file ("/nowhere/x.json", NULL, &error));
  g_assert_error (error, DIP_STORAGE_ERROR, DIP_STORAGE_ERROR_NOT_FOUND);
  g_assert_true (g_str_has_prefix (error->message, "/nowhere/x.json: "));
  g_clear_error (&error);

  g_assert_null (dip_json_load_file ("/dev/zero", NULL, &error));
  g_assert_error (error, DIP_STORAGE_ERROR, DIP_STORAGE_ERROR_IO);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/storage/json/minus-infinity", test_minus_infinity);
  g_test_add_func ("/storage/json/refused", test_refused);
  g_test_add_func ("/storage/json/limits", test_limits);
  g_test_add_func ("/storage/json/defaults", test_defaults);
  g_test_add_func ("/storage/json/values", test_values);
  g_test_add_func ("/storage/json/faults", test_faults);
  g_test_add_func ("/storage/json/list-faults", test_list_faults);
  g_test_add_func ("/storage/json/dump", test_dump);
  g_test_add_func ("/storage/json/round-trip", test_round_trip);
  g_test_add_func ("/storage/json/broken-utf8", test_broken_utf8);
  g_test_add_func ("/storage/json/file", test_file);

  return g_test_run ();
}
