#include "model/pair/png.h"
#include "model/storage/error.h"
#include "tests/fuzz/fuzz-input.h"

#include <string.h>

static guint32
crc_of (const guint8 *data, gsize n)
{
  guint32 crc = 0xffffffffu;

  for (gsize i = 0; i < n; i++)
    {
      crc ^= data[i];
      for (guint k = 0; k < 8; k++)
        crc = crc & 1 ? 0xedb88320u ^ crc >> 1 : crc >> 1;
    }

  return ~crc;
}

/* Puts right what a mutation breaks first: the signature and each chunk's checksum.
 * Without this nothing behind them would ever be reached. */
static void
mend (guint8 *data, gsize n_bytes)
{
  gsize at = 8;

  if (n_bytes < at)
    return;

  memcpy (data, "\x89PNG\r\n\x1a\n", 8);
  while (n_bytes - at >= 12)
    {
      guint32 length, crc;

      memcpy (&length, data + at, 4);
      length = GUINT32_FROM_BE (length);
      if (length > n_bytes - at - 12)
        return;
      crc = GUINT32_TO_BE (crc_of (data + at + 4, (gsize) length + 4));
      memcpy (data + at + 8 + length, &crc, 4);
      at += (gsize) length + 12;
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize n_bytes)
{
  g_autofree guint8 *mended = g_memdup2 (data, n_bytes);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (DipPng) png = NULL;

  if (n_bytes > 0)
    mend (mended, n_bytes);
  bytes = g_bytes_new_static (mended, n_bytes);
  png = dip_png_decode (bytes, "file", &error);
  if (png == NULL)
    {
      g_assert (error != NULL && error->domain == DIP_STORAGE_ERROR);
      g_assert (strpbrk (error->message, "\n\r") == NULL);
      return 0;
    }

  g_assert (error == NULL);
  g_assert ((gsize) png->width * png->height <= DIP_PNG_MAX_PIXELS);
  g_assert (png->diptych == NULL || g_utf8_validate (png->diptych, -1, NULL));
  for (guint c = 0; c < png->n_channels; c++)
    for (gsize i = 0; i < (gsize) png->width * png->height; i++)
      g_assert (png->channels[c]->values[i] >= 0 && png->channels[c]->values[i] <= 1);

  return 0;
}
