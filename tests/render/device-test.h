#pragma once

#include "render/device.h"

G_BEGIN_DECLS

/* The device the tests run on.  Where there is none the test is skipped (NULL
 * is returned), but fails if DIPTYCH_REQUIRE_DEVICE is set, as ./check does.
 * The same where a validation layer was asked for and is not installed.
 */
DipDevice *dip_test_open_device (void);

/* A generator with a seed that the log shows (--seed repeats a run). */
GRand *dip_test_rand_new (void);

G_END_DECLS
