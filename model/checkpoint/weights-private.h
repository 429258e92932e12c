#pragma once

#include "model/checkpoint/unet-config.h"

/* weights.c opens files and binds values, weights-check.c compares what is there with
 * what the network wants. */

/* Whether @tensors (today's name → const DipTensor) holds every weight of @config's
 * network with its shape and a readable dtype.  Appends their names (owned by
 * @tensors) to @used, in the order of use.  @source is what a message about a missing
 * tensor names. */
gboolean dip_unet_weights_check (GHashTable *tensors,
                                 const char *source,
                                 const DipUnetConfig *config,
                                 GPtrArray *used,
                                 GError **error);
