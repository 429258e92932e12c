#pragma once

#include <glib.h>

#include "model/storage/tensor-file-private.h"

G_BEGIN_DECLS

/* The entries of a zip archive that is a mapped file.  Stored entries are borrowed from
 * the mapping, deflated ones are unpacked into memory of the file; either way the whole
 * entry is read once and its checksum verified.  Nothing is written anywhere. */
typedef struct _DipZipMap DipZipMap;

/* The archive that @file, which must outlive it, consists of.  NULL with @error set if
 * it has no whole directory. */
DipZipMap *dip_zip_map_open (DipTensorFile *file, GError **error);
void dip_zip_map_free (DipZipMap *self);

guint dip_zip_map_get_n_entries (DipZipMap *self);

/* The name of an entry, by number; raw bytes.  Borrowed; never NULL. */
const char *dip_zip_map_get_name (DipZipMap *self, guint index);

/* -1 if there is none of that name. */
gint64 dip_zip_map_lookup (DipZipMap *self, const char *name);

/* The content of entry @index; lives as long as the file.  NULL with @error set. */
const guchar *
dip_zip_map_read (DipZipMap *self, guint index, gsize *n_bytes, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipZipMap, dip_zip_map_free)

G_END_DECLS
