#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Temporary checkpoint folders.  A failure to read or write aborts the test. */

/* A new empty folder; remove it with folder_remove(), which also frees the path. */
char *folder_new (void);
void folder_remove (char *path);

/* Copies @from and everything in it to @to, which need not exist; links are followed. */
void folder_copy (const char *from, const char *to);

/* Writes ROOT/NAME, making the folders on the way. */
void folder_write (const char *root, const char *name, const char *text);

/* Copies one file to ROOT/NAME. */
void folder_copy_file (const char *from, const char *root, const char *name);

typedef char TemporaryFolder;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TemporaryFolder, folder_remove)

G_END_DECLS
