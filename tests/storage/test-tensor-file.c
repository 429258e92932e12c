#include "model/storage/error.h"
#include "model/storage/json.h"
#include "model/storage/safetensors-write.h"
#include "model/storage/save.h"
#include "model/storage/tensor-file.h"
#include "tests/storage/count-malloc.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static char *
make_path (void)
{
  char *path = NULL;
  int fd = g_file_open_tmp ("diptych-XXXXXX", &path, NULL);

  g_assert_cmpint (fd, >=, 0);
  close (fd);
  return path;
}

static DipTensorFile *
open_good (const char *path)
{
  g_autoptr (GError) error = NULL;
  DipTensorFile *file = dip_tensor_file_open (path, &error);

  g_assert_no_error (error);
  return file;
}

static DipTensorFile *
open_data (const char *name)
{
  g_autofree char *path = g_build_filename (g_getenv ("DIPTYCH_TEST_DATA"), name, NULL);

  return open_good (path);
}

/* Opens what @bytes would be as a file, which is gone when this returns. */
static DipTensorFile *
open_bytes (GBytes *bytes, GError **error)
{
  g_autofree char *path = make_path ();
  DipTensorFile *file;

  g_assert_true (g_file_set_contents_full (path, g_bytes_get_data (bytes, NULL),
                                           g_bytes_get_size (bytes),
                                           G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  file = dip_tensor_file_open (path, error);
  g_unlink (path);
  return file;
}

static void
check_same_tensor (const DipTensor *a, const DipTensor *b)
{
  g_assert_nonnull (b);
  g_assert_cmpstr (a->name, ==, b->name);
  g_assert_cmpint (a->dtype, ==, b->dtype);
  g_assert_cmpuint (a->n_dims, ==, b->n_dims);
  g_assert_cmpmem (a->shape, sizeof a->shape, b->shape, sizeof b->shape);
  g_assert_cmpmem (a->data, a->n_bytes, b->data, b->n_bytes);
}

static void
check_same (DipTensorFile *a, DipTensorFile *b)
{
  guint n_tensors = dip_tensor_file_get_n_tensors (a);

  g_assert_cmpuint (n_tensors, >, 0);
  g_assert_cmpuint (n_tensors, ==, dip_tensor_file_get_n_tensors (b));
  for (guint i = 0; i < n_tensors; i++)
    {
      const DipTensor *tensor = dip_tensor_file_get (a, i);

      check_same_tensor (tensor, dip_tensor_file_lookup (b, tensor->name));
    }
}

/* The same weights in three containers, written by old versions of torch. */
static void
test_legacy (void)
{
  g_autoptr (DipTensorFile) wanted =
      open_data ("unet/c4_legacy_names_safetensors/pipeline/unet/"
                 "diffusion_pytorch_model.safetensors");
  g_autoptr (DipTensorFile) zip =
      open_data ("unet/c4_legacy_flat_zip_bin/pipeline/diffusion_pytorch_model.bin");
  g_autoptr (DipTensorFile) nonzip =
      open_data ("unet/c4_legacy_flat_nonzip_bin/pipeline/diffusion_pytorch_model.bin");

  check_same (wanted, zip);
  check_same (wanted, nonzip);
  g_assert_cmpint (dip_tensor_file_get_format (zip), ==, DIP_TENSOR_FORMAT_TORCH_ZIP);
  g_assert_cmpint (dip_tensor_file_get_format (nonzip), ==,
                   DIP_TENSOR_FORMAT_TORCH_LEGACY);
}

/* Permuted, sliced, expanded and offset views, by torch 2.13; the safetensors file holds
 * torch's own contiguous copies. */
static void
test_strided (void)
{
  g_autoptr (DipTensorFile) wanted = open_data ("storage/strided.safetensors");
  g_autoptr (DipTensorFile) zip = open_data ("storage/strided.bin");
  g_autoptr (DipTensorFile) nonzip = open_data ("storage/strided-legacy.bin");

  check_same (wanted, zip);
  check_same (wanted, nonzip);
  g_assert_cmpuint (dip_tensor_file_get_n_tensors (zip), ==, 15);
}

/* Contiguous tensors of a torch file are not copied. */
static void
test_borrowed (void)
{
  g_autoptr (DipTensorFile) file = NULL;

  dip_heap_reset_peak ();
  file =
      open_data ("unet/c4_legacy_flat_nonzip_bin/pipeline/diffusion_pytorch_model.bin");
  if (dip_heap_is_counted ())
    g_assert_cmpuint (dip_heap_get_peak (), >, 0);

  for (guint i = 1; i < dip_tensor_file_get_n_tensors (file); i++)
    {
      const DipTensor *first = dip_tensor_file_get (file, 0);
      const DipTensor *tensor = dip_tensor_file_get (file, i);
      gssize distance = (const char *) tensor->data - (const char *) first->data;

      g_assert_cmpint (ABS (distance), <, dip_tensor_file_get_size (file));
    }
}

/* The header's length, and that every tensor begins at a multiple of its element. */
static void
check_layout (GBytes *bytes, DipTensorFile *file)
{
  gsize n_bytes;
  const char *text = g_bytes_get_data (bytes, &n_bytes);
  const char *first = NULL;
  guint64 length;

  memcpy (&length, text, sizeof length);
  g_assert_cmpuint (length % 8, ==, 0);
  g_assert_cmpint (text[8], ==, '{');

  for (guint i = 0; i < dip_tensor_file_get_n_tensors (file); i++)
    {
      const DipTensor *tensor = dip_tensor_file_get (file, i);

      first = first == NULL ? tensor->data : MIN (first, (const char *) tensor->data);
    }

  for (guint i = 0; i < dip_tensor_file_get_n_tensors (file); i++)
    {
      const DipTensor *tensor = dip_tensor_file_get (file, i);
      gsize offset = (const char *) tensor->data - first;

      g_assert_cmpuint (offset % dip_dtype_get_size (tensor->dtype), ==, 0);
    }
}

static void
add (DipSafetensorsWriter *writer,
     const char *name,
     DipDType dtype,
     guint n_dims,
     gint64 size,
     gconstpointer data)
{
  const gint64 shape[] = { size, 1, 1, 1, 1, 1, 1, 1 };
  g_autoptr (GBytes) bytes =
      g_bytes_new (data, (n_dims > 0 ? size : 1) * dip_dtype_get_size (dtype));

  dip_safetensors_writer_add (writer, name, dtype, n_dims, shape, bytes);
}

static DipSafetensorsWriter *
make_writer (void)
{
  DipSafetensorsWriter *writer = dip_safetensors_writer_new ();
  const guint8 bytes[] = { 1, 2, 255 };
  const gint64 steps[] = { 999, -1 };
  const guint16 half[] = { 0x3e00 };
  const gint64 shape[] = { 2, 3 };
  const float values[] = { 1, 2, 3, 4, 5, 6 };

  dip_safetensors_writer_set_metadata (writer, "made by", "é \"quoted\"");
  add (writer, "bytes", DIP_DTYPE_U8, 1, 3, bytes);
  add (writer, "a\n\"b\"", DIP_DTYPE_F16, 0, 0, half);
  add (writer, "timesteps", DIP_DTYPE_I64, 1, 2, steps);
  add (writer, "empty", DIP_DTYPE_F32, 2, 0, NULL);
  add (writer, "eight", DIP_DTYPE_F32, 8, 6, values);
  dip_safetensors_writer_add_float32 (writer, "sample", 2, shape, values);
  return writer;
}

static void
test_write (void)
{
  g_autoptr (DipSafetensorsWriter) writer = make_writer ();
  g_autoptr (GBytes) bytes = dip_safetensors_writer_to_bytes (writer);
  g_autoptr (GBytes) again = dip_safetensors_writer_to_bytes (writer);
  g_autoptr (DipTensorFile) file = open_bytes (bytes, NULL);
  const DipTensor *sample;
  float values[6];

  g_assert_true (g_bytes_equal (bytes, again));
  g_assert_nonnull (file);
  check_layout (bytes, file);
  g_assert_cmpuint (dip_tensor_file_get_n_tensors (file), ==, 6);
  g_assert_cmpstr (g_hash_table_lookup (dip_tensor_file_get_metadata (file), "made by"),
                   ==, "é \"quoted\"");

  sample = dip_tensor_file_lookup (file, "sample");
  g_assert_cmpuint (sample->n_dims, ==, 2);
  g_assert_cmpint (sample->shape[1], ==, 3);
  g_assert_true (dip_tensor_to_float32 (sample, values, NULL));
  g_assert_cmpfloat (values[5], ==, 6.0f);

  g_assert_cmpuint (dip_tensor_file_lookup (file, "a\n\"b\"")->n_dims, ==, 0);
  g_assert_cmpuint (dip_tensor_file_lookup (file, "eight")->n_dims, ==, 8);
  g_assert_cmpuint (dip_tensor_file_lookup (file, "empty")->n_elements, ==, 0);
  g_assert_null (dip_tensor_file_lookup (file, "none"));
}

static void
test_write_file (void)
{
  g_autoptr (DipSafetensorsWriter) writer = make_writer ();
  g_autoptr (DipSafetensorsWriter) empty = dip_safetensors_writer_new ();
  g_autoptr (GBytes) bytes = dip_safetensors_writer_to_bytes (writer);
  g_autofree char *wanted = dip_sha256_bytes (bytes);
  g_autofree char *path = make_path ();
  g_autoptr (DipTensorFile) file = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (dip_safetensors_writer_save (writer, path, &error));
  g_assert_no_error (error);
  file = open_good (path);
  g_assert_cmpstr (dip_tensor_file_get_sha256 (file), ==, wanted);
  g_assert_cmpuint (dip_tensor_file_get_size (file), ==, g_bytes_get_size (bytes));
  g_clear_pointer (&file, dip_tensor_file_unref);

  g_assert_true (dip_safetensors_writer_save (empty, path, &error));
  file = open_good (path);
  g_assert_cmpuint (dip_tensor_file_get_n_tensors (file), ==, 0);
  g_unlink (path);

  g_assert_false (dip_safetensors_writer_save (writer, "/dev/full", &error));
  g_assert_error (error, DIP_STORAGE_ERROR, DIP_STORAGE_ERROR_UNSUPPORTED);
}

/* Names of every length modulo 8. */
static void
test_padding (void)
{
  for (guint n = 1; n <= 8; n++)
    {
      g_autoptr (DipSafetensorsWriter) writer = dip_safetensors_writer_new ();
      g_autofree char *name = g_strnfill (n, 'n');
      const float value = n;
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (DipTensorFile) file = NULL;

      dip_safetensors_writer_add_float32 (writer, name, 0, NULL, &value);
      bytes = dip_safetensors_writer_to_bytes (writer);
      g_assert_cmpuint (g_bytes_get_size (bytes) % 8, ==, 4);
      file = open_bytes (bytes, NULL);
      check_layout (bytes, file);
      g_assert_cmpmem (dip_tensor_file_lookup (file, name)->data, 4, &value, 4);
    }
}

/* A file with such a tensor opens; only its numbers are refused. */
static void
test_unreadable_dtype (void)
{
  g_autoptr (DipSafetensorsWriter) writer = dip_safetensors_writer_new ();
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (DipTensorFile) file = NULL;
  g_autoptr (GError) error = NULL;

  add (writer, "eight bits", DIP_DTYPE_F8_E4M3, 1, 4, "abcd");
  bytes = dip_safetensors_writer_to_bytes (writer);
  file = open_bytes (bytes, &error);
  g_assert_no_error (error);

  g_assert_null (dip_tensor_dup_float32 (dip_tensor_file_get (file, 0), &error));
  g_assert_error (error, DIP_STORAGE_ERROR, DIP_STORAGE_ERROR_UNSUPPORTED);
  g_assert_nonnull (strstr (error->message, "'eight bits' is F8_E4M3"));
}

static glong
count_faults (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return usage.ru_minflt + usage.ru_majflt;
}

/* Half a gigabyte, sparse: touching all of it would take thousands of page faults. */
static void
test_not_read (void)
{
  const char *header = "{\"w\":{\"dtype\":\"F32\",\"shape\":[134217728],"
                       "\"data_offsets\":[0,536870912]}}    ";
  guint64 length = strlen (header);
  g_autofree char *path = make_path ();
  int fd = g_open (path, O_RDWR, 0);
  g_autoptr (DipTensorFile) file = NULL;
  glong n_faults;

  g_assert_cmpint (write (fd, &length, sizeof length), ==, sizeof length);
  g_assert_cmpint (write (fd, header, length), ==, length);
  g_assert_cmpint (ftruncate (fd, 8 + length + 536870912), ==, 0);
  close (fd);

  dip_heap_reset_peak ();
  n_faults = count_faults ();
  file = open_good (path);
  g_assert_cmpint (count_faults () - n_faults, <, 1000);
  g_assert_cmpuint (dip_heap_get_peak (), <, 65536);
  g_assert_cmpuint (dip_tensor_file_get (file, 0)->n_elements, ==, 134217728);
  g_unlink (path);
}

#define HOSTILE_BYTES (24 << 20)

/* @head, then @part again and again up to HOSTILE_BYTES, is refused with an error that
 * says @says, and reading it takes no more memory than twice its size. */
static void
check_bounded (const char *head,
               gsize n_head,
               const char *part,
               gsize n_part,
               const char *says)
{
  g_autoptr (GByteArray) array = g_byte_array_sized_new (HOSTILE_BYTES + n_part);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (DipTensorFile) file = NULL;
  g_autoptr (GError) error = NULL;

  g_byte_array_append (array, (const guint8 *) head, n_head);
  while (array->len < HOSTILE_BYTES)
    g_byte_array_append (array, (const guint8 *) part, n_part);
  bytes = g_byte_array_free_to_bytes (g_steal_pointer (&array));

  dip_heap_reset_peak ();
  file = open_bytes (bytes, &error);
  g_assert_null (file);
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, says));
  g_assert_cmpuint (dip_heap_get_peak (), <=, 2 * HOSTILE_BYTES);
  g_test_message ("%s; peak %" G_GSIZE_FORMAT, error->message, dip_heap_get_peak ());
}

