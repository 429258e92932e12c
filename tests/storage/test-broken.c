#include "model/storage/error.h"
#include "model/storage/json.h"
#include "model/storage/tensor-file.h"
#include "tests/storage/count-malloc.h"

#include <string.h>

/* Every file of tests/data/broken/{safetensors,pickle} does what expected.json says. */

/* A small file may cost this much before it is refused; zip directories are read in
 * blocks of 64 KiB and 65,535 claimed entries are believed for a moment. */
#define SMALL_BYTES (4 << 20)

/* What the hostile pickles would leave behind. */
#define PWNED "/tmp/pwned"

static char *
get_path (const char *file)
{
  return g_build_filename (g_getenv ("DIPTYCH_TEST_DATA"), "broken", file, NULL);
}

/* One clear line that names the file. */
static void
check_message (const GError *error, const char *path)
{
  g_autofree char *base = g_path_get_basename (path);

  g_assert_nonnull (error);
  g_assert_true (error->domain == DIP_STORAGE_ERROR);
  g_assert_nonnull (strstr (error->message, base));
  g_assert_null (strpbrk (error->message, "\n\r"));
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_cmpuint (strlen (error->message), >, strlen (path) + 10);
}

static void
check_memory (const char *path)
{
  g_autofree char *content = NULL;
  gsize peak = dip_heap_get_peak ();
  gsize n_bytes;

  g_assert_true (g_file_get_contents (path, &content, &n_bytes, NULL));
  g_assert_cmpuint (peak, <=, MAX (2 * n_bytes, SMALL_BYTES));
}

static DipDType
parse_dtype (const char *name)
{
  const char *const torch[] = { "float64", "float32", "float16", "bfloat16", "int64" };
  DipDType dtype;

  for (guint i = 0; i < G_N_ELEMENTS (torch); i++)
    if (strcmp (name, torch[i]) == 0)
      return i;

  g_assert_true (dip_dtype_from_name (name, &dtype));
  return dtype;
}

/* Compares nested lists with a row-major array; returns how many values there were. */
static gsize
check_data (const json_t *data, const float *values)
{
  gsize n = 0;

  if (json_is_number (data))
    {
      g_assert_cmpfloat ((float) json_number_value (data), ==, values[0]);
      return 1;
    }

  for (gsize i = 0; i < json_array_size (data); i++)
    n += check_data (json_array_get (data, i), values + n);
  return n;
}

static void
check_tensor (const DipTensor *tensor, const json_t *expected)
{
  const json_t *shape = json_object_get (expected, "shape");
  const char *dtype = json_string_value (json_object_get (expected, "dtype"));
  g_autoptr (GError) error = NULL;
  g_autofree float *values = NULL;

  g_assert_nonnull (tensor);
  g_assert_cmpint (tensor->dtype, ==, parse_dtype (dtype));
  g_assert_cmpuint (tensor->n_dims, ==, json_array_size (shape));
  for (guint i = 0; i < tensor->n_dims; i++)
    g_assert_cmpint (tensor->shape[i], ==,
                     json_integer_value (json_array_get (shape, i)));

  values = dip_tensor_dup_float32 (tensor, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (check_data (json_object_get (expected, "data"), values), ==,
                    tensor->n_elements);
}

static void
check_values (DipTensorFile *file, const json_t *values)
{
  const char *name;
  json_t *expected;

  g_assert_cmpuint (dip_tensor_file_get_n_tensors (file), ==, json_object_size (values));
  json_object_foreach ((json_t *) values, name, expected)
      check_tensor (dip_tensor_file_lookup (file, name), expected);
}

static void
test_file (gconstpointer data)
{
  const json_t *entry = data;
  const char *expect = json_string_value (json_object_get (entry, "expect"));
  g_autofree char *path = get_path (json_string_value (json_object_get (entry, "file")));
  g_autoptr (DipTensorFile) file = NULL;
  g_autoptr (GError) error = NULL;

  dip_heap_reset_peak ();
  file = dip_tensor_file_open (path, &error);
  check_memory (path);

  g_assert_false (g_file_test (PWNED, G_FILE_TEST_EXISTS));
  g_assert_true ((file == NULL) == (error != NULL));
  if (strcmp (expect, "accept") == 0)
    {
      g_assert_no_error (error);
      check_values (file, json_object_get (entry, "values"));
    }
  else if (strcmp (expect, "reject") == 0)
    g_assert_null (file);
  else
    g_assert_cmpstr (expect, ==, "either");

  if (error != NULL)
    check_message (error, path);
}

/* The files that are neither damaged nor what we read. */
static void
test_helpful (void)
{
  const struct
  {
    const char *file;
    const char *says;
  } cases[] = {
    { "safetensors/bad_html_instead.safetensors", "web page" },
    { "safetensors/bad_git_lfs_pointer.safetensors", "git lfs pull" },
    { "safetensors/bad_empty_file.safetensors", "empty" },
    { "safetensors/bad_truncated_data.safetensors", "cut off" },
    { "pickle/evil_os_system.bin", "'posix.system'" },
    { "pickle/bad_zip_torchscript.bin", "TorchScript" },
    { "pickle/bad_value_not_tensor.bin", "'weight'" },
    { "pickle/bad_duplicate_name.bin", "'weight' is there twice" },
    { "pickle/bad_byteorder_big.bin", "big-endian" },
    { "pickle/bad_nonzip_big_endian.bin", "big-endian" },
    { "pickle/bad_zip_two_pickles.bin", "more than one data.pkl" },
    { "pickle/bad_zip_data_crc.bin", "checksum" },
    { "pickle/bad_zip_overlapping_entries.bin", "zip archive is damaged" },
    { "pickle/bad_zip_encrypted_flag.bin", "encrypted" },
    { "pickle/bad_same_key_two_types.bin", "another type" },
    { "pickle/bad_nonzip_magic.bin", "torch.save" },
    { "pickle/either_zip_deflate_16MiB_zeros.bin", "memory" },
    { "pickle", "folder" },
    { "no-such-file", "No such file" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = get_path (cases[i].file);
      g_autoptr (GError) error = NULL;

      g_assert_null (dip_tensor_file_open (path, &error));
      check_message (error, path);
      g_assert_nonnull (strstr (error->message, cases[i].says));
    }
}

/* One test path a file; returns how many there were. */
static guint
add_files (const json_t *files)
{
  guint n_files = 0;

  for (gsize i = 0; i < json_array_size (files); i++)
    {
      const json_t *entry = json_array_get (files, i);
      const char *file = json_string_value (json_object_get (entry, "file"));
      g_autofree char *name = NULL;

      if (file == NULL || !(g_str_has_prefix (file, "safetensors/") ||
                            g_str_has_prefix (file, "pickle/")))
        continue;

      name = g_strconcat ("/storage/broken/", file, NULL);
      g_test_add_data_func (name, entry, test_file);
      n_files++;
    }

  return n_files;
}

int
main (int argc, char *argv[])
{
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (DipJson) expected = NULL;

  g_test_init (&argc, &argv, NULL);

  path = get_path ("expected.json");
  expected = dip_json_load_file (path, NULL, &error);
  g_assert_no_error (error);

  g_assert_cmpuint (add_files (json_object_get (dip_json_get_root (expected), "files")),
                    >=, 140);
  g_test_add_func ("/storage/broken/helpful-messages", test_helpful);

  return g_test_run ();
}
