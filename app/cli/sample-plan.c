#include "app/cli/sample-plan.h"

#include "app/cli/network.h"
#include "app/cli/sample-fork.h"
#include "app/files/provenance.h"
#include "render/gpu-denoiser.h"

static gboolean
load_scheduler (DipSamplePlan *self, GError **error)
{
  const char *path = dip_checkpoint_get_scheduler_path (self->checkpoint);

  if (path == NULL)
    {
      g_set_error (error, DIP_CLI_ERROR, DIP_CLI_ERROR_FAILED,
                   "%s: has no scheduler_config.json, so it is not known how the network "
                   "was trained",
                   dip_checkpoint_get_path (self->checkpoint));
      return FALSE;
    }

  if (self->options->fork != NULL)
    self->scheduler = dip_sample_fork_load_scheduler (
        self->options, self->options->scheduler,
        (const char *const *) self->options->scheduler_options, error);
  else
    self->scheduler = dip_scheduler_config_load_with (
        path, path, self->options->scheduler,
        (const char *const *) self->options->scheduler_options, error);

  return self->scheduler != NULL;
}

static gboolean
check_channels (DipSamplePlan *self, GError **error)
{
  const DipUnetConfig *config = dip_checkpoint_get_config (self->checkpoint);

  if (config->in_channels >= 1 && config->in_channels <= 3)
    return TRUE;

  g_set_error (error, DIP_CLI_ERROR, DIP_CLI_ERROR_FAILED,
               "%s: in_channels is %u, and pairs have 3 (CC, MLO, third), 2 (CC, MLO) or "
               "1",
               dip_checkpoint_get_path (self->checkpoint), config->in_channels);
  return FALSE;
}

static gboolean
check_class_label (DipSamplePlan *self, GError **error)
{
  const DipUnetConfig *config = dip_checkpoint_get_config (self->checkpoint);
  gint64 label = self->options->class_label;

  if (config->class_embedding == DIP_UNET_CLASS_NONE)
    return label < 0 || dip_cli_usage_error (self->cli, error,
                                             "--class-label: the network has no classes");
  if (config->class_embedding == DIP_UNET_CLASS_IDENTITY)
    return dip_cli_usage_error (self->cli, error,
                                "the network wants a class vector, which sample cannot "
                                "give (forward can)");
  if (label < 0)
    return dip_cli_usage_error (self->cli, error,
                                "--class-label is needed: the network has classes");
  if (config->class_embedding == DIP_UNET_CLASS_IDS)
    return dip_cli_check_range (self->cli, "--class-label", label, 0,
                                config->num_class_embeds - 1, error);

  return TRUE;
}

static void
choose_third (DipSamplePlan *self)
{
  const char *said = dip_checkpoint_get_third_channel (self->checkpoint);

  if (said != NULL && self->options->third != NULL &&
      !g_str_equal (said, self->options->third))
    dip_cli_note (self->cli, "The checkpoint's third channel is '%s': --third %s ignored",
                  said, self->options->third);
  self->third = DIP_THIRD_ABSDIFF;
  dip_third_from_name (said != NULL ? said : self->options->third, &self->third);
}

static DipSolverSettings
make_solver_settings (const DipSamplePlan *self)
{
  DipSolverSettings settings = { .n_steps = self->options->steps,
                                 .eta = self->options->eta,
                                 .churn = self->options->churn };

  dip_solver_extras_apply (&self->options->extras, &settings);

  return settings;
}

static gboolean
make_settings (DipSamplePlan *self, GError **error)
{
  DipSolverSettings solver = make_solver_settings (self);
  DipProvenance provenance = {
    .checkpoint = self->checkpoint,
    .scheduler = self->scheduler,
    .solver = &solver,
    .third = self->third,
    .width = self->shape.width,
    .height = self->shape.height,
    .class_label = self->shape.needs_class_labels ? self->options->class_label : -1,
    .noise_sha256 = self->noise.sha256,
    .precision = dip_precision_get_name (self->cli->precision),
  };

  self->settings = dip_provenance_make_shared (&provenance, error);

  return self->settings != NULL;
}

static gboolean
prepare_edit (DipSamplePlan *self, DipSolver *solver, GError **error)
{
  g_autofree guint *walk = NULL;

  if (self->options->fork != NULL &&
      !dip_sample_fork_check_checkpoint (
          self->options, dip_checkpoint_get_sha256 (self->checkpoint, NULL), error))
    return FALSE;
  if (!dip_sample_edit_prepare (&self->edit, self->cli, self->options, &self->shape,
                                self->third, solver, self->settings, error))
    return FALSE;

  walk = dip_walk_list (&self->edit.walk, solver, &self->n_evaluations, error);
  self->first_step = self->edit.n_done;

  return walk != NULL;
}

