#include "model/storage/zip-map.h"

#include "model/storage/error.h"

#include <string.h>
#include <zip.h>

/* libzip reads the whole directory for each end record it finds in the tail, where a
 * comment may hold thousands: both numbers bound its time.  It holds up to 400 bytes for
 * an entry. */
#define MAX_ENTRIES 16384
#define MAX_END_RECORDS 4
#define TAIL_BYTES (64 * 1024 + 22)
#define BYTES_PER_ENTRY 400

#define PIECE_BYTES (64 * 1024)

/* What libzip reads from: the mapping, and where its last read began. */
struct _DipZipMap
{
  DipTensorFile *file; /* borrowed */
  zip_t *archive;
  guint64 position;
  guint64 read_start;
  zip_error_t fault;
};

static gboolean
fail_zip (DipZipMap *self, const char *what, zip_error_t *fault, GError **error)
{
  dip_storage_set_error (error, DIP_STORAGE_ERROR_FORMAT, self->file->path, "%s: %s",
                         what, zip_error_strerror (fault));
  return FALSE;
}

static zip_int64_t
read_source (DipZipMap *self, void *data, zip_uint64_t n_bytes)
{
  gsize n_left = self->file->n_bytes - MIN (self->position, self->file->n_bytes);

  n_bytes = MIN (n_bytes, n_left);
  self->read_start = self->position;
  if (n_bytes > 0)
    memcpy (data, self->file->bytes + self->position, n_bytes);

  self->position += n_bytes;
  return n_bytes;
}

static zip_int64_t
seek_source (DipZipMap *self, void *data, zip_uint64_t n_bytes)
{
  zip_int64_t position = zip_source_seek_compute_offset (
      self->position, self->file->n_bytes, data, n_bytes, &self->fault);

  if (position < 0)
    return -1;

  self->position = position;
  return 0;
}

static zip_int64_t
stat_source (DipZipMap *self, zip_stat_t *st)
{
  zip_stat_init (st);
  st->size = self->file->n_bytes;
  st->valid |= ZIP_STAT_SIZE;
  return sizeof *st;
}

static zip_int64_t
source_cb (void *user_data, void *data, zip_uint64_t n_bytes, zip_source_cmd_t command)
{
  DipZipMap *self = user_data;

  switch (command)
    {
    case ZIP_SOURCE_SUPPORTS:
      return zip_source_make_command_bitmap (
          ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE, ZIP_SOURCE_STAT,
          ZIP_SOURCE_ERROR, ZIP_SOURCE_FREE, ZIP_SOURCE_SEEK, ZIP_SOURCE_TELL,
          ZIP_SOURCE_SUPPORTS, -1);
    case ZIP_SOURCE_OPEN:
      self->position = 0;
      return 0;
    case ZIP_SOURCE_READ:
      return read_source (self, data, n_bytes);
    case ZIP_SOURCE_SEEK:
      return seek_source (self, data, n_bytes);
    case ZIP_SOURCE_TELL:
      return self->position;
    case ZIP_SOURCE_STAT:
      return stat_source (self, data);
    case ZIP_SOURCE_ERROR:
      return zip_error_to_data (&self->fault, data, n_bytes);
    case ZIP_SOURCE_CLOSE:
    case ZIP_SOURCE_FREE:
      return 0;
    default:
      zip_error_set (&self->fault, ZIP_ER_OPNOTSUPP, 0);
      return -1;
    }
}

static gsize
count_signatures (const guchar *start, const guchar *end, const char *signature)
{
  gsize n_found = 0;

  while ((start = memmem (start, end - start, signature, 4)) != NULL)
    {
      n_found++;
      start += 4;
    }

  return n_found;
}

/* Pays for what libzip will hold. */
static gboolean
charge_entries (DipZipMap *self, GError **error)
{
  const guchar *start = self->file->bytes;
  const guchar *end = start + self->file->n_bytes;
  const guchar *tail = end - MIN (self->file->n_bytes, TAIL_BYTES);
  gsize n_entries = count_signatures (start, end, "PK\x01\x02");

  if (n_entries <= MAX_ENTRIES &&
      count_signatures (tail, end, "PK\x05\x06") <= MAX_END_RECORDS)
    return dip_tensor_file_charge (self->file, n_entries * BYTES_PER_ENTRY,
                                   "its zip directory", error);

  dip_storage_set_error (error, DIP_STORAGE_ERROR_TOO_LARGE, self->file->path,
                         "its zip archive has more than %d entries or more than %d end "
                         "records",
                         MAX_ENTRIES, MAX_END_RECORDS);
  return FALSE;
}

/* Without ZIP_CHECKCONS: what torch writes has sizes and sums in the directory only, which
 * libzip 1.12 would take for a contradiction.  What is read is held against the
 * directory's size and sum.
 */
static gboolean
open_archive (DipZipMap *self, GError **error)
{
  zip_error_t fault;
  zip_source_t *source;

  zip_error_init (&fault);
  source = zip_source_function_create (source_cb, self, &fault);
  if (source != NULL)
    self->archive = zip_open_from_source (source, ZIP_RDONLY, &fault);

  if (self->archive == NULL)
    {
      fail_zip (self, "its zip archive is damaged or cut off", &fault, error);
      if (source != NULL)
        zip_source_free (source);
    }

  zip_error_fini (&fault);
  return self->archive != NULL;
}

