#pragma once

#include "app/files/library.h"

G_BEGIN_DECLS

#define DIP_LIBRARY_MANIFEST "manifest.jsonl"
#define DIP_LIBRARY_NOTES "notes.jsonl"
#define DIP_LIBRARY_DELETED ".deleted"

/* All entries of @folder, newest first, stars and notes in place; puts the folder right
 * (library.h).  Any thread; blocks.  DipLibraryEntry.
 */
GPtrArray *dip_library_scan (const char *folder);

/* Trashes or removes what was put aside. */
void dip_library_purge (const char *folder);

G_END_DECLS