gboolean
dip_sample_plan_prepare (DipSamplePlan *self,
                         DipCli *cli,
                         const DipSampleOptions *options,
                         GError **error)
{
  const DipUnetConfig *config;
  g_autoptr (DipSolver) solver = NULL;
  g_autoptr (DipGraph) graph = NULL;

  self->cli = cli;
  self->options = options;
  if (self->checkpoint == NULL)
    self->checkpoint = dip_cli_open_checkpoint (self->options->checkpoint_path, error);
  if (self->checkpoint == NULL || !load_scheduler (self, error) ||
      !check_channels (self, error) || !check_class_label (self, error))
    return FALSE;

  config = dip_checkpoint_get_config (self->checkpoint);
  self->shape.in_channels = config->in_channels;
  self->shape.out_channels = config->out_channels;
  self->shape.max_batch = MIN (self->options->batch, self->options->n_pairs);
  self->shape.max_batch = MAX (self->shape.max_batch, 1);
  self->shape.needs_class_labels = config->class_embedding != DIP_UNET_CLASS_NONE;
  if (!dip_cli_get_size (self->cli, self->checkpoint, self->options->size,
                         &self->shape.width, &self->shape.height, error))
    return FALSE;

  solver = dip_sample_plan_make_solver (self, error);
  if (solver == NULL ||
      !dip_solver_start (solver, 1, self->shape.in_channels, self->shape.out_channels,
                         (gsize) self->shape.height * self->shape.width, error))
    return FALSE;
  graph = dip_checkpoint_build_graph (self->checkpoint, 1, self->shape.height,
                                      self->shape.width, error);
  if (graph == NULL)
    return FALSE;
  if (self->options->noise != NULL &&
      !dip_sample_noise_load (&self->noise, self->options->noise, self->options->n_pairs,
                              &self->shape, error))
    return FALSE;

  choose_third (self);
  return make_settings (self, error) && prepare_edit (self, solver, error);
}

void
dip_sample_plan_clear (DipSamplePlan *self)
{
  g_clear_pointer (&self->checkpoint, dip_checkpoint_unref);
  g_clear_pointer (&self->scheduler, dip_scheduler_config_unref);
  dip_sample_noise_clear (&self->noise);
  dip_sample_edit_clear (&self->edit);
  json_decref (self->settings);
}

DipSolver *
dip_sample_plan_make_solver (const DipSamplePlan *self, GError **error)
{
  DipSolverSettings settings = make_solver_settings (self);

  return dip_solver_new (self->scheduler, &settings, error);
}

static DipGraph *
build_graph (guint batch, gpointer user_data, GError **error)
{
  const DipSamplePlan *self = user_data;

  return dip_checkpoint_build_graph (self->checkpoint, batch, self->shape.height,
                                     self->shape.width, error);
}

DipDenoiser *
dip_sample_plan_open_denoiser (DipSamplePlan *self, DipDevice *device, GError **error)
{
  const char *sha256 = dip_checkpoint_get_sha256 (self->checkpoint, error);

  if (sha256 == NULL)
    return NULL;

  return dip_gpu_denoiser_new (device, &self->shape, self->cli->precision, sha256,
                               build_graph, self, NULL, self->cli->cancellable, error);
}

json_t *
dip_sample_plan_make_provenance (const DipSamplePlan *self,
                                 guint64 seed,
                                 const char *device,
                                 const char *kernels)
{
  return dip_provenance_make_pair (self->settings, seed, device, kernels);
}

gboolean
dip_sample_plan_made (const DipSamplePlan *self,
                      const json_t *line,
                      const char *path,
                      GError **error)
{
  const char *key;
  json_t *wanted;

  json_object_foreach (self->settings, key, wanted)
  {
    const json_t *found = json_object_get (line, key);
    g_autofree char *was = NULL;
    g_autofree char *now = NULL;

    if (g_str_equal (key, "generator") || g_str_equal (key, "version") ||
        g_str_equal (key, "checkpoint") || json_equal (wanted, found))
      continue;
    was = found != NULL ? json_dumps (found, JSON_COMPACT | JSON_ENCODE_ANY)
                        : g_strdup ("nothing");
    now = json_dumps (wanted, JSON_COMPACT | JSON_ENCODE_ANY);
    g_set_error (error, DIP_CLI_ERROR, DIP_CLI_ERROR_FAILED,
                 "%s: seed %" JSON_INTEGER_FORMAT " was made with %s %s, and now it is "
                 "%s: resume with the same settings, or choose another folder",
                 path, json_integer_value (json_object_get (line, "seed")), key, was,
                 now);
    return FALSE;
  }

  return TRUE;
}
