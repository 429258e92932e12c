#pragma once

#include "app/runs/run-settings.h"
#include "model/sampler/denoiser.h"
#include "render/precision.h"

G_BEGIN_DECLS

/* The network of the last run, kept on its device: loading a checkpoint and compiling
 * its kernels takes seconds, and the next run mostly wants the same.
 *
 * One network is held at most; asking for another frees it first.  Any thread, but one
 * user of a network at a time.
 */
typedef struct _DipNetworks DipNetworks;

DipNetworks *dip_networks_new (void);
DipNetworks *dip_networks_ref (DipNetworks *self);
void dip_networks_unref (DipNetworks *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipNetworks, dip_networks_unref)

/* Lets go of what is held, and with it of the device's memory. */
void dip_networks_clear (DipNetworks *self);

typedef struct
{
  struct _DipCheckpoint *checkpoint; /* model/checkpoint/checkpoint.h */
  DipDenoiserShape shape;
  const char *kernels;   /* what it computes with, as manifests say it; borrowed */
  const char *precision; /* "auto", "fp32", "fp16": what was asked for; borrowed */
  DipDenoiser *denoiser;
} DipNetwork;

/* A network for @settings, with @settings' batch (at most @max_batch): the one held, or
 * a new one.  Blocks; errors are those of checkpoint and device, or
 * G_IO_ERROR_NOT_SUPPORTED where the window cannot show what it makes.
 */
DipNetwork *dip_networks_take (DipNetworks *self,
                               const DipRunSettings *settings,
                               guint max_batch,
                               GCancellable *cancellable,
                               GError **error);

/* A denoiser that is @network's; freeing it gives the network back to be kept, or frees
 * it if it has failed.  Takes over @network, which stays valid as long as the denoiser.
 */
DipDenoiser *dip_networks_lend (DipNetworks *self, DipNetwork *network);

/* Where it is, for people: "llvmpipe (LLVM 15.0.6, 256 bits), the processor"; g_free().
 * And how often that was lost and opened anew, or another took its place.  The thread that
 * uses the denoiser.
 */
char *dip_network_describe_device (const DipNetwork *self);
guint dip_network_get_n_recoveries (const DipNetwork *self);

void dip_network_free (DipNetwork *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipNetwork, dip_network_free)

G_END_DECLS
