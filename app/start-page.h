#pragma once

#include <adwaita.h>

#include "app/files/library.h"

G_BEGIN_DECLS

/* What a window begins with: Open Checkpoint…, Try the Demo, and what was open before:
 * checkpoints, pictures, and the newest pairs of @library.
 */
GtkWidget *dip_start_page_new (DipLibrary *library);

G_END_DECLS
