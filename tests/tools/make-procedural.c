/* Writes a procedural case as a checkpoint folder, and for each of its goldens an input
 * for `diptych-cli forward`:
 *
 *   make-procedural tests/data/procedural/p2_celebahq_full OUT
 *
 * OUT/model_index.json, OUT/unet, OUT/scheduler, OUT/goldens_64x64.safetensors (`sample`,
 * `timesteps`, and the golden's `output` where it is stored whole). */
#include "tests/tools/procedural.h"

#include "model/storage/safetensors-write.h"
#include "model/storage/save.h"
#include "model/storage/tensor-file.h"

#include <stdlib.h>

static const char model_index[] =
    "{\"_class_name\": \"DDPMPipeline\", \"_diffusers_version\": \"0.40.0\", "
    "\"scheduler\": [\"diffusers\", \"DDPMScheduler\"], "
    "\"unet\": [\"diffusers\", \"UNet2DModel\"]}\n";

/* google/ddpm-celebahq-256's. */
static const char scheduler_config[] =
    "{\"_class_name\": \"DDPMScheduler\", \"_diffusers_version\": \"0.40.0\", "
    "\"beta_start\": 0.0001, \"beta_end\": 0.02, \"beta_schedule\": \"linear\", "
    "\"clip_sample\": true, \"num_train_timesteps\": 1000, "
    "\"variance_type\": \"fixed_small\"}\n";

static gboolean
save_text (const char *folder, const char *name, const char *text, GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));

  return dip_save_bytes (path, bytes, error);
}

static gboolean
save_unet (ProceduralCase *procedural,
           const char *folder,
           const char *out,
           GError **error)
{
  g_autoptr (DipSafetensorsWriter) writer = dip_safetensors_writer_new ();
  g_autofree char *path =
      g_build_filename (out, "diffusion_pytorch_model.safetensors", NULL);
  g_autofree char *config = g_build_filename (folder, "unet", "config.json", NULL);
  g_autofree char *text = NULL;

  if (!g_file_get_contents (config, &text, NULL, error) ||
      !save_text (out, "config.json", text, error))
    return FALSE;

  for (guint i = 0; i < procedural->tensors->len; i++)
    {
      ProceduralTensor *tensor = procedural->tensors->pdata[i];

      dip_safetensors_writer_add (writer, tensor->name, DIP_DTYPE_F32, tensor->n_dims,
                                  tensor->shape, tensor->data);
    }

  return dip_safetensors_writer_save (writer, path, error);
}

static void
copy_tensor (DipSafetensorsWriter *writer, DipTensorFile *file, const char *name)
{
  const DipTensor *tensor = dip_tensor_file_lookup (file, name);
  g_autoptr (GBytes) data = NULL;

  if (tensor == NULL)
    return;

  data = g_bytes_new (tensor->data, tensor->n_bytes);
  dip_safetensors_writer_add (writer, name, tensor->dtype, tensor->n_dims, tensor->shape,
                              data);
}

static gboolean
save_input (ProceduralCase *procedural,
            const char *folder,
            const char *out,
            json_t *golden,
            GError **error)
{
  const char *name = json_string_value (json_object_get (golden, "file"));
  json_t *dims = json_object_get (golden, "sample_shape");
  g_autoptr (DipSafetensorsWriter) writer = dip_safetensors_writer_new ();
  g_autofree char *from = g_build_filename (folder, name, NULL);
  g_autofree char *to = g_build_filename (out, name, NULL);
  g_autoptr (DipTensorFile) file = dip_tensor_file_open (from, error);
  g_autofree float *sample = NULL;
  gint64 shape[4];

  if (file == NULL)
    return FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (shape); i++)
    shape[i] = json_integer_value (json_array_get (dims, i));
  sample = g_new (float, shape[0] * shape[1] * shape[2] * shape[3]);
  procedural_fill (procedural->seed, "sample", 4, shape, sample);

  dip_safetensors_writer_add_float32 (writer, "sample", 4, shape, sample);
  copy_tensor (writer, file, "timesteps");
  copy_tensor (writer, file, "output");
  return dip_safetensors_writer_save (writer, to, error);
}

static gboolean
make_checkpoint (const char *folder, const char *out, GError **error)
{
  g_autoptr (ProceduralCase) procedural = procedural_case_load (folder, error);
  g_autofree char *unet = g_build_filename (out, "unet", NULL);
  g_autofree char *scheduler = g_build_filename (out, "scheduler", NULL);
  json_t *golden;
  gsize i;

  if (procedural == NULL)
    return FALSE;

  g_mkdir_with_parents (unet, 0777);
  g_mkdir_with_parents (scheduler, 0777);
  if (!save_text (out, "model_index.json", model_index, error) ||
      !save_text (scheduler, "scheduler_config.json", scheduler_config, error) ||
      !save_unet (procedural, folder, unet, error))
    return FALSE;

  json_array_foreach (
      json_object_get (dip_json_get_root (procedural->info), "goldens"), i,
      golden) if (!save_input (procedural, folder, out, golden, error)) return FALSE;

  return TRUE;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  if (argc != 3)
    {
      g_printerr ("usage: make-procedural CASE OUT\n");
      return 2;
    }

  if (!make_checkpoint (argv[1], argv[2], &error))
    {
      g_printerr ("make-procedural: %s\n", error->message);
      return EXIT_FAILURE;
    }

  return EXIT_SUCCESS;
}
