#pragma once

#include "model/graph/graph.h"
#include "model/sampler/denoiser.h"
#include "render/device.h"
#include "render/precision.h"

G_BEGIN_DECLS

/* A network on a Vulkan device, as a sampler sees it.
 *
 * A call is a pure function of its arguments, which lie on the host.  So a lost
 * device costs the sampler nothing: the denoiser opens the device anew, builds
 * its program again and repeats the call, with the same result to the last
 * bit; if that fails too, it goes on on the next device, and only when there
 * is none does predict() fail with DIP_DENOISER_ERROR_DEVICE_LOST.
 */

/* Builds the network for @batch images of the denoiser's size.  Called from
 * the thread of predict(), once for every batch size that comes up.
 */
typedef DipGraph *(*DipGraphFunc) (guint batch, gpointer user_data, GError **error);

/* @shape: what dip_denoiser_get_shape() will say; graphs must agree with it.
 * @precision and @checkpoint (may be NULL): as for dip_choice_make(), which chooses
 * the kernels here; a run that must move to another device may get others there.
 * The program for max_batch is built at once, so that what cannot run fails
 * here.  @free_user_data may be NULL.
 */
DipDenoiser *dip_gpu_denoiser_new (DipDevice *device,
                                   const DipDenoiserShape *shape,
                                   DipPrecision precision,
                                   const char *checkpoint,
                                   DipGraphFunc build,
                                   gpointer user_data,
                                   GDestroyNotify free_user_data,
                                   GCancellable *cancellable,
                                   GError **error);

/* How often the device had to be opened anew, and the one in use now. */
guint dip_gpu_denoiser_get_n_recoveries (DipDenoiser *denoiser);
DipDevice *dip_gpu_denoiser_get_device (DipDenoiser *denoiser);

/* Name of the kernels that compute: "generic", "cpu" (family.h). */
const char *dip_gpu_denoiser_get_kernels (DipDenoiser *denoiser);

G_END_DECLS
