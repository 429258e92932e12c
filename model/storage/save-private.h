#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* write() may stop early and may be interrupted; this goes on.  0 or an errno. */
int dip_write_all (int fd, const char *data, gsize n_bytes);

/* Makes a rename or a creation in @folder last.  Some file systems cannot flush a
 * folder, and by then the file is complete: not an error. */
void dip_flush_folder (const char *folder);

G_END_DECLS
