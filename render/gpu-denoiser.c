#include "render/gpu-denoiser.h"
#include "render/choice.h"
#include "render/executor.h"
#include "render/weights.h"

#include "model/graph/passes.h"

typedef struct
{
  DipDenoiser parent;
  DipDevice *device;
  DipPrecision precision;
  char *checkpoint;        /* names the weights, or NULL */
  const DipFamily *family; /* chosen; NULL until then */
  DipWeights *weights;     /* on that device, for all batch sizes */
  DipExecutor *executor;   /* for the batch size of the last call, or NULL */
  guint batch;
  guint n_recoveries;

  float *times;         /* (max_batch), of the call under way */
  float *labels;        /* the same */
  GArray *next_times;   /* float: announced evaluations, each timestep with each label */
  GArray *next_labels;  /* the same */
  gboolean is_prepared; /* the executor knows of them */

  DipGraphFunc build;
  gpointer user_data;
  GDestroyNotify free_user_data;
} DipGpuDenoiser;

static gboolean
has_shape (DipGraph *graph,
           DipValueId value,
           guint batch,
           guint channels,
           const DipDenoiserShape *wanted)
{
  const DipShape shape = { batch, channels, wanted->height, wanted->width };

  return value != DIP_NO_VALUE &&
         dip_shape_equal (&dip_graph_get_value (graph, value)->shape, &shape);
}

/* The network for @batch images; checked against the shape that was said. */
static DipGraph *
build_graph (DipGpuDenoiser *self, guint batch, GError **error)
{
  const DipDenoiserShape *shape = &self->parent.shape;
  g_autoptr (DipGraph) graph = self->build (batch, self->user_data, error);

  if (graph == NULL)
    return NULL;
  g_return_val_if_fail (has_shape (graph,
                                   dip_graph_get_input (graph, DIP_GRAPH_INPUT_SAMPLE),
                                   batch, shape->in_channels, shape),
                        NULL);
  g_return_val_if_fail (
      has_shape (graph, dip_graph_get_output (graph), batch, shape->out_channels, shape),
      NULL);

  return g_steal_pointer (&graph);
}

static gboolean
ensure_family (DipGpuDenoiser *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (DipGraph) plain = NULL;
  g_autoptr (DipGraph) graph = NULL;

  if (self->family != NULL)
    return TRUE;

  plain = build_graph (self, 1, error);
  if (plain == NULL)
    return FALSE;
  graph = dip_graph_fuse (plain, FALSE);
  self->family = dip_choice_make (self->device, self->precision, self->checkpoint, graph,
                                  cancellable, error);

  return self->family != NULL;
}

/* The program for @batch images, unless it is the one at hand. */
static gboolean
ensure_executor (DipGpuDenoiser *self,
                 guint batch,
                 GCancellable *cancellable,
                 GError **error)
{
  g_autoptr (DipGraph) plain = NULL;
  g_autoptr (DipGraph) graph = NULL;

  if (self->executor != NULL && self->batch == batch)
    return TRUE;

  g_clear_pointer (&self->executor, dip_executor_free);
  if (!ensure_family (self, cancellable, error))
    return FALSE;
  plain = build_graph (self, batch, error);
  if (plain == NULL)
    return FALSE;
  graph = dip_graph_fuse_for_steps (plain);

  if (self->weights == NULL)
    self->weights = dip_weights_new (self->device, self->family);
  self->executor = dip_executor_new (self->device, graph, self->weights,
                                     DIP_EXECUTOR_NONE, cancellable, error);
  self->batch = batch;
  self->is_prepared = FALSE;

  return self->executor != NULL;
}

