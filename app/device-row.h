#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define DIP_TYPE_DEVICE_ROW (dip_device_row_get_type ())

G_DECLARE_FINAL_TYPE (DipDeviceRow, dip_device_row, DIP, DEVICE_ROW, AdwComboRow)

/* Which device computes: the automatic choice, or one by its name.  Devices are listed on
 * a thread; the row says what the chosen one is, and which one the automatic choice comes
 * to.
 *
 * ::chosen: somebody chose another.
 */

/* As dip_device_open() takes it; NULL: the automatic choice.  A device that is not there
 * is remembered until they are listed, and then is the automatic choice.
 */
void dip_device_row_set_device (DipDeviceRow *self, const char *name);

/* Borrowed; NULL: the automatic choice. */
const char *dip_device_row_get_device (DipDeviceRow *self);

G_END_DECLS
