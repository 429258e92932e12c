#pragma once

#include "app/cli/cli.h"
#include "model/checkpoint/checkpoint.h"
#include "render/device.h"
#include "render/family.h"

G_BEGIN_DECLS

/* What the verbs that run a network begin with. */

/* The checkpoint @path names; NULL: the demo checkpoint. */
DipCheckpoint *dip_cli_open_checkpoint (const char *path, GError **error);

/* The device of --device.  A processor that stands in for a GPU is said on
 * stderr, unless it was asked for or --quiet.
 */
DipDevice *dip_cli_open_device (DipCli *cli, GError **error);

/* The kernels that --precision means for this network at this size on @device; auto
 * may have to try some (choice.h).
 */
const DipFamily *dip_cli_choose_kernels (DipCli *cli,
                                         DipDevice *device,
                                         DipCheckpoint *checkpoint,
                                         guint width,
                                         guint height,
                                         GError **error);

/* Bytes for people: "455.2 MB" (powers of ten).  Free with g_free(). */
char *dip_cli_format_bytes (guint64 n_bytes);

/* The size a network runs at: --size (NULL: the checkpoint's own), checked to
 * be there at all.
 */
gboolean dip_cli_get_size (DipCli *cli,
                           DipCheckpoint *checkpoint,
                           const char *text,
                           guint *width,
                           guint *height,
                           GError **error);

G_END_DECLS