/* What follows from the announced timesteps and labels alone, once for all of them. */
static gboolean
prepare (DipGpuDenoiser *self, GCancellable *cancellable, GError **error)
{
  const float *inputs[DIP_N_GRAPH_INPUTS] = {
    [DIP_GRAPH_INPUT_TIMESTEPS] = (const float *) self->next_times->data,
    [DIP_GRAPH_INPUT_CLASS_LABELS] = (const float *) self->next_labels->data,
  };

  if (!self->is_prepared &&
      !dip_executor_announce (self->executor, inputs, self->next_times->len, cancellable,
                              error))
    return FALSE;
  self->is_prepared = TRUE;

  return TRUE;
}

static gboolean
run (DipGpuDenoiser *self,
     const float *const inputs[DIP_N_GRAPH_INPUTS],
     guint batch,
     float *output,
     GCancellable *cancellable,
     GError **error)
{
  return ensure_executor (self, batch, cancellable, error) &&
         prepare (self, cancellable, error) &&
         dip_executor_run (self->executor, inputs, output, cancellable, error);
}

/* Drops everything on the device and opens it, or if @is_second another one.  The
 * kernels stay if they can: others would make another picture.
 */
static gboolean
recover (DipGpuDenoiser *self, gboolean is_second, GError **error)
{
  guint index = dip_device_get_info (self->device)->index;
  g_autofree char *selector = g_strdup_printf ("%u", index);
  DipDevice *device;

  g_clear_pointer (&self->executor, dip_executor_free);
  g_clear_pointer (&self->weights, dip_weights_unref);
  device = is_second ? dip_device_open_other (index, error)
                     : dip_device_open (selector, error);
  if (device == NULL)
    return FALSE;

  g_message ("%s was lost; going on with %s", dip_device_get_info (self->device)->name,
             dip_device_get_info (device)->name);
  dip_device_unref (self->device);
  self->device = device;
  if (self->family != NULL && !self->family->can_run (dip_device_get_info (device)))
    self->family = NULL;
  self->n_recoveries++;
  g_free (self->parent.device_name);
  self->parent.device_name = g_strdup (dip_device_get_info (device)->name);

  return TRUE;
}

static gboolean
is_lost (const GError *error)
{
  return g_error_matches (error, DIP_RENDER_ERROR, DIP_RENDER_ERROR_DEVICE_LOST);
}

/* Runs; on a lost device once more on the same, then on the next one. */
static gboolean
run_with_recovery (DipGpuDenoiser *self,
                   const float *const inputs[DIP_N_GRAPH_INPUTS],
                   guint batch,
                   float *output,
                   GCancellable *cancellable,
                   GError **error)
{
  for (guint attempt = 0;; attempt++)
    {
      g_autoptr (GError) fault = NULL;
      g_autoptr (GError) reason = NULL;

      if (run (self, inputs, batch, output, cancellable, &fault))
        return TRUE;
      if (!is_lost (fault))
        {
          g_propagate_error (error, g_steal_pointer (&fault));
          return FALSE;
        }
      if (attempt < 2 && (recover (self, attempt == 1, &reason) ||
                          (attempt == 0 && recover (self, TRUE, NULL))))
        continue;

      g_set_error (error, DIP_DENOISER_ERROR, DIP_DENOISER_ERROR_DEVICE_LOST,
                   "%s was lost (%s)%s%s", dip_device_get_info (self->device)->name,
                   fault->message, reason != NULL ? ": " : "",
                   reason != NULL ? reason->message : "");
      return FALSE;
    }
}

static gboolean
dip_gpu_denoiser_predict (DipDenoiser *denoiser,
                          const float *x_t,
                          guint batch,
                          const double *timesteps,
                          const gint64 *class_labels,
                          float *output,
                          GCancellable *cancellable,
                          GError **error)
{
  DipGpuDenoiser *self = (DipGpuDenoiser *) denoiser;
  const float *inputs[DIP_N_GRAPH_INPUTS] = {
    [DIP_GRAPH_INPUT_SAMPLE] = x_t,
    [DIP_GRAPH_INPUT_TIMESTEPS] = self->times,
    [DIP_GRAPH_INPUT_CLASS_LABELS] = self->labels,
  };

  for (guint b = 0; b < batch; b++)
    {
      self->times[b] = timesteps[b];
      self->labels[b] = class_labels != NULL ? class_labels[b] : 0;
    }

  return run_with_recovery (self, inputs, batch, output, cancellable, error);
}

