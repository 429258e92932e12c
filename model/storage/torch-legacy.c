#include "model/storage/error.h"
#include "model/storage/tensor-file-private.h"

gboolean
dip_torch_legacy_load (DipTensorFile *self, GError **error)
{
  dip_storage_set_error (error, DIP_STORAGE_ERROR_UNSUPPORTED, self->path,
                         "is a PyTorch state dict, which this version does not read");
  return FALSE;
}
