#include "render/device-private.h"
#include "render/recorder-private.h"

#include <string.h>

void
dip_recorder_note (DipRecorder *self, const DipDispatch *dispatch)
{
  DipKernelVariant variant = {
    .kernel = dispatch->kernel,
    .n_constants = dispatch->n_constants,
  };

  g_assert (dispatch->n_constants <= DIP_MAX_CONSTANTS);
  if (dispatch->n_constants > 0)
    memcpy (variant.constants, dispatch->constants,
            dispatch->n_constants * sizeof *dispatch->constants);
  g_array_append_val (self->survey, variant);
}

gboolean
dip_recorder_compile (DipRecorder *self, GCancellable *cancellable, GError **error)
{
  const DipKernelVariant *variants;

  g_return_val_if_fail (self->survey != NULL, FALSE);

  variants = (const DipKernelVariant *) self->survey->data;
  if (self->error == NULL)
    return dip_device_make_pipelines (self->device, variants, self->survey->len, error) &&
           dip_device_warm_pipelines (self->device, variants, self->survey->len,
                                      cancellable, error);

  g_propagate_error (error, g_error_copy (self->error));
  return FALSE;
}
