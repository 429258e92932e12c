#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What a sampler sees of a network: one blocking call.
 *
 * An implementation (the Vulkan one in render/, the reference executor, a toy
 * formula) embeds DipDenoiser as the first member of its own struct, fills it
 * with dip_denoiser_init() and hands out the pointer.
 *
 * A denoiser is used by one thread at a time, not always the same one, and
 * never by the main thread of a window, for it blocks.
 */
typedef struct _DipDenoiser DipDenoiser;

/* What predict() takes and gives.  Images are NCHW, row-major float32. */
typedef struct
{
  guint in_channels;  /* C: channels of x_t */
  guint out_channels; /* C, or 2 C for a learned variance */
  guint height;       /* H, W: of both, in pixels */
  guint width;
  guint max_batch;             /* most images in one call, at least 1 */
  gboolean needs_class_labels; /* whether class_labels may not be NULL */
} DipDenoiserShape;

typedef struct
{
  /* See dip_denoiser_predict(); the arguments were checked. */
  gboolean (*predict) (DipDenoiser *self,
                       const float *x_t,
                       guint batch,
                       const double *timesteps,
                       const gint64 *class_labels,
                       float *output,
                       GCancellable *cancellable,
                       GError **error);

  /* See dip_denoiser_announce(); NULL where nothing is gained by knowing. */
  void (*announce) (DipDenoiser *self,
                    const double *timesteps,
                    guint n,
                    const gint64 *class_labels,
                    guint n_images);

  /* Frees the embedding struct but not what dip_denoiser_init() allocated. */
  void (*free) (DipDenoiser *self);
} DipDenoiserClass;

struct _DipDenoiser
{
  const DipDenoiserClass *klass;
  DipDenoiserShape shape;
  char *device_name;
};

/* DIP_DENOISER_ERROR_DEVICE_LOST: the device is gone, and this denoiser with
 * it; a new one may go on from the last state (model/sampler/sample.h).
 * DIP_DENOISER_ERROR_FAILED: anything else an implementation cannot put into
 * the error domain of its own room.
 */
typedef enum
{
  DIP_DENOISER_ERROR_FAILED,
  DIP_DENOISER_ERROR_DEVICE_LOST,
} DipDenoiserError;

#define DIP_DENOISER_ERROR (dip_denoiser_error_quark ())

GQuark dip_denoiser_error_quark (void);

/* Fills the embedded @self.  @klass must outlive it.  @device_name is for
 * people ("llvmpipe (LLVM 15.0.6, 256 bits)", "CPU reference"); copied.
 */
void dip_denoiser_init (DipDenoiser *self,
                        const DipDenoiserClass *klass,
                        const DipDenoiserShape *shape,
                        const char *device_name);

/* Frees the denoiser through its class.  NULL is ignored. */
void dip_denoiser_free (DipDenoiser *self);

const DipDenoiserShape *dip_denoiser_get_shape (DipDenoiser *self);
const char *dip_denoiser_get_device_name (DipDenoiser *self);

/* Evaluates the network once.  Blocks.
 *
 * @x_t           (batch, in_channels, height, width)
 * @batch         1 to max_batch
 * @timesteps     (batch), one per image; whole numbers for most solvers, but
 *                some ask between the training timesteps
 * @class_labels  (batch), or NULL where the model takes none
 * @output        (batch, out_channels, height, width), overwritten; not NULL,
 *                not @x_t
 *
 * An image's output must not depend, to the last bit, on which other images
 * share its batch.
 *
 * Fails with G_IO_ERROR_CANCELLED soon after @cancellable is cancelled, with
 * DIP_DENOISER_ERROR_DEVICE_LOST when the device is gone, or with an error of
 * the implementation.  @output is then undefined.
 */
gboolean dip_denoiser_predict (DipDenoiser *self,
                               const float *x_t,
                               guint batch,
                               const double *timesteps,
                               const gint64 *class_labels,
                               float *output,
                               GCancellable *cancellable,
                               GError **error);

/* Says which evaluations are to come: @n timesteps, each for @n_images images with those
 * class labels (or NULL), so that an implementation can compute at once what follows from
 * these alone.  It changes no result, and predict() may be asked for something else.
 * Copies; does not block: the work is a part of the next predict().
 */
void dip_denoiser_announce (DipDenoiser *self,
                            const double *timesteps,
                            guint n,
                            const gint64 *class_labels,
                            guint n_images);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipDenoiser, dip_denoiser_free)

G_END_DECLS
