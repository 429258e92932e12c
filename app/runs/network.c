#include "app/runs/network.h"

#include <glib/gi18n.h>

#include "model/checkpoint/checkpoint.h"
#include "model/checkpoint/demo.h"
#include "render/gpu-denoiser.h"

/* A network with what it was opened for. */
typedef struct
{
  DipNetwork parent;
  char *path;
  char *selector; /* or NULL */
  DipPrecision precision;
  guint width; /* as asked for; 0: the checkpoint's own */
  guint height;
} KeptNetwork;

struct _DipNetworks
{
  GMutex mutex;
  KeptNetwork *kept; /* or NULL */
};

typedef struct
{
  DipDenoiser parent;
  DipNetworks *networks;
  KeptNetwork *network;
  gboolean has_failed;
} LentDenoiser;

DipNetworks *
dip_networks_new (void)
{
  DipNetworks *self = g_atomic_rc_box_new0 (DipNetworks);

  g_mutex_init (&self->mutex);

  return self;
}

DipNetworks *
dip_networks_ref (DipNetworks *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
networks_clear (gpointer data)
{
  DipNetworks *self = data;

  dip_network_free ((DipNetwork *) self->kept);
  g_mutex_clear (&self->mutex);
}

void
dip_networks_unref (DipNetworks *self)
{
  g_atomic_rc_box_release_full (self, networks_clear);
}

void
dip_network_free (DipNetwork *network)
{
  KeptNetwork *self = (KeptNetwork *) network;

  if (self == NULL)
    return;

  dip_denoiser_free (network->denoiser);
  g_clear_pointer (&network->checkpoint, dip_checkpoint_unref);
  g_free (self->path);
  g_free (self->selector);
  g_free (self);
}

/* A processor that stands in for a GPU is never used silently. */
char *
dip_network_describe_device (const DipNetwork *self)
{
  const DipDeviceInfo *info =
      dip_device_get_info (dip_gpu_denoiser_get_device (self->denoiser));

  return info->type == DIP_DEVICE_CPU
             ? g_strdup_printf (_ ("%s, the processor"), info->name)
             : g_strdup (info->name);
}

guint
dip_network_get_n_recoveries (const DipNetwork *self)
{
  return dip_gpu_denoiser_get_n_recoveries (self->denoiser);
}

static KeptNetwork *
steal_kept (DipNetworks *self)
{
  KeptNetwork *kept;

  g_mutex_lock (&self->mutex);
  kept = g_steal_pointer (&self->kept);
  g_mutex_unlock (&self->mutex);

  return kept;
}

void
dip_networks_clear (DipNetworks *self)
{
  dip_network_free ((DipNetwork *) steal_kept (self));
}

static DipGraph *
build_graph (guint batch, gpointer user_data, GError **error)
{
  DipNetwork *self = user_data;

  return dip_checkpoint_build_graph (self->checkpoint, batch, self->shape.height,
                                     self->shape.width, error);
}

/* Only pairs have something to show. */
static gboolean
take_shape (KeptNetwork *self, guint max_batch, GError **error)
{
  DipNetwork *network = &self->parent;
  const DipUnetConfig *config = dip_checkpoint_get_config (network->checkpoint);
  gboolean has_size = self->width > 0 && self->height > 0;

  if (config->in_channels < 2 || config->in_channels > 3 ||
      config->class_embedding == DIP_UNET_CLASS_IDENTITY)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                   "%s: the window shows networks of two or three channels (CC, MLO, "
                   "third) whose classes are numbers; diptych-cli forward runs this one",
                   self->path);
      return FALSE;
    }
  if (!has_size && config->sample_height == 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                   "%s: its config.json has no sample_size: choose a size in the sidebar",
                   self->path);
      return FALSE;
    }

  network->shape =
      (DipDenoiserShape){ .in_channels = config->in_channels,
                          .out_channels = config->out_channels,
                          .height = has_size ? self->height : config->sample_height,
                          .width = has_size ? self->width : config->sample_width,
                          .needs_class_labels =
                              config->class_embedding != DIP_UNET_CLASS_NONE,
                          .max_batch = max_batch };
  return TRUE;
}

