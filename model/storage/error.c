#include "model/storage/error.h"

#include <errno.h>
#include <string.h>

G_DEFINE_QUARK (dip - storage - error - quark, dip_storage_error)

/* One printable line: control characters become \xNN. */
static char *
make_line (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *line = g_string_sized_new (strlen (valid));

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029)
        g_string_append_printf (line, "\\x%02x", c);
      else
        g_string_append_unichar (line, c);
    }

  return g_string_free (line, FALSE);
}

static void
set_error_valist (GError **error,
                  DipStorageError code,
                  const char *file,
                  const char *format,
                  va_list args)
{
  g_autofree char *what = g_strdup_vprintf (format, args);
  g_autofree char *text = g_strdup_printf ("%s: %s", file, what);
  g_autofree char *line = make_line (text);

  g_set_error_literal (error, DIP_STORAGE_ERROR, code, line);
}

void
dip_storage_set_error (GError **error,
                       DipStorageError code,
                       const char *file,
                       const char *format,
                       ...)
{
  va_list args;

  va_start (args, format);
  set_error_valist (error, code, file, format, args);
  va_end (args);
}

void
dip_storage_set_error_errno (GError **error,
                             const char *file,
                             int errnum,
                             const char *format,
                             ...)
{
  DipStorageError code = errnum == ENOENT || errnum == ENOTDIR
                             ? DIP_STORAGE_ERROR_NOT_FOUND
                             : DIP_STORAGE_ERROR_IO;
  g_autofree char *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);

  dip_storage_set_error (error, code, file, "%s: %s", what, g_strerror (errnum));
}