#define MAGIC "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19."
#define PICKLE MAGIC "\x80\x02"

static void
test_memory_pickle (void)
{
  const struct
  {
    const char *part;
    gsize n_part;
  } cases[] = {
    { "}", 1 },               /* values */
    { "(", 1 },               /* marks */
    { ")q\x01", 3 },          /* one memo entry, many values */
    { "N\x85", 2 },           /* tuples of one */
    { "](NNNNNNNNe", 11 },    /* lists */
    { "X\x04\0\0\0abcd", 9 }, /* strings */
    { "}X\x01\0\0\0aNs", 9 }, /* dicts */
    { "ccollections\nOrderedDict\n)R", 27 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    check_bounded (PICKLE, sizeof PICKLE - 1, cases[i].part, cases[i].n_part,
                   "its pickle takes more memory");
}

/* Memo entries under different numbers. */
static void
test_memory_memo (void)
{
  g_autoptr (GByteArray) array = g_byte_array_sized_new (HOSTILE_BYTES);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  g_byte_array_append (array, (const guint8 *) PICKLE "N", sizeof PICKLE);
  for (guint32 i = 0; array->len < HOSTILE_BYTES; i++)
    {
      g_byte_array_append (array, (const guint8 *) "r", 1);
      g_byte_array_append (array, (const guint8 *) &i, sizeof i);
    }
  bytes = g_byte_array_free_to_bytes (g_steal_pointer (&array));

  dip_heap_reset_peak ();
  g_assert_null (open_bytes (bytes, &error));
  g_assert_error (error, DIP_STORAGE_ERROR, DIP_STORAGE_ERROR_TOO_LARGE);
  g_assert_cmpuint (dip_heap_get_peak (), <=, 2 * HOSTILE_BYTES);
}

/* @part is a printf format for an element or a member, given its number. */
static void
check_many (gsize n_parts, const char *head, const char *part, const char *tail)
{
  GString *text = g_string_new ("xxxxxxxx");
  guint64 length;

  g_string_append (text, head);
  for (guint i = 0; i < n_parts; i++)
    g_string_append_printf (text, part, i);
  g_string_append (text, tail);

  length = text->len - 8;
  memcpy (text->str, &length, sizeof length);
  check_bounded (text->str, text->len, "\0\0\0\0", 4, "");
  g_string_free (text, TRUE);
}

/* As many values as the reader lets through to the JSON parser: its limit is a value for
 * 160 bytes of twice the file's size.  @part stands for @n_values of them. */
static void
check_header (const char *head, const char *part, gsize n_values, const char *tail)
{
  check_many (2 * HOSTILE_BYTES / 160 / n_values - 8, head, part, tail);
}

static void
test_memory_header (void)
{
  check_header ("{\"w\":[", "[],", 2, "0]}");
  check_many (HOSTILE_BYTES / 4, "{\"w\":[", "[],", "0]}");
  check_header ("{\"w\":[", "{},", 2, "0]}");
  check_header ("{\"w\":[", "%u,", 1, "0]}");
  check_header ("{\"w\":[", "\"\",", 1, "0]}");
  check_header ("{\"w\":[", "1.5,", 1, "0]}");
  check_header ("{\"w\":[", "{\"a\":0},", 3, "0]}");
  check_header ("{", "\"%u\":{},", 3, "\"w\":0}");
  check_header ("{", "\"%u\":0,", 2, "\"w\":0}");
  check_header ("{\"__metadata__\":{", "\"%u\":\"\",", 2, "\"w\":0}}");
  check_header ("{", "\"%u\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]},",
                11, "\"w\":0}");
}

/* Directory entries, and end records, without end. */
static void
test_memory_zip (void)
{
  const char end_record[22] = "PK\x05\x06";
  char entry[46 + 1] = "PK\x01\x02";

  entry[28] = 1;
  entry[46] = 'n';
  check_bounded ("PK\x03\x04", 4, entry, sizeof entry, "16384 entries");
  check_bounded ("PK\x03\x04", 4, end_record, sizeof end_record, "4 end records");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/storage/torch/legacy", test_legacy);
  g_test_add_func ("/storage/torch/strided", test_strided);
  g_test_add_func ("/storage/torch/borrowed", test_borrowed);
  g_test_add_func ("/storage/safetensors/write", test_write);
  g_test_add_func ("/storage/safetensors/write-file", test_write_file);
  g_test_add_func ("/storage/safetensors/padding", test_padding);
  g_test_add_func ("/storage/safetensors/unreadable-dtype", test_unreadable_dtype);
  g_test_add_func ("/storage/safetensors/not-read", test_not_read);
  g_test_add_func ("/storage/memory/pickle", test_memory_pickle);
  g_test_add_func ("/storage/memory/memo", test_memory_memo);
  g_test_add_func ("/storage/memory/header", test_memory_header);
  g_test_add_func ("/storage/memory/zip", test_memory_zip);

  return g_test_run ();
}
