/* golden/broken's models and configurations: what expected.json accepts opens and makes
 * a graph, what it rejects fails with one line that names the file. */
#include "tests/checkpoint/folder.h"
#include "tests/checkpoint/golden.h"

#include "model/checkpoint/checkpoint.h"
#include "model/storage/json.h"

static void
assert_verdict (const char *folder, json_t *entry)
{
  const char *expect = json_string_value (json_object_get (entry, "expect"));
  g_autoptr (GError) error = NULL;
  g_autoptr (DipCheckpoint) checkpoint = dip_checkpoint_open (folder, &error);
  g_autoptr (DipGraph) graph = NULL;

  /* Sizes are refused when a graph for them is asked for. */
  if (checkpoint != NULL)
    graph = dip_checkpoint_build_graph (checkpoint, 1, 0, 0, &error);

  g_test_message ("%s: %s", expect, error != NULL ? error->message : "opens");
  if (g_str_equal (expect, "accept"))
    g_assert_no_error (error);
  if (g_str_equal (expect, "reject"))
    g_assert_null (graph);
  if (graph != NULL)
    return;

  g_assert_true (g_str_has_prefix (error->message, folder));
  g_assert_null (strchr (error->message, '\n'));
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
}

static void
test_model (gconstpointer data)
{
  json_t *entry = (json_t *) data;
  const char *name = json_string_value (json_object_get (entry, "folder"));
  g_autofree char *folder = golden_path ("broken", name, NULL);

  assert_verdict (folder, entry);
}

/* "put in place of models/ok_base/…". */
static void
test_replaced (json_t *entry, const char *place)
{
  const char *name = json_string_value (json_object_get (entry, "file"));
  g_autofree char *base = golden_path ("broken", "models", "ok_base", NULL);
  g_autofree char *file = golden_path ("broken", name, NULL);
  g_autoptr (TemporaryFolder) folder = folder_new ();

  folder_copy (base, folder);
  folder_copy_file (file, folder, place);
  assert_verdict (folder, entry);
}

static void
test_unet_config (gconstpointer data)
{
  test_replaced ((json_t *) data, "unet/config.json");
}

static void
test_model_index (gconstpointer data)
{
  test_replaced ((json_t *) data, "model_index.json");
}

static void
add_test (json_t *entry)
{
  const char *name = json_string_value (json_object_get (entry, "file"));
  g_autofree char *path = NULL;

  if (name == NULL)
    name = json_string_value (json_object_get (entry, "folder"));
  path = g_strconcat ("/checkpoint/broken/", name, NULL);

  if (g_str_has_prefix (name, "models/"))
    g_test_add_data_func (path, entry, test_model);
  else if (g_str_has_prefix (name, "unet_config/"))
    g_test_add_data_func (path, entry, test_unet_config);
  else if (g_str_has_prefix (name, "model_index/"))
    g_test_add_data_func (path, entry, test_model_index);
}

int
main (int argc, char **argv)
{
  g_autofree char *path = NULL;
  g_autoptr (DipJson) expected = NULL;
  json_t *entry;
  gsize i;

  g_test_init (&argc, &argv, NULL);

  path = golden_path ("broken", "expected.json", NULL);
  expected = dip_json_load_file (path, NULL, NULL);
  g_assert_nonnull (expected);
  json_array_foreach (json_object_get (dip_json_get_root (expected), "files"), i, entry)
      add_test (entry);

  return g_test_run ();
}
