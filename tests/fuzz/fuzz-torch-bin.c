#include "tests/fuzz/fuzz-input.h"

/* The first three pickles of the container before torch 1.6: magic number, protocol
 * version 1001, {"protocol_version": 1001, "little_endian": True}. */
static const char preamble[] =
    "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19."
    "\x80\x02M\xe9\x03."
    "\x80\x02}(X\x10\0\0\0protocol_versionM\xe9\x03X\x0d\0\0\0little_endian\x88u.";

/* Bytes that begin with 'L' are what follows the preamble, so that the pickle machine is
 * reached at once and without checksums.  Others are a whole file. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize n_bytes)
{
  g_autoptr (GByteArray) file = g_byte_array_new ();

  if (n_bytes == 0 || data[0] != 'L')
    {
      dip_fuzz_open (data, n_bytes);
      return 0;
    }

  g_byte_array_append (file, (const guint8 *) preamble, sizeof preamble - 1);
  g_byte_array_append (file, data + 1, n_bytes - 1);
  dip_fuzz_open (file->data, file->len);
  return 0;
}
