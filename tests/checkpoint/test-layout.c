#include "tests/checkpoint/folder.h"
#include "tests/checkpoint/golden.h"

#include "model/checkpoint/checkpoint.h"
#include "model/checkpoint/error.h"

#include <glib/gstdio.h>
#include <unistd.h>

#define INDEX(class)                                                                     \
  "{\"_class_name\": \"" class "\", \"scheduler\": [\"diffusers\", "                     \
                               "\"DDPMScheduler\"], \"unet\": [\"diffusers\", "          \
                               "\"UNet2DModel\"]}"

/* A copy of golden/unet/CASE/pipeline. */
static char *
copy_case (const char *name)
{
  g_autofree char *from = golden_path ("unet", name, "pipeline", NULL);
  char *folder = folder_new ();

  folder_copy (from, folder);
  return folder;
}

static void
assert_opens (const char *path, DipCheckpointLayoutKind kind)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (DipCheckpoint) checkpoint = dip_checkpoint_open (path, &error);
  g_autoptr (DipGraph) graph = NULL;

  g_assert_no_error (error);
  g_assert_cmpint (dip_checkpoint_get_layout (checkpoint)->kind, ==, kind);
  graph = dip_checkpoint_build_graph (checkpoint, 1, 0, 0, &error);
  g_assert_no_error (error);
  g_assert_nonnull (graph);
}

static void
assert_refused (const char *path, DipCheckpointError code, const char *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (dip_checkpoint_open (path, &error));
  g_assert_error (error, DIP_CHECKPOINT_ERROR, (int) code);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, message));
}

static void
move (const char *root, const char *from, const char *to)
{
  g_autofree char *old = g_build_filename (root, from, NULL);
  g_autofree char *new = g_build_filename (root, to, NULL);

  g_assert_cmpint (g_rename (old, new), ==, 0);
}

static void
test_pipeline (void)
{
  g_autoptr (TemporaryFolder) folder = copy_case ("c5_fp16");
  g_autoptr (DipCheckpoint) checkpoint = dip_checkpoint_open (folder, NULL);

  assert_opens (folder, DIP_CHECKPOINT_LAYOUT_PIPELINE);
  g_assert_true (g_str_has_suffix (dip_checkpoint_get_scheduler_path (checkpoint),
                                   "/scheduler/scheduler_config.json"));
  g_assert_nonnull (dip_checkpoint_get_scheduler_json (checkpoint));
  g_assert_cmpstr (dip_checkpoint_get_dtypes (checkpoint), ==, "F16");
}

static void
test_flat (void)
{
  g_autoptr (TemporaryFolder) folder = copy_case ("c5_fp16");
  g_autofree char *index = g_build_filename (folder, "model_index.json", NULL);

  move (folder, "unet/config.json", "config.json");
  move (folder, "unet/diffusion_pytorch_model.safetensors",
        "diffusion_pytorch_model.safetensors");
  move (folder, "scheduler/scheduler_config.json", "scheduler_config.json");
  assert_opens (folder, DIP_CHECKPOINT_LAYOUT_FLAT);

  g_remove (index);
  assert_opens (folder, DIP_CHECKPOINT_LAYOUT_FLAT);
}

static void
test_unet_alone (void)
{
  g_autofree char *folder = golden_path ("unet", "c5_fp16", "pipeline", "unet", NULL);
  g_autoptr (DipCheckpoint) checkpoint = dip_checkpoint_open (folder, NULL);

  assert_opens (folder, DIP_CHECKPOINT_LAYOUT_UNET);
  g_assert_null (dip_checkpoint_get_scheduler_path (checkpoint));
  g_assert_null (dip_checkpoint_get_scheduler_json (checkpoint));
}

/* ROOT/snapshots/0123abc/… as links into ROOT/blobs. */
static void
make_cache (const char *root, const char *from, const char *name)
{
  static guint n_blobs;
  g_autofree char *source = g_build_filename (from, name, NULL);
  g_autofree char *blob = g_strdup_printf ("blobs/%u", n_blobs++);
  g_autofree char *link = g_build_filename (root, "snapshots", "0123abc", name, NULL);
  g_autofree char *target = g_build_filename (root, blob, NULL);
  g_autofree char *parent = g_path_get_dirname (link);

  folder_copy_file (source, root, blob);
  g_mkdir_with_parents (parent, 0700);
  g_assert_cmpint (symlink (target, link), ==, 0);
}

