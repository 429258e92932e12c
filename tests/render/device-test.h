#pragma once

#include "render/device.h"

G_BEGIN_DECLS

/* The device the tests run on.  Where there is none the test is skipped (NULL
 * is returned), but fails if DIPTYCH_REQUIRE_DEVICE is set, as ./check does.
 * The same where a validation layer was asked for and is not installed.
 */
DipDevice *dip_test_open_device (void);

/* Hides every driver from instances made from now on; and shows them again, the
 * environment being exactly as it was found.
 */
typedef struct _DipTestDrivers DipTestDrivers;
DipTestDrivers *dip_test_hide_drivers (void);
void dip_test_show_drivers (DipTestDrivers *self);

/* A generator with a seed that the log shows (--seed repeats a run). */
GRand *dip_test_rand_new (void);

G_END_DECLS
