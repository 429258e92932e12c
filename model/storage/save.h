#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Files that appear whole or not at all.  All of it blocks on the disk. */

/* Makes @path a file of exactly @bytes: written to a temporary file in the same
 * folder, flushed to the disk, renamed.  At any moment, also after a crash, the path
 * holds the old file or the new one.  On failure the old file is untouched and the
 * temporary one is gone.
 *
 * A symbolic link stays a link: the file it leads to is replaced.  An existing file's
 * permissions are kept.  Anything that is no regular file (a device, a pipe, a
 * folder) and a link that leads nowhere are refused.
 *
 * Errors: NOT_FOUND (the folder does not exist), UNSUPPORTED (not a regular file), IO. */
gboolean dip_save_bytes (const char *path, GBytes *bytes, GError **error);

/* The same for the concatenation of @n_chunks pieces. */
gboolean
dip_save_chunks (const char *path, GBytes *const *chunks, gsize n_chunks, GError **error);

/* Appends @line (UTF-8, no line break inside) and a line feed in one write, and
 * flushes it to the disk.  The file is made if it is not there.  A last line without
 * its line feed is what a crash left of an earlier append: it is cut off first.  When
 * the write fails, the file is as before.  Several processes may append to one file. */
gboolean dip_append_line (const char *path, const char *line, GError **error);

/* The file's lines without their line feeds; a last line without one is left out (see
 * dip_append_line()).  Freed with g_strfreev().  Errors: NOT_FOUND, IO. */
char **dip_read_lines (const char *path, GError **error);

/* Lower-case hexadecimal sha-256.  The file is read in pieces, not into memory. */
char *dip_sha256_file (const char *path, GError **error);
char *dip_sha256_bytes (GBytes *bytes);

G_END_DECLS
