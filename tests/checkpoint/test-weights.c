#include "tests/checkpoint/folder.h"
#include "tests/checkpoint/golden.h"

#include "model/checkpoint/checkpoint.h"
#include "model/checkpoint/records.h"
#include "model/checkpoint/weight-names.h"
#include "model/graph/passes.h"
#include "model/storage/safetensors-write.h"
#include "model/storage/save.h"

static void
test_names (void)
{
  static const char *const names[][2] = {
    { "mid_block.attentions.0.query.weight", "mid_block.attentions.0.to_q.weight" },
    { "mid_block.attentions.0.key.bias", "mid_block.attentions.0.to_k.bias" },
    { "up_blocks.1.attentions.12.value.weight", "up_blocks.1.attentions.12.to_v.weight" },
    { "up_blocks.1.attentions.2.proj_attn.bias",
      "up_blocks.1.attentions.2.to_out.0.bias" },
    { "mid_block.attentions.0.group_norm.weight",
      "mid_block.attentions.0.group_norm.weight" },
    { "mid_block.attentions.0.to_q.weight", "mid_block.attentions.0.to_q.weight" },
    { "mid_block.resnets.0.query.weight", "mid_block.resnets.0.query.weight" },
    { "key.weight", "key.weight" },
    { "my_attentions.0.key.weight", "my_attentions.0.key.weight" },
    { "attentions.0.keys.weight", "attentions.0.keys.weight" },
    { "attentions.key.weight", "attentions.key.weight" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *modern = dip_weight_name_modernize (names[i][0]);

      g_assert_cmpstr (modern, ==, names[i][1]);
    }
}

/* Tokens are transposed, everything else keeps its order. */
static void
test_record_copy (void)
{
  const DipShape shape = { .batch = 2, .channels = 2, .height = 1, .width = 3 };
  const float values[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 };
  const float tokens[] = { 0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11 };
  float out[12];
  gint64 dims[4];

  g_assert_cmpuint (dip_record_get_shape ("mid_block.attentions.0.to_q", &shape, dims),
                    ==, 3);
  g_assert_cmpint (dims[0], ==, 2);
  g_assert_cmpint (dims[1], ==, 3);
  g_assert_cmpint (dims[2], ==, 2);
  dip_record_copy ("mid_block.attentions.0.to_q", &shape, values, out);
  g_assert_cmpmem (out, sizeof out, tokens, sizeof tokens);
  dip_record_copy ("mid_block.attentions.0.group_norm", &shape, values, out);
  g_assert_cmpmem (out, sizeof out, values, sizeof values);
}

typedef struct
{
  const char *name; /* of the tensor to change; NULL: none */
  const char *new_name;
  DipDType dtype;
  const char *message;
  guint n_more_dims; /* ones at the end of the shape */
} Change;

/* Rewrites c0's weights with one tensor changed. */
static void
write_changed (const char *folder, const Change *change)
{
  g_autofree char *source = golden_path ("unet", "c0_every_module", "pipeline", "unet",
                                         "diffusion_pytorch_model.safetensors", NULL);
  g_autofree char *path =
      g_build_filename (folder, "unet", "diffusion_pytorch_model.safetensors", NULL);
  g_autoptr (DipTensorFile) file = dip_tensor_file_open (source, NULL);
  g_autoptr (DipSafetensorsWriter) writer = dip_safetensors_writer_new ();
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < dip_tensor_file_get_n_tensors (file); i++)
    {
      const DipTensor *tensor = dip_tensor_file_get (file, i);
      gboolean is_it = g_strcmp0 (tensor->name, change->name) == 0;
      DipDType dtype = is_it ? change->dtype : DIP_DTYPE_F32;
      gsize n_bytes = tensor->n_elements * dip_dtype_get_size (dtype);
      gint64 shape[DIP_TENSOR_MAX_DIMS] = { 0 };
      g_autofree guint8 *zeros = g_malloc0 (n_bytes);
      g_autoptr (GBytes) data =
          g_bytes_new (dtype == tensor->dtype ? tensor->data : zeros, n_bytes);

      for (guint j = 0; j < DIP_TENSOR_MAX_DIMS; j++)
        shape[j] = j < tensor->n_dims ? tensor->shape[j] : 1;
      dip_safetensors_writer_add (writer, is_it ? change->new_name : tensor->name, dtype,
                                  tensor->n_dims + (is_it ? change->n_more_dims : 0),
                                  shape, data);
    }

  dip_safetensors_writer_save (writer, path, &error);
  g_assert_no_error (error);
}

