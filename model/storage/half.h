#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The two 16-bit floating point types as bit patterns in guint16: f16 is IEEE 754
 * binary16 (1 + 5 + 10 bits), bf16 the upper half of a binary32 (1 + 8 + 7 bits).
 *
 * Widening is exact.  Narrowing rounds to nearest, ties to even, keeps subnormals,
 * overflows to infinity, and turns a NaN into a quiet NaN with its sign and as much
 * of its payload as fits.  No result depends on the processor's rounding mode. */
float dip_f16_to_float (guint16 bits);
guint16 dip_f16_from_float (float value);

float dip_bf16_to_float (guint16 bits);
guint16 dip_bf16_from_float (float value);

/* Arrays.  The 16-bit side is little-endian bytes at any alignment, 2 * @n_elements
 * of them; the two sides must not overlap. */
void dip_f16_to_float_array (gconstpointer data, gsize n_elements, float *values);
void dip_f16_from_float_array (const float *values, gsize n_elements, gpointer data);

void dip_bf16_to_float_array (gconstpointer data, gsize n_elements, float *values);
void dip_bf16_from_float_array (const float *values, gsize n_elements, gpointer data);

G_END_DECLS
