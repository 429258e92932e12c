#include "model/storage/save.h"

#include "model/storage/error.h"
#include "model/storage/save-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Bytes read at a time. */
#define PIECE_BYTES (1 << 20)

int
dip_write_all (int fd, const char *data, gsize n_bytes)
{
  while (n_bytes > 0)
    {
      gssize written = write (fd, data, MIN (n_bytes, (gsize) 1 << 30));

      if (written < 0 && errno == EINTR)
        continue;
      if (written < 0)
        return errno;

      data += written;
      n_bytes -= written;
    }

  return 0;
}

void
dip_flush_folder (const char *folder)
{
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0)
    return;

  fsync (fd);
  close (fd);
}

/* The path that the rename will replace, links followed; *exists says whether a file
 * is there, *mode its permissions.  NULL with @error set if it is nothing to replace. */
static char *
resolve_target (const char *path, gboolean *exists, mode_t *mode, GError **error)
{
  g_autofree char *real = realpath (path, NULL);
  struct stat st;

  *exists = real != NULL;

  if (real == NULL && errno != ENOENT)
    {
      dip_storage_set_error_errno (error, path, errno, "cannot write");
      return NULL;
    }

  if (real == NULL && lstat (path, &st) == 0)
    {
      dip_storage_set_error (error, DIP_STORAGE_ERROR_UNSUPPORTED, path,
                             "is a link that leads nowhere: not written");
      return NULL;
    }

  if (real == NULL)
    return g_strdup (path);

  if (stat (real, &st) != 0)
    {
      dip_storage_set_error_errno (error, path, errno, "cannot write");
      return NULL;
    }

  if (!S_ISREG (st.st_mode))
    {
      dip_storage_set_error (error, DIP_STORAGE_ERROR_UNSUPPORTED, path,
                             "is not a regular file: not replaced");
      return NULL;
    }

  *mode = st.st_mode & 07777;
  return g_strdup (real);
}

static int
write_chunks (int fd, GBytes *const *chunks, gsize n_chunks)
{
  for (gsize i = 0; i < n_chunks; i++)
    {
      gsize n_bytes;
      const char *data = g_bytes_get_data (chunks[i], &n_bytes);
      int errnum = dip_write_all (fd, data, n_bytes);

      if (errnum != 0)
        return errnum;
    }

  return 0;
}

/* Fills, flushes and closes @fd in any case; @mode is NULL to leave the permissions as
 * they are.  Returns 0 or an errno. */
static int
fill_and_close (int fd, const mode_t *mode, GBytes *const *chunks, gsize n_chunks)
{
  int errnum = write_chunks (fd, chunks, n_chunks);

  if (errnum == 0 && mode != NULL && fchmod (fd, *mode) != 0)
    errnum = errno;
  if (errnum == 0 && fsync (fd) != 0)
    errnum = errno;
  if (close (fd) != 0 && errnum == 0)
    errnum = errno;

  return errnum;
}

gboolean
dip_save_chunks (const char *path, GBytes *const *chunks, gsize n_chunks, GError **error)
{
  gboolean exists;
  mode_t mode;
  g_autofree char *target = resolve_target (path, &exists, &mode, error);
  g_autofree char *folder = NULL;
  g_autofree char *base = NULL;
  g_autofree char *temporary = NULL;
  int errnum;
  int fd;

  if (target == NULL)
    return FALSE;

  folder = g_path_get_dirname (target);
  base = g_path_get_basename (target);
  temporary = g_strdup_printf ("%s/.%.200s.XXXXXX", folder, base);

  fd = g_mkstemp_full (temporary, O_RDWR | O_CLOEXEC, 0666);
  if (fd < 0)
    {
      dip_storage_set_error_errno (error, path, errno, "cannot write");
      return FALSE;
    }

  errnum = fill_and_close (fd, exists ? &mode : NULL, chunks, n_chunks);
  if (errnum == 0 && rename (temporary, target) != 0)
    errnum = errno;

  if (errnum != 0)
    {
      unlink (temporary);
      dip_storage_set_error_errno (error, path, errnum, "cannot write");
      return FALSE;
    }

  dip_flush_folder (folder);
  return TRUE;
}

gboolean
dip_save_bytes (const char *path, GBytes *bytes, GError **error)
{
  return dip_save_chunks (path, &bytes, 1, error);
}

char *
dip_sha256_file (const char *path, GError **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guchar *piece = g_malloc (PIECE_BYTES);
  gssize n_read;
  int errnum;
  int fd = open (path, O_RDONLY | O_CLOEXEC);

  if (fd < 0)
    {
      dip_storage_set_error_errno (error, path, errno, "cannot read");
      return NULL;
    }

  while ((n_read = read (fd, piece, PIECE_BYTES)) > 0 || (n_read < 0 && errno == EINTR))
    if (n_read > 0)
      g_checksum_update (checksum, piece, n_read);

  errnum = errno;
  close (fd);
  if (n_read < 0)
    {
      dip_storage_set_error_errno (error, path, errnum, "cannot read");
      return NULL;
    }

  return g_strdup (g_checksum_get_string (checksum));
}

char *
dip_sha256_bytes (GBytes *bytes)
{
  return g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
}
