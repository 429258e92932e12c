#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Everything that a file on disk can do wrong.  Messages are one line of valid
 * UTF-8 that begins with the file's name: "FILE: what is wrong, what was wanted,
 * what was found". */
#define DIP_STORAGE_ERROR (dip_storage_error_quark ())

typedef enum
{
  DIP_STORAGE_ERROR_FORMAT,      /* damaged, or not the format it claims to be */
  DIP_STORAGE_ERROR_UNSUPPORTED, /* understood, but nothing Diptych reads */
  DIP_STORAGE_ERROR_TOO_LARGE,   /* over a limit, or asks for more memory than it may */
  DIP_STORAGE_ERROR_NOT_FOUND,   /* no such file, tensor or key */
  DIP_STORAGE_ERROR_VALUE,       /* a JSON value of the wrong type or out of range */
  DIP_STORAGE_ERROR_IO,          /* the system refused to read or to write */
} DipStorageError;

GQuark dip_storage_error_quark (void);

/* Sets @error to "@file: " and the formatted text.  Line breaks and other control
 * characters (names come from hostile files) are written as \xNN, broken UTF-8 as
 * U+FFFD, so that the result is always one printable line.  @error may be NULL. */
void dip_storage_set_error (GError **error,
                            DipStorageError code,
                            const char *file,
                            const char *format,
                            ...) G_GNUC_PRINTF (4, 5);

/* The same, with ": " and the system's words for @errnum at the end.  The code is
 * NOT_FOUND for ENOENT and ENOTDIR, else IO. */
void dip_storage_set_error_errno (GError **error,
                                  const char *file,
                                  int errnum,
                                  const char *format,
                                  ...) G_GNUC_PRINTF (4, 5);

G_END_DECLS
