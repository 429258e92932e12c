#pragma once

#include "render/device.h"

G_BEGIN_DECLS

/* What was found out about a device, kept between runs of the program: which
 * kernels auto chose, which tiles were fastest.
 *
 * One text file a device and driver under the XDG cache directory
 * (diptych/device-UUID-DRIVER.ini), a note being a value under a section and a
 * key.  Notes of another version of the program do not count.  A file that cannot
 * be read is as none, and one that cannot be written only costs finding out again.
 * Any thread.
 */

/* NULL if there is no such note.  Free with g_free(). */
char *dip_device_notes_get (DipDevice *device, const char *section, const char *key);

/* Also writes the file, whole or not at all. */
void dip_device_notes_set (DipDevice *device,
                           const char *section,
                           const char *key,
                           const char *value);

/* A note that is to be tried: forgotten when the device is closed, unless another is
 * set.
 */
void dip_device_notes_try (DipDevice *device,
                           const char *section,
                           const char *key,
                           const char *value);

/* Where the file of this device lies.  Free with g_free(). */
char *dip_device_notes_get_path (const DipDevice *device);

/* The device's part of its cache files' names: "UUID-DRIVER".  Free with g_free(). */
char *dip_device_notes_get_device_key (const DipDevice *device);

G_END_DECLS
