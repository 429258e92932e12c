#pragma once

#include "app/files/library-entry.h"
#include "app/files/pair-files.h"

G_BEGIN_DECLS

#define DIP_TYPE_LIBRARY (dip_library_get_type ())

G_DECLARE_FINAL_TYPE (DipLibrary, dip_library, DIP, LIBRARY, GObject)

/* The pairs that were made, in a folder of the user's data, newest first: a GListModel
 * of DipLibraryEntry.
 *
 *   STEM.png           the pair (CC, MLO, third) with its provenance: this file is the
 *                      pair; where it is, the pair is in the library
 *   STEM.safetensors   the same as float32, written before it
 *   STEM.masks.json    masks of it that were corrected by hand (model/pair/mask-set.h)
 *   manifest.jsonl     a line a pair (app/files/manifest.h), written after it, so that
 *                      the library opens without reading every picture
 *   notes.jsonl        a line a change: {"name": STEM, "starred": …, "note": …},
 *                      the last of a name counts
 *   .deleted/          pairs whose deletion can still be undone
 *
 * Every file appears whole or not at all, so a program that is killed at any moment
 * leaves either the whole pair or none: opening puts right what is missing in the
 * manifest and takes away what is left of unfinished saves.
 *
 * Main thread, unless it says otherwise.
 */

/* @folder: made when the first pair is saved; NULL: diptych/pairs in the user's data
 * (XDG_DATA_HOME).  Empty until loaded.
 */
DipLibrary *dip_library_new (const char *folder);
const char *dip_library_get_folder (DipLibrary *self);

/* Reads the folder on a thread of its own.  A damaged line or picture is left out with a
 * g_message(), never an error: what can be opened is.  Entries that were added meanwhile
 * stay.
 */
void dip_library_load_async (DipLibrary *self,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
gboolean dip_library_load_finish (DipLibrary *self, GAsyncResult *result, GError **error);

/* Any thread; blocks on the disk.  Saves the pair of @output (seed, pair, sample,
 * provenance; stem and the rest are set here) and lists it.  Returns the path of the PNG,
 * or NULL with DIP_STORAGE_ERROR, and then nothing is left of it.
 */
char *dip_library_write (const char *folder,
                         const DipPairOutput *output,
                         double seconds,
                         GError **error);

/* Puts a pair that was written first.  @provenance is borrowed.  Returns the entry,
 * borrowed.
 */
DipLibraryEntry *
dip_library_add (DipLibrary *self, const char *path, const json_t *provenance);

/* The entry of a PNG, borrowed, or NULL. */
DipLibraryEntry *dip_library_find (DipLibrary *self, const char *path);

/* Sets and notes it down; FALSE with @error and nothing changed if it cannot be. */
gboolean dip_library_set_starred (DipLibrary *self,
                                  DipLibraryEntry *entry,
                                  gboolean starred,
                                  GError **error);
gboolean dip_library_set_note (DipLibrary *self,
                               DipLibraryEntry *entry,
                               const char *note,
                               GError **error);

/* Takes the pair out of the list and puts its files aside. */
gboolean dip_library_delete (DipLibrary *self, DipLibraryEntry *entry, GError **error);

/* Brings a deleted pair back to where it was. */
gboolean dip_library_undelete (DipLibrary *self, DipLibraryEntry *entry, GError **error);

/* Ends the time in which deletions can be undone: what was put aside goes to the
 * desktop's trash, or where there is none is removed.  Done at loading too.
 */
void dip_library_empty_deleted (DipLibrary *self);

G_END_DECLS
