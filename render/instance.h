#pragma once

#include <volk.h>

#include "render/error.h"

G_BEGIN_DECLS

/* The process's one Vulkan instance: made for the first user, destroyed after
 * the last.  Any thread.
 *
 * Where a validation layer was asked for by VK_INSTANCE_LAYERS, its messages
 * become warnings of this library (fatal in tests).
 */

/* NO_LOADER or NO_DRIVER say what to install. */
gboolean dip_instance_take (GError **error);
void dip_instance_give_back (void);

/* Valid between the two. */
VkInstance dip_instance_get (void);

/* Whether the validation layer is there and reports. */
gboolean dip_instance_is_validated (void);

/* volkInitialize(), to be replaced where a missing loader is to be tried. */
extern VkResult (*dip_instance_find_loader) (void);

G_END_DECLS
