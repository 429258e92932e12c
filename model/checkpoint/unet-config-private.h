#pragma once

#include "model/checkpoint/unet-config.h"
#include "model/storage/json.h"

/* What dip_unet_config_load() is made of: unet-config.c reads keys one by one,
 * unet-config-blocks.c the lists of blocks and what must hold between keys. */

gboolean dip_unet_config_read_blocks (DipUnetConfig *self, DipJson *json, GError **error);
gboolean
dip_unet_config_check (const DipUnetConfig *self, const char *file, GError **error);
