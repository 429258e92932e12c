#pragma once

#include <gio/gio.h>
#include <jansson.h>

G_BEGIN_DECLS

#define DIP_TYPE_LIBRARY_ENTRY (dip_library_entry_get_type ())

G_DECLARE_FINAL_TYPE (DipLibraryEntry, dip_library_entry, DIP, LIBRARY_ENTRY, GObject)

/* One pair of the library.  ::notify::starred, ::notify::note.  Change them through the
 * library, which notes them down.
 */

/* @provenance is borrowed. */
DipLibraryEntry *dip_library_entry_new (const char *path, const json_t *provenance);

/* Of the PNG; and of the exact values beside it, which need not be there. */
const char *dip_library_entry_get_path (DipLibraryEntry *self);
char *dip_library_entry_make_values_path (DipLibraryEntry *self);

/* The name of its files without an ending. */
const char *dip_library_entry_get_stem (DipLibraryEntry *self);

/* Its line of the manifest.  It is kept as text and read anew each time: a library has
 * thousands of entries, and few are asked.  The caller's. */
json_t *dip_library_entry_make_provenance (DipLibraryEntry *self);
gint64 dip_library_entry_get_seed (DipLibraryEntry *self);      /* -1 if it has none */
const char *dip_library_entry_get_time (DipLibraryEntry *self); /* ISO 8601, or "" */

/* "DDIM · 50 steps", for people. */
char *dip_library_entry_describe (DipLibraryEntry *self);

gboolean dip_library_entry_get_starred (DipLibraryEntry *self);
const char *dip_library_entry_get_note (DipLibraryEntry *self); /* "" for none */

void dip_library_entry_set_starred (DipLibraryEntry *self, gboolean starred);
/* Where it was in the library when it was deleted. */
guint dip_library_entry_get_position (DipLibraryEntry *self);
void dip_library_entry_set_position (DipLibraryEntry *self, guint position);

void dip_library_entry_set_note (DipLibraryEntry *self, const char *note);

G_END_DECLS