static gboolean
open_network (KeptNetwork *self,
              guint max_batch,
              GCancellable *cancellable,
              GError **error)
{
  DipNetwork *network = &self->parent;
  g_autoptr (DipDevice) device = NULL;
  const char *sha256;

  network->checkpoint = dip_checkpoint_open (self->path, error);
  if (network->checkpoint == NULL || !take_shape (self, max_batch, error))
    return FALSE;
  sha256 = dip_checkpoint_get_sha256 (network->checkpoint, error);
  if (sha256 == NULL || g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;

  device = dip_device_open (self->selector, error);
  if (device == NULL)
    return FALSE;
  network->denoiser =
      dip_gpu_denoiser_new (device, &network->shape, self->precision, sha256, build_graph,
                            network, NULL, cancellable, error);
  if (network->denoiser == NULL)
    return FALSE;
  network->kernels = dip_gpu_denoiser_get_kernels (network->denoiser);
  network->precision = dip_precision_get_name (self->precision);

  return TRUE;
}

DipNetwork *
dip_networks_take (DipNetworks *self,
                   const DipRunSettings *settings,
                   guint max_batch,
                   GCancellable *cancellable,
                   GError **error)
{
  g_autofree char *path =
      settings->checkpoint != NULL ? g_strdup (settings->checkpoint) : dip_demo_find ();
  KeptNetwork *network = steal_kept (self);
  DipPrecision precision = DIP_PRECISION_AUTO;

  dip_precision_from_name (settings->precision, &precision);
  if (network != NULL && g_str_equal (network->path, path) &&
      g_strcmp0 (network->selector, settings->device) == 0 &&
      network->precision == precision && network->width == settings->width &&
      network->height == settings->height && network->parent.shape.max_batch == max_batch)
    return &network->parent;

  dip_network_free ((DipNetwork *) network);
  network = g_new0 (KeptNetwork, 1);
  network->path = g_steal_pointer (&path);
  network->selector = g_strdup (settings->device);
  network->precision = precision;
  network->width = settings->width;
  network->height = settings->height;
  if (open_network (network, max_batch, cancellable, error))
    return &network->parent;

  dip_network_free (&network->parent);

  return NULL;
}

/* What is lent ----------------------------------------------------------------- */

static gboolean
lent_predict (DipDenoiser *denoiser,
              const float *x_t,
              guint batch,
              const double *timesteps,
              const gint64 *class_labels,
              float *output,
              GCancellable *cancellable,
              GError **error)
{
  LentDenoiser *self = (LentDenoiser *) denoiser;
  g_autoptr (GError) fault = NULL;

  self->has_failed = FALSE;
  if (dip_denoiser_predict (self->network->parent.denoiser, x_t, batch, timesteps,
                            class_labels, output, cancellable, &fault))
    return TRUE;

  self->has_failed = !g_error_matches (fault, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_propagate_error (error, g_steal_pointer (&fault));

  return FALSE;
}

static void
lent_announce (DipDenoiser *denoiser,
               const double *timesteps,
               guint n,
               const gint64 *class_labels,
               guint n_images)
{
  LentDenoiser *self = (LentDenoiser *) denoiser;

  dip_denoiser_announce (self->network->parent.denoiser, timesteps, n, class_labels,
                         n_images);
}

static void
lent_free (DipDenoiser *denoiser)
{
  LentDenoiser *self = (LentDenoiser *) denoiser;
  KeptNetwork *old = self->network;

  if (!self->has_failed)
    {
      g_mutex_lock (&self->networks->mutex);
      old = self->networks->kept;
      self->networks->kept = self->network;
      g_mutex_unlock (&self->networks->mutex);
    }
  dip_network_free ((DipNetwork *) old);
  dip_networks_unref (self->networks);
  g_free (self);
}

static const DipDenoiserClass lent_class = {
  .predict = lent_predict,
  .announce = lent_announce,
  .free = lent_free,
};

DipDenoiser *
dip_networks_lend (DipNetworks *self, DipNetwork *network)
{
  LentDenoiser *lent = g_new0 (LentDenoiser, 1);

  lent->networks = dip_networks_ref (self);
  lent->network = (KeptNetwork *) network;
  dip_denoiser_init (&lent->parent, &lent_class, &network->shape,
                     dip_denoiser_get_device_name (network->denoiser));

  return &lent->parent;
}
