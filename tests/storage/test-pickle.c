#include "model/storage/error.h"
#include "model/storage/pickle.h"
#include "model/storage/tensor-file-private.h"

#include <string.h>
#include <unistd.h>

#define ORDERED_DICT "ccollections\nOrderedDict\n"

/* Reads @n_bytes at @bytes as one pickle; it is kept alive by @file. */
static DipPickle *
read_bytes (DipTensorFile *file, const char *bytes, gsize n_bytes, GError **error)
{
  file->path = (char *) "file.bin";
  file->memory_left = 1 << 20;
  return dip_pickle_read (file, (const guchar *) bytes, n_bytes, NULL, error);
}

static void
check_int (const char *bytes, gsize n_bytes, gint64 wanted)
{
  DipTensorFile file = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (DipPickle) pickle = read_bytes (&file, bytes, n_bytes, &error);
  const DipPickleValue *root;

  g_assert_no_error (error);
  root = dip_pickle_get (pickle, dip_pickle_get_root (pickle));
  g_assert_cmpint (root->kind, ==, DIP_PICKLE_INT);
  g_assert_cmpint (root->integer, ==, wanted);
}

#define CHECK_INT(bytes, wanted) check_int (bytes, sizeof bytes - 1, wanted)

static void
test_integers (void)
{
  CHECK_INT ("K\xff.", 255);
  CHECK_INT ("M\xff\xfe.", 0xfeff);
  CHECK_INT ("J\xfe\xff\xff\xff.", -2);
  CHECK_INT ("J\xff\xff\xff\x7f.", G_MAXINT32);
  CHECK_INT ("\x8a\x00.", 0);
  CHECK_INT ("\x8a\x01\x80.", -128);
  CHECK_INT ("\x8a\x02\x80\x00.", 128);
  CHECK_INT ("\x8a\x05\x00\x00\x00\x00\xff.", -4294967296);
  CHECK_INT ("\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f.", G_MAXINT64);
  CHECK_INT ("\x8a\x08\x00\x00\x00\x00\x00\x00\x00\x80.", G_MININT64);
}

static void
test_shapes (void)
{
  const char bytes[] = "\x80\x02}(X\x01\0\0\0a](K\x01K\x02"
                       "eX\x01\0\0\0b(K\x03tu}b.";
  DipTensorFile file = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (DipPickle) pickle = read_bytes (&file, bytes, sizeof bytes - 1, &error);
  const DipPickleValue *root;
  const DipPickleValue *list;
  const DipPickleValue *tuple;

  g_assert_no_error (error);
  root = dip_pickle_get (pickle, dip_pickle_get_root (pickle));
  g_assert_cmpint (root->kind, ==, DIP_PICKLE_DICT);
  g_assert_cmpuint (root->n_items, ==, 2);

  list = dip_pickle_lookup (pickle, root, "a");
  g_assert_cmpuint (list->n_items, ==, 2);
  g_assert_cmpint (
      dip_pickle_get (pickle,
                      dip_pickle_next (pickle, dip_pickle_first (pickle, list))->value)
          ->integer,
      ==, 2);

  tuple = dip_pickle_lookup (pickle, root, "b");
  g_assert_cmpint (tuple->kind, ==, DIP_PICKLE_TUPLE);
  g_assert_cmpint (dip_pickle_get_item (pickle, tuple, 0)->integer, ==, 3);
  g_assert_null (dip_pickle_lookup (pickle, root, "c"));
}

