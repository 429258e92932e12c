#pragma once

#include "app/cli/cli.h"
#include "render/device.h"

G_BEGIN_DECLS

/* `bench --ops`: times every case of the table that the tests check
 * (render/op-table.h), @repeats times each after one run that is not counted.
 * Prints a table, or JSON.
 */
gboolean dip_bench_ops (DipCli *cli, DipDevice *device, guint repeats, GError **error);

G_END_DECLS