static void
test_cache (void)
{
  g_autoptr (TemporaryFolder) root = folder_new ();
  g_autofree char *from = golden_path ("unet", "c5_fp16", "pipeline", NULL);
  g_autofree char *snapshot = g_build_filename (root, "snapshots", "0123abc", NULL);
  g_autofree char *other = g_build_filename (root, "snapshots", "4567def", NULL);

  make_cache (root, from, "model_index.json");
  make_cache (root, from, "unet/config.json");
  make_cache (root, from, "unet/diffusion_pytorch_model.safetensors");
  make_cache (root, from, "scheduler/scheduler_config.json");
  assert_opens (snapshot, DIP_CHECKPOINT_LAYOUT_PIPELINE);
  assert_opens (root, DIP_CHECKPOINT_LAYOUT_PIPELINE);

  g_mkdir (other, 0700);
  assert_refused (root, DIP_CHECKPOINT_ERROR_NOT_FOUND, "without refs/main");
  folder_write (root, "refs/main", "0123abc\n");
  assert_opens (root, DIP_CHECKPOINT_LAYOUT_PIPELINE);
}

/* What diffusers loads by default comes before what must be asked for. */
static void
test_preference (void)
{
  g_autoptr (TemporaryFolder) folder = copy_case ("c5_fp16");
  g_autoptr (DipCheckpointLayout) bin = NULL;
  g_autoptr (DipCheckpointLayout) variant = NULL;

  move (folder, "unet/diffusion_pytorch_model.safetensors",
        "unet/diffusion_pytorch_model.fp16.safetensors");
  folder_write (folder, "unet/diffusion_pytorch_model.bf16.safetensors", "");
  folder_write (folder, "unet/diffusion_pytorch_model.fp16.bin", "");
  folder_write (folder, "unet/diffusion_pytorch_model.ema-00001-of-00002.safetensors",
                "");
  variant = dip_checkpoint_layout_find (folder, NULL);
  g_assert_cmpstr (variant->variant, ==, "fp16");
  g_assert_cmpuint (variant->weights->len, ==, 1);
  g_assert_true (g_str_has_suffix (variant->weights->pdata[0], "model.fp16.safetensors"));

  folder_write (folder, "unet/diffusion_pytorch_model.bin", "");
  bin = dip_checkpoint_layout_find (folder, NULL);
  g_assert_null (bin->variant);
  g_assert_true (
      g_str_has_suffix (bin->weights->pdata[0], "/diffusion_pytorch_model.bin"));
}

/* One shard of a variant whose index is lost is not taken for the whole. */
static void
test_lost_index (void)
{
  g_autoptr (TemporaryFolder) folder = copy_case ("c5_fp16");

  move (folder, "unet/diffusion_pytorch_model.safetensors",
        "unet/diffusion_pytorch_model.fp16-00001-of-00002.safetensors");
  assert_refused (folder, DIP_CHECKPOINT_ERROR_NOT_FOUND, "no weights here");
}

static void
test_shards (void)
{
  g_autoptr (TemporaryFolder) folder = copy_case ("x_sharded_safetensors");
  static const char index[] = "unet/diffusion_pytorch_model.safetensors.index.json";
  static const char *const names[] = { "../secret.safetensors", "/etc/passwd", "..",
                                       "x.txt", "a\\\\b.safetensors" };
  g_autoptr (DipCheckpointLayout) layout = dip_checkpoint_layout_find (folder, NULL);

  g_assert_cmpuint (layout->weights->len, ==, 4);
  g_assert_true (
      g_str_has_suffix (layout->weights->pdata[2], "-00003-of-00004.safetensors"));
  assert_opens (folder, DIP_CHECKPOINT_LAYOUT_PIPELINE);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *text =
          g_strdup_printf ("{\"weight_map\": {\"conv_in.bias\": \"%s\"}}", names[i]);

      folder_write (folder, index, text);
      assert_refused (folder, DIP_CHECKPOINT_ERROR_CONFIG, "is not the plain name of a");
    }
}

/* A shard that the index names twice is read once; one that is left out is missed. */
static void
test_incomplete_index (void)
{
  g_autoptr (TemporaryFolder) folder = copy_case ("x_sharded_safetensors");

  folder_write (
      folder, "unet/diffusion_pytorch_model.safetensors.index.json",
      "{\"weight_map\": {\"a\": \"diffusion_pytorch_model-00001-of-00004.safetensors\", "
      "\"b\": \"diffusion_pytorch_model-00001-of-00004.safetensors\"}}");
  assert_refused (folder, DIP_CHECKPOINT_ERROR_WEIGHTS, "tensors are missing: ");
}

/* torch files in shards have an index of the same form. */
static void
test_bin_shards (void)
{
  g_autoptr (TemporaryFolder) folder = copy_case ("c4_legacy_flat_zip_bin");

  move (folder, "diffusion_pytorch_model.bin",
        "diffusion_pytorch_model-00001-of-00001.bin");
  assert_refused (folder, DIP_CHECKPOINT_ERROR_NOT_FOUND, "no weights here");
  folder_write (folder, "diffusion_pytorch_model.bin.index.json",
                "{\"metadata\": {}, \"weight_map\": "
                "{\"conv_in.weight\": \"diffusion_pytorch_model-00001-of-00001.bin\"}}");
  assert_opens (folder, DIP_CHECKPOINT_LAYOUT_FLAT);
}

