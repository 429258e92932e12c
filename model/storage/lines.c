#include "model/storage/save.h"

#include "model/storage/error.h"
#include "model/storage/save-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Where the last complete line ends: the offset after the last line feed, or 0.
 * -1 with errno set on failure. */
static gint64
find_lines_end (int fd, gint64 size)
{
  char piece[4096];

  while (size > 0)
    {
      gint64 start = MAX (0, size - (gint64) sizeof piece);
      gssize n_read = pread (fd, piece, size - start, start);
      const char *feed;

      if (n_read < 0)
        return -1;

      feed = memrchr (piece, '\n', n_read);
      if (feed != NULL)
        return start + (feed - piece) + 1;

      size = start;
    }

  return 0;
}

/* Returns 0 or an errno.  The lock keeps another process from taking a write under
 * way for a torn line. */
static int
append_locked (int fd, const char *data, gsize n_bytes)
{
  struct stat st;
  gint64 end;
  int errnum;

  /* Not every file system can lock; one process alone needs none. */
  while (flock (fd, LOCK_EX) != 0 && errno == EINTR)
    continue;
  if (fstat (fd, &st) != 0)
    return errno;

  end = find_lines_end (fd, st.st_size);
  if (end < 0)
    return errno;
  if (end < st.st_size && ftruncate (fd, end) != 0)
    return errno;

  errnum = dip_write_all (fd, data, n_bytes);
  if (errnum == 0 && fsync (fd) != 0)
    errnum = errno;
  if (errnum != 0 && ftruncate (fd, end) != 0)
    g_debug ("a torn line stays behind: %s", g_strerror (errno));

  return errnum;
}

/* A pipe would block in open() and a device has no lines to repair. */
static gboolean
check_regular_or_absent (const char *path, GError **error)
{
  struct stat st;

  if (stat (path, &st) != 0 || S_ISREG (st.st_mode))
    return TRUE;

  dip_storage_set_error (error, DIP_STORAGE_ERROR_UNSUPPORTED, path,
                         "is not a regular file: nothing appended");
  return FALSE;
}

gboolean
dip_append_line (const char *path, const char *line, GError **error)
{
  g_autofree char *text = g_strconcat (line, "\n", NULL);
  gboolean is_new = !g_file_test (path, G_FILE_TEST_EXISTS);
  int errnum;
  int fd;

  g_return_val_if_fail (strchr (line, '\n') == NULL, FALSE);

  if (!check_regular_or_absent (path, error))
    return FALSE;

  fd = open (path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
  if (fd < 0)
    {
      dip_storage_set_error_errno (error, path, errno, "cannot append");
      return FALSE;
    }

  errnum = append_locked (fd, text, strlen (text));
  if (close (fd) != 0 && errnum == 0)
    errnum = errno;

  if (errnum != 0)
    {
      dip_storage_set_error_errno (error, path, errnum, "cannot append");
      return FALSE;
    }

  if (is_new)
    {
      g_autofree char *folder = g_path_get_dirname (path);

      dip_flush_folder (folder);
    }

  return TRUE;
}

char **
dip_read_lines (const char *path, GError **error)
{
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();
  g_autofree char *text = NULL;
  g_autoptr (GError) cause = NULL;
  const char *start;
  gsize n_bytes;

  if (!g_file_get_contents (path, &text, &n_bytes, &cause))
    {
      gboolean is_absent = g_error_matches (cause, G_FILE_ERROR, G_FILE_ERROR_NOENT);

      dip_storage_set_error (
          error, is_absent ? DIP_STORAGE_ERROR_NOT_FOUND : DIP_STORAGE_ERROR_IO, path,
          "cannot read: %s", cause->message);
      return NULL;
    }

  start = text;
  for (const char *feed; (feed = memchr (start, '\n', text + n_bytes - start)) != NULL;)
    {
      g_autofree char *line = g_strndup (start, feed - start);

      g_strv_builder_add (lines, line);
      start = feed + 1;
    }

  return g_strv_builder_end (lines);
}