/* Entries that overlap would let a small file ask for any amount of reading. */
static gboolean
check_sizes (DipZipMap *self, GError **error)
{
  guint64 n_packed = 0;

  for (guint i = 0; i < dip_zip_map_get_n_entries (self); i++)
    {
      zip_stat_t st;

      if (zip_stat_index (self->archive, i, 0, &st) != 0)
        return fail_zip (self, "its zip archive is damaged",
                         zip_get_error (self->archive), error);

      if (!g_uint64_checked_add (&n_packed, n_packed, st.comp_size) ||
          n_packed > self->file->n_bytes)
        {
          dip_storage_set_error (
              error, DIP_STORAGE_ERROR_FORMAT, self->file->path,
              "the entries of its zip archive have more bytes than the "
              "file: damaged");
          return FALSE;
        }
    }

  return TRUE;
}

DipZipMap *
dip_zip_map_open (DipTensorFile *file, GError **error)
{
  g_autoptr (DipZipMap) self = g_new0 (DipZipMap, 1);

  self->file = file;
  zip_error_init (&self->fault);

  if (!charge_entries (self, error) || !open_archive (self, error) ||
      !check_sizes (self, error))
    return NULL;

  return g_steal_pointer (&self);
}

void
dip_zip_map_free (DipZipMap *self)
{
  if (self == NULL)
    return;

  if (self->archive != NULL)
    zip_discard (self->archive);
  zip_error_fini (&self->fault);
  g_free (self);
}

guint
dip_zip_map_get_n_entries (DipZipMap *self)
{
  return MAX (zip_get_num_entries (self->archive, 0), 0);
}

const char *
dip_zip_map_get_name (DipZipMap *self, guint index)
{
  const char *name = zip_get_name (self->archive, index, ZIP_FL_ENC_RAW);

  return name != NULL ? name : "";
}

gint64
dip_zip_map_lookup (DipZipMap *self, const char *name)
{
  return zip_name_locate (self->archive, name, ZIP_FL_ENC_RAW);
}

/* Reads a stored entry to its end, so that libzip checks its sum, and finds where it
 * begins in the mapping: libzip reads a stored entry's bytes straight from its source. */
static const guchar *
find_stored (DipZipMap *self, zip_file_t *entry, gsize n_bytes)
{
  g_autofree guchar *piece = g_malloc (PIECE_BYTES);
  guint64 start = 0;
  gsize n_done = 0;

  for (;;)
    {
      zip_int64_t n_read = zip_fread (entry, piece, PIECE_BYTES);

      if (n_read < 0 || (gsize) n_read > n_bytes - n_done)
        return NULL;
      if (n_read == 0)
        break;

      if (n_done == 0)
        start = self->read_start;
      if (self->read_start != start + n_done ||
          start + n_done + n_read > self->file->n_bytes ||
          memcmp (piece, self->file->bytes + start + n_done, n_read) != 0)
        return NULL;
      n_done += n_read;
    }

  return n_done == n_bytes ? self->file->bytes + start : NULL;
}

/* Unpacks an entry that says it has @n_bytes; one byte more is asked for, so that more
 * is noticed and the end, where the sum is checked, is reached. */
static const guchar *
unpack (DipZipMap *self, zip_file_t *entry, gsize n_bytes, GError **error)
{
  guchar *data =
      dip_tensor_file_alloc (self->file, n_bytes, "an entry of its zip archive", error);
  gsize n_done = 0;
  guchar extra;

  if (data == NULL)
    return NULL;

  while (n_done < n_bytes)
    {
      zip_int64_t n_read = zip_fread (entry, data + n_done, n_bytes - n_done);

      if (n_read <= 0)
        return NULL;
      n_done += n_read;
    }

  return zip_fread (entry, &extra, 1) == 0 ? data : NULL;
}

static gboolean
check_method (DipZipMap *self, const zip_stat_t *st, GError **error)
{
  gboolean is_known =
      st->comp_method == ZIP_CM_STORE || st->comp_method == ZIP_CM_DEFLATE;

  if (is_known && st->encryption_method == ZIP_EM_NONE &&
      (st->comp_method == ZIP_CM_DEFLATE || st->size == st->comp_size))
    return TRUE;

  dip_storage_set_error (
      error, DIP_STORAGE_ERROR_UNSUPPORTED, self->file->path,
      "entry '%.100s' of its zip archive is %s, wanted a plain stored one", st->name,
      !is_known                              ? "compressed oddly"
      : st->encryption_method != ZIP_EM_NONE ? "encrypted"
                                             : "of two sizes");
  return FALSE;
}

const guchar *
dip_zip_map_read (DipZipMap *self, guint index, gsize *n_bytes, GError **error)
{
  g_autoptr (GError) cause = NULL;
  const guchar *data = NULL;
  zip_file_t *entry;
  zip_stat_t st;

  if (zip_stat_index (self->archive, index, ZIP_FL_ENC_RAW, &st) != 0)
    {
      fail_zip (self, "its zip archive is damaged", zip_get_error (self->archive), error);
      return NULL;
    }

  if (!check_method (self, &st, error))
    return NULL;

  entry = zip_fopen_index (self->archive, index, 0);
  if (entry != NULL)
    {
      data = st.comp_method == ZIP_CM_STORE ? find_stored (self, entry, st.size)
                                            : unpack (self, entry, st.size, &cause);
      zip_fclose (entry);
    }

  if (cause != NULL)
    g_propagate_error (error, g_steal_pointer (&cause));
  else if (data == NULL)
    dip_storage_set_error (
        error, DIP_STORAGE_ERROR_FORMAT, self->file->path,
        "entry '%.100s' of its zip archive is damaged: size or checksum "
        "do not fit its content",
        st.name);

  *n_bytes = st.size;
  return data;
}