/* A cache whose blob is gone: the link is there, what it leads to is not. */
static void
test_dangling_link (void)
{
  g_autoptr (TemporaryFolder) folder = copy_case ("c5_fp16");
  g_autofree char *path =
      g_build_filename (folder, "unet", "diffusion_pytorch_model.safetensors", NULL);
  g_autoptr (GError) error = NULL;

  g_remove (path);
  g_assert_cmpint (symlink ("../../blobs/gone", path), ==, 0);
  g_assert_null (dip_checkpoint_open (folder, &error));
  g_assert_true (g_str_has_prefix (error->message, path));
}

static void
test_no_checkpoint (void)
{
  g_autoptr (TemporaryFolder) folder = folder_new ();
  g_autofree char *file = g_build_filename (folder, "file", NULL);
  g_autofree char *nothing = g_build_filename (folder, "nothing", NULL);

  assert_refused (folder, DIP_CHECKPOINT_ERROR_NOT_FOUND,
                  "no checkpoint: neither unet/config.json nor config.json is here");
  folder_write (folder, "file", "");
  assert_refused (file, DIP_CHECKPOINT_ERROR_NOT_FOUND, "not a folder");
  assert_refused (nothing, DIP_CHECKPOINT_ERROR_NOT_FOUND, "no such folder");
  folder_write (folder, "unet/x", "");
  assert_refused (folder, DIP_CHECKPOINT_ERROR_NOT_FOUND, "no unet/config.json");
  folder_write (folder, "unet/config.json", "{}");
  assert_refused (folder, DIP_CHECKPOINT_ERROR_NOT_FOUND, "no weights here");
}

static void
test_other_pipelines (void)
{
  g_autoptr (TemporaryFolder) folder = copy_case ("c5_fp16");

  folder_write (folder, "model_index.json", INDEX ("DDIMPipeline"));
  assert_opens (folder, DIP_CHECKPOINT_LAYOUT_PIPELINE);
  folder_write (folder, "model_index.json", INDEX ("StableDiffusionPipeline"));
  assert_refused (
      folder, DIP_CHECKPOINT_ERROR_UNSUPPORTED,
      "model_index.json: a 'StableDiffusionPipeline' is not what Diptych runs");
}

static void
test_diptych_json (void)
{
  g_autoptr (TemporaryFolder) folder = copy_case ("c5_fp16");
  g_autoptr (DipCheckpoint) without = dip_checkpoint_open (folder, NULL);
  g_autoptr (DipCheckpoint) with = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (dip_checkpoint_get_third_channel (without));
  g_assert_cmpfloat (dip_checkpoint_get_pixel_spacing_mm (without), ==, 0);

  folder_write (folder, "diptych.json",
                "{\"third_channel\": \"sum\", \"pixel_spacing_mm\": 0.7, "
                "\"trained_on\": \"phantoms\", \"note\": 1}");
  with = dip_checkpoint_open (folder, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (dip_checkpoint_get_third_channel (with), ==, "sum");
  g_assert_cmpfloat (dip_checkpoint_get_pixel_spacing_mm (with), ==, 0.7);
  g_assert_cmpstr (dip_checkpoint_get_trained_on (with), ==, "phantoms");

  folder_write (folder, "diptych.json", "{\"third_channel\": \"product\"}");
  g_assert_null (dip_checkpoint_open (folder, &error));
  g_assert_nonnull (strstr (error->message, "diptych.json: 'third_channel' must be "));
  g_clear_error (&error);

  folder_write (folder, "diptych.json", "{\"pixel_spacing_mm\": -1}");
  g_assert_null (dip_checkpoint_open (folder, &error));
  g_assert_nonnull (strstr (error->message, "'pixel_spacing_mm' must be "));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/checkpoint/layout/pipeline", test_pipeline);
  g_test_add_func ("/checkpoint/layout/flat", test_flat);
  g_test_add_func ("/checkpoint/layout/unet-alone", test_unet_alone);
  g_test_add_func ("/checkpoint/layout/cache", test_cache);
  g_test_add_func ("/checkpoint/layout/preference", test_preference);
  g_test_add_func ("/checkpoint/layout/lost-index", test_lost_index);
  g_test_add_func ("/checkpoint/layout/shards", test_shards);
  g_test_add_func ("/checkpoint/layout/incomplete-index", test_incomplete_index);
  g_test_add_func ("/checkpoint/layout/bin-shards", test_bin_shards);
  g_test_add_func ("/checkpoint/layout/dangling-link", test_dangling_link);
  g_test_add_func ("/checkpoint/layout/no-checkpoint", test_no_checkpoint);
  g_test_add_func ("/checkpoint/layout/other-pipelines", test_other_pipelines);
  g_test_add_func ("/checkpoint/layout/diptych-json", test_diptych_json);

  return g_test_run ();
}
