#include "tests/fuzz/fuzz-input.h"

#include <string.h>

/* Bytes that begin with '{' are a header, up to the first NUL, and data; the length is put
 * in front, which random changes would seldom get right.  Others are a whole file. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize n_bytes)
{
  g_autoptr (GByteArray) file = g_byte_array_new ();
  const guint8 *end;
  guint64 length;

  if (n_bytes == 0 || data[0] != '{')
    {
      dip_fuzz_open (data, n_bytes);
      return 0;
    }

  end = memchr (data, '\0', n_bytes);
  length = GUINT64_TO_LE (end != NULL ? (gsize) (end - data) : n_bytes);
  g_byte_array_append (file, (const guint8 *) &length, sizeof length);
  g_byte_array_append (file, data, length);
  if (end != NULL)
    g_byte_array_append (file, end + 1, n_bytes - length - 1);

  dip_fuzz_open (file->data, file->len);
  return 0;
}
