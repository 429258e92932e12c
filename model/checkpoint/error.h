#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a folder that is meant to be a checkpoint can do wrong, beyond what a single
 * file can (that is DIP_STORAGE_ERROR, which the functions of this room pass on).
 * Messages are one line that begins with the file or the folder. */
#define DIP_CHECKPOINT_ERROR (dip_checkpoint_error_quark ())

typedef enum
{
  DIP_CHECKPOINT_ERROR_NOT_FOUND,   /* no checkpoint here, or a part of it is missing */
  DIP_CHECKPOINT_ERROR_UNSUPPORTED, /* understood, but a network Diptych does not run */
  DIP_CHECKPOINT_ERROR_CONFIG,      /* a configuration that contradicts itself */
  DIP_CHECKPOINT_ERROR_WEIGHTS,     /* weights that do not fit the configuration */
  DIP_CHECKPOINT_ERROR_SIZE,        /* a picture size the network cannot take */
} DipCheckpointError;

GQuark dip_checkpoint_error_quark (void);

/* Sets @error to "@file: " and the formatted text, made printable as
 * dip_storage_set_error() does.  @error may be NULL. */
void dip_checkpoint_set_error (GError **error,
                               DipCheckpointError code,
                               const char *file,
                               const char *format,
                               ...) G_GNUC_PRINTF (4, 5);

G_END_DECLS
