#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What can go wrong between Diptych and a Vulkan device. */
typedef enum
{
  DIP_RENDER_ERROR_NO_LOADER,     /* no libvulkan on this machine */
  DIP_RENDER_ERROR_NO_DRIVER,     /* a loader, but no driver that starts */
  DIP_RENDER_ERROR_NO_DEVICE,     /* no device, or none that was asked for */
  DIP_RENDER_ERROR_UNSUITABLE,    /* the device lacks something required */
  DIP_RENDER_ERROR_OUT_OF_MEMORY, /* says what was wanted and what there is */
  DIP_RENDER_ERROR_DEVICE_LOST,   /* the device is gone: open it again */
  DIP_RENDER_ERROR_TOO_LARGE,     /* one value is beyond the device's limits */
  DIP_RENDER_ERROR_FAILED,        /* any other VkResult, by name */
} DipRenderError;

#define DIP_RENDER_ERROR (dip_render_error_quark ())

GQuark dip_render_error_quark (void);

/* TRUE if @result (a VkResult) is VK_SUCCESS or a positive status.  Else FALSE
 * with "@what: VK_ERROR_..." in the code that fits.
 */
gboolean dip_render_check (int result, const char *what, GError **error);

G_END_DECLS