/* Each is refused where it goes wrong, not later. */
static void
test_refused (void)
{
  const struct
  {
    const char *bytes;
    const char *says;
  } cases[] = {
    { ".", "without leaving one value" },
    { "NN.", "without leaving one value" },
    { "N(.", "without leaving one value" },
    { "N(\x85.", "more from its stack" },
    { ORDERED_DICT ")(Rt.", "more from its stack" },
    { ")(q\x01"
      "t.",
      "more from its stack" },
    { "}(Nu.", "adds nothing whole" },
    { "}(Ns.", "adds" },
    { "NNa.", "no list or dict" },
    { "(u.", "adds nothing whole" },
    { ORDERED_DICT "N\x85R.", "OrderedDict is given" },
    { ORDERED_DICT "}b.", "no dict" },
    { "ctorch\nFloatStorage\n)R.", "calls a storage type" },
    { "cbuiltins\nFloatStorage\n.", "'builtins.FloatStorage'" },
    { "ctorch\nOrderedDict\n.", "'torch.OrderedDict'" },
    { "ctorch\nFloatStorage", "does not end" },
    { "ctorch._utils\n_rebuild_tensor_v2\n)R.", "not given a storage" },
    { "ctorch._utils\n_rebuild_parameter\n)R.", "not given a tensor" },
    { ")Q.", "no storage" },
    { "(X\x07", "middle of something" },
    { "cos\nsystem\n.", "nothing was executed" },
    { "i__builtin__\neval\n.", "operation 0x69" },
    { "h\x01.", "never stored" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      DipTensorFile file = { 0 };
      g_autoptr (GError) error = NULL;

      g_assert_null (read_bytes (&file, cases[i].bytes, strlen (cases[i].bytes), &error));
      g_assert_nonnull (error);
      g_assert_true (g_str_has_prefix (error->message, "file.bin: "));
      g_assert_nonnull (strstr (error->message, cases[i].says));
    }
}

/* A state dict of one tensor 'w' in the container before torch 1.6; its storage is
 * (@tag, FloatStorage, @key, 'cpu', 6). */
typedef struct
{
  const char *tag;
  const char *key;
  guint8 little_endian; /* NEWTRUE, NEWFALSE */
  guint8 offset;
  guint8 size;
  guint8 stride;
} State;

static void
add_string (GString *file, const char *text)
{
  guint32 n_bytes = GUINT32_TO_LE (strlen (text));

  g_string_append_c (file, 'X');
  g_string_append_len (file, (const char *) &n_bytes, sizeof n_bytes);
  g_string_append (file, text);
}

static void
add_bytes (GString *file, const char *bytes, gsize n_bytes)
{
  g_string_append_len (file, bytes, n_bytes);
}

static DipTensorFile *
open_state (const State *state, GError **error)
{
  const float values[] = { 1, 2, 3, 4, 5, 6 };
  const gint64 count = GINT64_TO_LE (6);
  GString *file = g_string_new (NULL);
  g_autofree char *path = NULL;
  DipTensorFile *opened;
  int fd = g_file_open_tmp ("diptych-XXXXXX", &path, NULL);

  add_bytes (file, "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.", 15);
  add_bytes (file, "\x80\x02M\xe9\x03.\x80\x02}(", 10);
  add_string (file, "protocol_version");
  add_bytes (file, "M\xe9\x03", 3);
  add_string (file, "little_endian");
  g_string_append_c (file, state->little_endian);
  add_bytes (file, "u.\x80\x02}", 5);
  add_string (file, "w");
  g_string_append (file, "ctorch._utils\n_rebuild_tensor_v2\n((");
  add_string (file, state->tag);
  g_string_append (file, "ctorch\nFloatStorage\n");
  add_string (file, state->key);
  add_string (file, "cpu");
  g_string_append_printf (file, "K\x06NtQK");
  g_string_append_c (file, state->offset);
  g_string_append_c (file, 'K');
  g_string_append_c (file, state->size);
  g_string_append (file, "\x85K");
  g_string_append_c (file, state->stride);
  g_string_append (file, "\x85\x89}tRs.\x80\x02]");
  add_string (file, state->key);
  g_string_append (file, "a.");
  add_bytes (file, (const char *) &count, sizeof count);
  add_bytes (file, (const char *) values, sizeof values);

  g_assert_cmpint (write (fd, file->str, file->len), ==, file->len);
  close (fd);
  opened = dip_tensor_file_open (path, error);
  unlink (path);
  g_string_free (file, TRUE);
  return opened;
}

/* Views up to the last element of the storage are read, one further is refused. */
static void
test_views (void)
{
  const struct
  {
    State state;
    float last; /* 0: refused */
  } cases[] = {
    { { "storage", "0", 0x88, 0, 6, 1 }, 6 }, { { "storage", "0", 0x88, 0, 7, 1 }, 0 },
    { { "storage", "0", 0x88, 5, 1, 1 }, 6 }, { { "storage", "0", 0x88, 6, 1, 1 }, 0 },
    { { "storage", "0", 0x88, 1, 3, 2 }, 6 }, { { "storage", "0", 0x88, 2, 3, 2 }, 0 },
    { { "storage", "0", 0x88, 5, 9, 0 }, 6 }, { { "storage", "0", 0x88, 5, 1, 200 }, 6 },
    { { "storage", "0", 0x89, 0, 6, 1 }, 0 }, { { "storage", "a", 0x88, 0, 6, 1 }, 0 },
    { { "storage", "", 0x88, 0, 6, 1 }, 0 },  { { "garage", "0", 0x88, 0, 6, 1 }, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (DipTensorFile) file = open_state (&cases[i].state, &error);
      const DipTensor *tensor;
      float values[16];

      g_assert_true ((file != NULL) == (cases[i].last != 0) &&
                     (file == NULL) == (error != NULL));
      if (file == NULL)
        continue;

      tensor = dip_tensor_file_lookup (file, "w");
      g_assert_cmpuint (tensor->n_elements, ==, cases[i].state.size);
      g_assert_true (dip_tensor_to_float32 (tensor, values, NULL));
      g_assert_cmpfloat (values[tensor->n_elements - 1], ==, cases[i].last);
    }
}

/* An empty view may stand at the end of its storage, not behind it. */
static void
test_empty_view (void)
{
  const State at_end = { "storage", "0", 0x88, 6, 0, 1 };
  const State behind = { "storage", "0", 0x88, 7, 0, 1 };
  g_autoptr (DipTensorFile) file = open_state (&at_end, NULL);

  g_assert_nonnull (file);
  g_assert_cmpuint (dip_tensor_file_get (file, 0)->n_bytes, ==, 0);
  g_assert_null (open_state (&behind, NULL));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/storage/pickle/integers", test_integers);
  g_test_add_func ("/storage/pickle/shapes", test_shapes);
  g_test_add_func ("/storage/pickle/refused", test_refused);
  g_test_add_func ("/storage/pickle/views", test_views);
  g_test_add_func ("/storage/pickle/empty-view", test_empty_view);

  return g_test_run ();
}