static const Change refusals[] = {
  { "conv_in.bias", "conv_in.bia", DIP_DTYPE_F32,
    "diffusion_pytorch_model.safetensors: 1 tensor is missing: 'conv_in.bias'" },
  { "conv_in.bias", "module.conv_in.bias", DIP_DTYPE_F32,
    "'conv_in.bias' (names here begin with 'module.')" },
  { "conv_in.bias", "conv_in.bias", DIP_DTYPE_U32,
    "tensor 'conv_in.bias' is U32, wanted F32, F16 or BF16" },
  { "conv_in.bias", "conv_in.bias", DIP_DTYPE_F32,
    "tensor 'conv_in.bias' has shape [4, 1], the configuration wants [4]", 1 },
};

static void
test_refusals (void)
{
  g_autoptr (TemporaryFolder) folder = folder_new ();
  g_autofree char *from = golden_path ("unet", "c0_every_module", "pipeline", NULL);

  folder_copy (from, folder);
  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      g_autoptr (GError) error = NULL;

      write_changed (folder, &refusals[i]);
      g_assert_null (dip_checkpoint_open (folder, &error));
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, refusals[i].message));
    }
}

/* Old and new name of one tensor in one file: which is meant? */
static void
test_named_twice (void)
{
  g_autoptr (TemporaryFolder) folder = folder_new ();
  g_autofree char *from = golden_path ("unet", "c0_every_module", "pipeline", NULL);
  g_autoptr (GError) error = NULL;
  const Change change = { "conv_in.bias", "mid_block.attentions.0.query.bias",
                          DIP_DTYPE_F32 };

  folder_copy (from, folder);
  write_changed (folder, &change);
  g_assert_null (dip_checkpoint_open (folder, &error));
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, " is also in "));
}

