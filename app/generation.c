#include "app/generation.h"

#include "model/checkpoint/checkpoint.h"
#include "model/checkpoint/demo.h"
#include "render/gpu-denoiser.h"

struct _DipGeneration
{
  char *path;
  guint64 seed;
  guint n_steps;

  DipCheckpoint *checkpoint;
  DipDenoiserShape shape;
  char *device; /* written before the first frame, constant afterwards */
};

DipGeneration *
dip_generation_new (const char *checkpoint, guint64 seed, guint n_steps)
{
  DipGeneration *self = g_new0 (DipGeneration, 1);

  self->path = checkpoint != NULL ? g_strdup (checkpoint) : dip_demo_find ();
  self->seed = seed;
  self->n_steps = n_steps;

  return self;
}

void
dip_generation_free (DipGeneration *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->checkpoint, dip_checkpoint_unref);
  g_free (self->path);
  g_free (self->device);
  g_free (self);
}

const char *
dip_generation_get_device (DipGeneration *self)
{
  return self->device;
}

static DipGraph *
build_graph (guint batch, gpointer user_data, GError **error)
{
  DipGeneration *self = user_data;

  return dip_checkpoint_build_graph (self->checkpoint, batch, self->shape.height,
                                     self->shape.width, error);
}

static DipSolver *
make_solver (DipGeneration *self, GError **error)
{
  const char *path = dip_checkpoint_get_scheduler_path (self->checkpoint);
  DipSolverSettings settings = { .n_steps = self->n_steps };
  g_autoptr (DipSchedulerConfig) config = NULL;

  if (path == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   "%s: has no scheduler_config.json", self->path);
      return NULL;
    }

  config = dip_scheduler_config_load (path, path, NULL, error);

  return config != NULL ? dip_solver_new (config, &settings, error) : NULL;
}

/* Only pairs have three pictures to show. */
static gboolean
take_shape (DipGeneration *self, GError **error)
{
  const DipUnetConfig *config = dip_checkpoint_get_config (self->checkpoint);

  if (config->in_channels != 3 || config->class_embedding != DIP_UNET_CLASS_NONE ||
      config->sample_height == 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                   "%s: the window shows networks of three channels without classes and "
                   "with a sample_size; diptych-cli runs this one",
                   self->path);
      return FALSE;
    }

  self->shape = (DipDenoiserShape){ .in_channels = config->in_channels,
                                    .out_channels = config->out_channels,
                                    .height = config->sample_height,
                                    .width = config->sample_width,
                                    .max_batch = 1 };
  return TRUE;
}

/* A processor that stands in for a GPU is never used silently. */
static char *
describe_device (const DipDeviceInfo *info)
{
  return g_strconcat (info->name, info->type == DIP_DEVICE_CPU ? ", the processor" : "",
                      NULL);
}

gboolean
dip_generation_prepare (gpointer generation,
                        DipSampleState **state,
                        DipDenoiser **denoiser,
                        GCancellable *cancellable,
                        GError **error)
{
  DipGeneration *self = generation;
  DipSampleSettings settings = { .n_images = 1, .seed = self->seed };
  g_autoptr (DipDevice) device = NULL;
  const char *sha256;
  DipSolver *solver;

  self->checkpoint = dip_checkpoint_open (self->path, error);
  if (self->checkpoint == NULL || !take_shape (self, error))
    return FALSE;
  sha256 = dip_checkpoint_get_sha256 (self->checkpoint, error);
  if (sha256 == NULL)
    return FALSE;

  solver = make_solver (self, error);
  if (solver == NULL)
    return FALSE;
  *state = dip_sample_state_new (solver, &self->shape, &settings, error);
  if (*state == NULL)
    return FALSE;

  device = dip_device_open (NULL, error);
  if (device == NULL)
    return FALSE;
  self->device = describe_device (dip_device_get_info (device));
  *denoiser = dip_gpu_denoiser_new (device, &self->shape, DIP_PRECISION_AUTO, sha256,
                                    build_graph, self, NULL, cancellable, error);

  return *denoiser != NULL;
}
