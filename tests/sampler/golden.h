#pragma once

#include "model/storage/json.h"
#include "model/storage/tensor-file.h"

G_BEGIN_DECLS

/* Reference results under tests/data, for the tests of this room. */

/* "@folder/@stem@suffix" under tests/data. */
char *golden_path (const char *folder, const char *stem, const char *suffix);

DipJson *golden_json (const char *folder, const char *stem);
DipTensorFile *golden_tensors (const char *folder, const char *stem);

/* The tensor's values as float32; *n_values may be NULL.  Aborts if there is none. */
float *golden_floats (DipTensorFile *file, const char *name, gsize *n_values);

/* The n'th value of an I64 tensor. */
gint64 golden_int (DipTensorFile *file, const char *name, gsize n);

/* The largest |got - wanted| / max (1, |wanted|); infinite if either is no number. */
double golden_distance (const float *got, const float *wanted, gsize n_values);

/* Fails the test, saying where, unless both are the same to the last bit. */
void
golden_assert_same (const char *what, const float *got, const float *wanted, gsize n);

G_END_DECLS