/* Mixed dtypes, integers among them, are converted as diffusers converts them. */
static void
test_dtypes (void)
{
  g_autoptr (TemporaryFolder) folder = folder_new ();
  g_autofree char *from = golden_path ("unet", "c0_every_module", "pipeline", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (DipCheckpoint) checkpoint = NULL;
  const Change change = { "conv_in.bias", "conv_in.bias", DIP_DTYPE_I64 };

  folder_copy (from, folder);
  write_changed (folder, &change);
  checkpoint = dip_checkpoint_open (folder, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (dip_checkpoint_get_dtypes (checkpoint), ==, "F32, I64");
  g_assert_null (dip_checkpoint_get_ignored_tensors (checkpoint)[0]);
}

/* The file with one more space after its header: no float lies at a multiple of four. */
static void
shift_data (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *bytes = NULL;
  g_autoptr (GString) shifted = NULL;
  guint64 n_header;
  gsize n_bytes;

  g_file_get_contents (path, &bytes, &n_bytes, &error);
  g_assert_no_error (error);
  memcpy (&n_header, bytes, sizeof n_header);
  shifted = g_string_new_len (bytes, n_bytes);
  g_string_insert_c (shifted, sizeof n_header + GUINT64_FROM_LE (n_header), ' ');
  n_header = GUINT64_TO_LE (GUINT64_FROM_LE (n_header) + 1);
  memcpy (shifted->str, &n_header, sizeof n_header);
  g_file_set_contents (path, shifted->str, shifted->len, &error);
  g_assert_no_error (error);
}

static void
test_unaligned (void)
{
  g_autoptr (TemporaryFolder) folder = folder_new ();
  g_autofree char *from = golden_path ("unet", "c0_every_module", "pipeline", NULL);
  g_autofree char *path =
      g_build_filename (folder, "unet", "diffusion_pytorch_model.safetensors", NULL);
  g_autofree char *results =
      golden_path ("unet", "c0_every_module", "goldens_all.safetensors", NULL);
  g_autoptr (DipTensorFile) golden = dip_tensor_file_open (results, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (DipCheckpoint) checkpoint = NULL;
  g_autoptr (DipGraph) graph = NULL;

  folder_copy (from, folder);
  shift_data (path);
  checkpoint = dip_checkpoint_open (folder, &error);
  g_assert_no_error (error);
  graph = dip_checkpoint_build_graph (checkpoint, 2, 0, 0, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < dip_graph_get_n_weights (graph); i++)
    g_assert_cmpuint ((gsize) dip_graph_get_weight (graph, i)->data % sizeof (float), ==,
                      0);
  golden_check (graph, golden, NULL);
}

static gboolean
is_zero (const float *values, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (values[i] != 0.0f)
      return FALSE;

  return TRUE;
}

/* Half precision becomes float32 when it is held, as often as that is, and takes no
 * memory in between: what was given back reads as zeros.
 */
static void
test_held (void)
{
  g_autofree char *path = golden_path ("unet", "c5_fp16", "pipeline", NULL);
  g_autoptr (DipCheckpoint) checkpoint = dip_checkpoint_open (path, NULL);
  g_autoptr (DipGraph) graph = dip_checkpoint_build_graph (checkpoint, 1, 0, 0, NULL);
  g_autoptr (DipGraph) fused = dip_graph_fuse (graph, FALSE);

  for (guint i = 0; i < dip_graph_get_n_weights (graph); i++)
    {
      const DipWeight *weight = dip_graph_get_weight (graph, i);
      const DipTensor *tensor = dip_tensor_file_lookup (
          dip_checkpoint_get_weight_file (checkpoint, 0), weight->name);
      g_autofree float *wanted = NULL;

      if (tensor == NULL) /* under an older name */
        continue;
      wanted = dip_tensor_dup_float32 (tensor, NULL);
      g_assert_true (is_zero (weight->data, tensor->n_elements));
      dip_graph_hold_data (graph, weight->data);
      dip_graph_hold_data (fused, weight->data);
      g_assert_cmpmem (weight->data, tensor->n_elements * sizeof (float), wanted,
                       tensor->n_elements * sizeof (float));
      dip_graph_release_data (graph, weight->data);
      g_assert_cmpmem (weight->data, tensor->n_elements * sizeof (float), wanted,
                       tensor->n_elements * sizeof (float));
      dip_graph_release_data (fused, weight->data);
      g_assert_true (is_zero (weight->data, tensor->n_elements));
    }
}

/* A network that would only make NaN is refused, though diffusers loads it. */
static void
test_not_finite (void)
{
  g_autofree char *path = golden_path ("broken", "models", "bad_nan_weights", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (dip_checkpoint_open (path, &error));
  g_assert_nonnull (strstr (error->message,
                            "tensor 'up_blocks.0.resnets.0.conv1.weight' is "
                            "damaged: element 7 is nan"));
}

/* Extra tensors are named, not refused, as diffusers warns and goes on. */
static void
test_ignored (void)
{
  g_autofree char *path = golden_path ("broken", "models", "ok_extra_tensor", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (DipCheckpoint) checkpoint = dip_checkpoint_open (path, &error);
  const char *const *ignored;

  g_assert_no_error (error);
  ignored = dip_checkpoint_get_ignored_tensors (checkpoint);
  g_assert_nonnull (ignored[0]);
  g_assert_null (ignored[1]);
}

/* One file: its own hash.  Shards: that of all their bytes in the order of names. */
static void
test_sha256 (void)
{
  g_autofree char *single = golden_path ("unet", "c5_fp16", "pipeline", NULL);
  g_autofree char *sharded =
      golden_path ("unet", "x_sharded_safetensors", "pipeline", NULL);
  g_autoptr (DipCheckpoint) one = dip_checkpoint_open (single, NULL);
  g_autoptr (DipCheckpoint) many = dip_checkpoint_open (sharded, NULL);
  g_autofree char *hash =
      dip_sha256_file (dip_checkpoint_get_layout (one)->weights->pdata[0], NULL);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  g_assert_cmpstr (dip_checkpoint_get_sha256 (one, NULL), ==, hash);

  g_assert_cmpuint (dip_checkpoint_get_n_weight_files (many), ==, 4);
  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *bytes = NULL;
      gsize n_bytes;

      g_file_get_contents (dip_checkpoint_get_layout (many)->weights->pdata[i], &bytes,
                           &n_bytes, NULL);
      g_checksum_update (checksum, (guchar *) bytes, n_bytes);
    }
  g_assert_cmpstr (dip_checkpoint_get_sha256 (many, NULL), ==,
                   g_checksum_get_string (checksum));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/checkpoint/weights/names", test_names);
  g_test_add_func ("/checkpoint/weights/record-copy", test_record_copy);
  g_test_add_func ("/checkpoint/weights/refusals", test_refusals);
  g_test_add_func ("/checkpoint/weights/named-twice", test_named_twice);
  g_test_add_func ("/checkpoint/weights/dtypes", test_dtypes);
  g_test_add_func ("/checkpoint/weights/unaligned", test_unaligned);
  g_test_add_func ("/checkpoint/weights/held", test_held);
  g_test_add_func ("/checkpoint/weights/not-finite", test_not_finite);
  g_test_add_func ("/checkpoint/weights/ignored", test_ignored);
  g_test_add_func ("/checkpoint/weights/sha256", test_sha256);

  return g_test_run ();
}
