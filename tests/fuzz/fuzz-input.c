#include "tests/fuzz/fuzz-input.h"

#include "model/storage/error.h"
#include "model/storage/tensor-file.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* A file in memory that holds the bytes; the same each time. */
static const char *
write_file (const guint8 *data, gsize n_bytes)
{
  static char path[64];
  static int fd = -1;

  if (fd < 0)
    {
      fd = memfd_create ("diptych-fuzz", MFD_CLOEXEC);
      g_snprintf (path, sizeof path, "/proc/self/fd/%d", fd);
    }

  g_assert (ftruncate (fd, 0) == 0);
  g_assert (pwrite (fd, data, n_bytes, 0) == (gssize) n_bytes);
  return path;
}

static void
touch (const DipTensor *tensor)
{
  const guint8 *bytes = tensor->data;
  volatile guint8 sum = 0;

  for (gsize i = 0; i < tensor->n_bytes; i++)
    sum += bytes[i];
  (void) sum;

  if (dip_dtype_is_readable (tensor->dtype))
    {
      g_autofree float *values = dip_tensor_dup_float32 (tensor, NULL);

      g_assert (values != NULL);
    }
}

void
dip_fuzz_open (const guint8 *data, gsize n_bytes)
{
  const char *path = write_file (data, n_bytes);
  g_autoptr (GError) error = NULL;
  g_autoptr (DipTensorFile) file = dip_tensor_file_open (path, &error);

  if (file == NULL)
    {
      g_assert (error != NULL && error->domain == DIP_STORAGE_ERROR);
      g_assert (strpbrk (error->message, "\n\r") == NULL);
      g_assert (g_utf8_validate (error->message, -1, NULL));
      return;
    }

  for (guint i = 0; i < dip_tensor_file_get_n_tensors (file); i++)
    {
      const DipTensor *tensor = dip_tensor_file_get (file, i);

      touch (tensor);
      g_assert (dip_tensor_file_lookup (file, tensor->name) == tensor);
    }
}
