#pragma once

#include "render/device.h"

G_BEGIN_DECLS

/* The driver's compiled kernels, kept between runs of the program under the
 * XDG cache directory (diptych/pipelines-*.cache), one file a device and
 * driver.
 *
 * Drivers trust what vkCreatePipelineCache() is given, so the bytes travel in
 * an envelope of our own: magic, format version, the device's
 * pipelineCacheUUID, driver version, length and SHA-256 of the data.  A file that
 * does not fit to the last byte is a miss, never an error; it is replaced.
 */

/* Sets up the device's VkPipelineCache, empty on a miss. */
void dip_pipeline_cache_load (DipDevice *device);

/* Writes it out, whole or not at all, if pipelines were made since. */
void dip_pipeline_cache_save (DipDevice *device);

/* Where the file of this device lies.  Free with g_free(). */
char *dip_pipeline_cache_get_path (const DipDevice *device);

G_END_DECLS
