#include "model/checkpoint/error.h"

#include "model/storage/error.h"

G_DEFINE_QUARK (dip - checkpoint - error - quark, dip_checkpoint_error)

void
dip_checkpoint_set_error (GError **error,
                          DipCheckpointError code,
                          const char *file,
                          const char *format,
                          ...)
{
  g_autofree char *what = NULL;
  GError *line = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);

  dip_storage_set_error (&line, DIP_STORAGE_ERROR_FORMAT, file, "%s", what);
  line->domain = DIP_CHECKPOINT_ERROR;
  line->code = code;
  g_propagate_error (error, line);
}
