#include "model/storage/error.h"
#include "model/storage/tensor-file-private.h"
#include "model/storage/torch-state.h"
#include "model/storage/zip-map.h"

#include <string.h>

/* The container torch.save() writes since version 1.6: a zip archive with one folder of
 * any name, in it data.pkl (the state dict), data/KEY (the bytes of each storage), and
 * small records that say how it was written. */

#define PICKLE_NAME "data.pkl"

static gboolean
fail (DipTensorFile *self, DipStorageError code, const char *what, GError **error)
{
  dip_storage_set_error (error, code, self->path, "%s", what);
  return FALSE;
}

/* The folder that holds the one data.pkl, without a slash; NULL with @error set. */
static char *
find_folder (DipTensorFile *self, DipZipMap *zip, GError **error)
{
  g_autofree char *folder = NULL;

  for (guint i = 0; i < dip_zip_map_get_n_entries (zip); i++)
    {
      const char *name = dip_zip_map_get_name (zip, i);

      if (!g_str_has_suffix (name, "/" PICKLE_NAME))
        continue;

      if (folder != NULL)
        {
          fail (self, DIP_STORAGE_ERROR_FORMAT,
                "its zip archive has more than one data.pkl, wanted one state dict",
                error);
          return NULL;
        }
      folder = g_strndup (name, strlen (name) - strlen ("/" PICKLE_NAME));
    }

  if (folder == NULL)
    fail (self, DIP_STORAGE_ERROR_UNSUPPORTED,
          "is a zip archive without a data.pkl, so no PyTorch state dict", error);
  return g_steal_pointer (&folder);
}

static gint64
lookup (DipZipMap *zip, const char *folder, const char *name)
{
  g_autofree char *full = g_strconcat (folder, "/", name, NULL);

  return dip_zip_map_lookup (zip, full);
}

/* A program has code beside its tensors; foreign byte order is only a record. */
static gboolean
check_records (DipTensorFile *self, DipZipMap *zip, const char *folder, GError **error)
{
  gint64 index = lookup (zip, folder, "byteorder");
  const guchar *order;
  gsize n_bytes;

  if (lookup (zip, folder, "constants.pkl") >= 0)
    return fail (self, DIP_STORAGE_ERROR_UNSUPPORTED,
                 "is a TorchScript program, wanted a plain state dict", error);

  if (index < 0)
    return TRUE;

  order = dip_zip_map_read (zip, index, &n_bytes, error);
  if (order == NULL)
    return FALSE;
  if (n_bytes == strlen ("little") && memcmp (order, "little", n_bytes) == 0)
    return TRUE;

  return fail (self, DIP_STORAGE_ERROR_UNSUPPORTED,
               "was written on a big-endian machine, wanted little-endian numbers",
               error);
}

static DipPickle *
read_pickle (DipTensorFile *self, DipZipMap *zip, const char *folder, GError **error)
{
  gsize n_bytes;
  const guchar *bytes =
      dip_zip_map_read (zip, lookup (zip, folder, PICKLE_NAME), &n_bytes, error);

  return bytes != NULL ? dip_pickle_read (self, bytes, n_bytes, NULL, error) : NULL;
}

static gboolean
read_storage (DipTensorFile *self,
              DipZipMap *zip,
              const char *folder,
              DipTorchStorage *storage,
              GError **error)
{
  g_autofree char *name = g_strconcat ("data/", storage->key, NULL);
  gint64 index = lookup (zip, folder, name);
  gsize n_bytes;

  if (index < 0)
    {
      dip_storage_set_error (error, DIP_STORAGE_ERROR_FORMAT, self->path,
                             "storage '%s' is missing from its zip archive", name);
      return FALSE;
    }

  storage->data = dip_zip_map_read (zip, index, &n_bytes, error);
  if (storage->data == NULL)
    return FALSE;
  if (n_bytes == storage->n_bytes)
    return TRUE;

  dip_storage_set_error (error, DIP_STORAGE_ERROR_FORMAT, self->path,
                         "storage '%s' has %" G_GSIZE_FORMAT
                         " bytes, its pickle says %" G_GSIZE_FORMAT,
                         name, n_bytes, storage->n_bytes);
  return FALSE;
}

static gboolean
read_storages (DipTensorFile *self,
               DipZipMap *zip,
               const char *folder,
               DipTorchState *state,
               GError **error)
{
  GPtrArray *storages = dip_torch_state_get_storages (state);

  for (guint i = 0; i < storages->len; i++)
    if (!read_storage (self, zip, folder, g_ptr_array_index (storages, i), error))
      return FALSE;

  return TRUE;
}

gboolean
dip_torch_zip_load (DipTensorFile *self, GError **error)
{
  g_autoptr (DipZipMap) zip = dip_zip_map_open (self, error);
  g_autofree char *folder = NULL;
  g_autoptr (DipPickle) pickle = NULL;
  g_autoptr (DipTorchState) state = NULL;

  if (zip == NULL)
    return FALSE;

  folder = find_folder (self, zip, error);
  if (folder == NULL || !check_records (self, zip, folder, error))
    return FALSE;

  pickle = read_pickle (self, zip, folder, error);
  if (pickle == NULL)
    return FALSE;

  state = dip_torch_state_new (self, pickle, error);
  return state != NULL && read_storages (self, zip, folder, state, error) &&
         dip_torch_state_finish (state, error);
}
