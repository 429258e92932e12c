#pragma once

#include <glib.h>

/* Opens the bytes as a file of tensors and touches every byte that a tensor lends out;
 * aborts if the reader breaks a promise of its header. */
void dip_fuzz_open (const guint8 *data, gsize n_bytes);

int LLVMFuzzerTestOneInput (const guint8 *data, gsize n_bytes);