/* Whether an earlier image has the label of @image. */
static gboolean
is_repeated (const gint64 *class_labels, guint image)
{
  for (guint i = 0; i < image; i++)
    if (class_labels[i] == class_labels[image])
      return TRUE;

  return FALSE;
}

static void
dip_gpu_denoiser_announce (DipDenoiser *denoiser,
                           const double *timesteps,
                           guint n,
                           const gint64 *class_labels,
                           guint n_images)
{
  DipGpuDenoiser *self = (DipGpuDenoiser *) denoiser;
  guint n_labels = class_labels != NULL ? n_images : 1;

  g_array_set_size (self->next_times, 0);
  g_array_set_size (self->next_labels, 0);
  for (guint i = 0; i < n; i++)
    for (guint k = 0; k < n_labels; k++)
      {
        float time = timesteps[i];
        float label = class_labels != NULL ? class_labels[k] : 0;

        if (class_labels != NULL && is_repeated (class_labels, k))
          continue;
        g_array_append_val (self->next_times, time);
        g_array_append_val (self->next_labels, label);
      }
  self->is_prepared = FALSE;
}

static void
dip_gpu_denoiser_free (DipDenoiser *denoiser)
{
  DipGpuDenoiser *self = (DipGpuDenoiser *) denoiser;

  dip_executor_free (self->executor);
  dip_weights_unref (self->weights);
  dip_device_unref (self->device);
  g_free (self->checkpoint);
  g_free (self->times);
  g_free (self->labels);
  g_array_unref (self->next_times);
  g_array_unref (self->next_labels);
  if (self->free_user_data != NULL)
    self->free_user_data (self->user_data);
  g_free (self);
}

static const DipDenoiserClass klass = {
  .predict = dip_gpu_denoiser_predict,
  .announce = dip_gpu_denoiser_announce,
  .free = dip_gpu_denoiser_free,
};

DipDenoiser *
dip_gpu_denoiser_new (DipDevice *device,
                      const DipDenoiserShape *shape,
                      DipPrecision precision,
                      const char *checkpoint,
                      DipGraphFunc build,
                      gpointer user_data,
                      GDestroyNotify free_user_data,
                      GCancellable *cancellable,
                      GError **error)
{
  DipGpuDenoiser *self = g_new0 (DipGpuDenoiser, 1);

  self->device = dip_device_ref (device);
  self->precision = precision;
  self->checkpoint = g_strdup (checkpoint);
  self->build = build;
  self->user_data = user_data;
  self->free_user_data = free_user_data;
  self->times = g_new (float, shape->max_batch);
  self->labels = g_new (float, shape->max_batch);
  self->next_times = g_array_new (FALSE, FALSE, sizeof (float));
  self->next_labels = g_array_new (FALSE, FALSE, sizeof (float));
  dip_denoiser_init (&self->parent, &klass, shape, dip_device_get_info (device)->name);
  if (ensure_executor (self, shape->max_batch, cancellable, error))
    return &self->parent;

  dip_denoiser_free (&self->parent);
  return NULL;
}

guint
dip_gpu_denoiser_get_n_recoveries (DipDenoiser *denoiser)
{
  return ((DipGpuDenoiser *) denoiser)->n_recoveries;
}

DipDevice *
dip_gpu_denoiser_get_device (DipDenoiser *denoiser)
{
  return ((DipGpuDenoiser *) denoiser)->device;
}

const char *
dip_gpu_denoiser_get_kernels (DipDenoiser *denoiser)
{
  return ((DipGpuDenoiser *) denoiser)->family->name;
}
