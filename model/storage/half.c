#include "model/storage/half.h"

#include <string.h>

G_STATIC_ASSERT (G_BYTE_ORDER == G_LITTLE_ENDIAN);

static float
float_from_bits (guint32 bits)
{
  float value;

  memcpy (&value, &bits, sizeof value);
  return value;
}

static guint32
float_to_bits (float value)
{
  guint32 bits;

  memcpy (&bits, &value, sizeof bits);
  return bits;
}

float
dip_f16_to_float (guint16 bits)
{
  guint32 sign = (guint32) (bits & 0x8000) << 16;
  guint32 exponent = (bits >> 10) & 0x1f;
  guint32 mantissa = bits & 0x3ff;

  if (exponent == 0)
    {
      float magnitude = (float) mantissa * 0x1p-24f;

      return sign != 0 ? -magnitude : magnitude;
    }

  if (exponent == 31)
    return float_from_bits (sign | 0x7f800000 | mantissa << 13);

  return float_from_bits (sign | (exponent + 127 - 15) << 23 | mantissa << 13);
}

/* Drops the low @shift bits of @value, to nearest, ties to even. */
static inline guint32
round_shift (guint32 value, guint shift)
{
  guint32 half = 1u << (shift - 1);
  guint32 rest = value & ((1u << shift) - 1);
  guint32 kept = value >> shift;

  return kept + (rest > half || (rest == half && (kept & 1) != 0));
}

guint16
dip_f16_from_float (float value)
{
  guint32 bits = float_to_bits (value);
  guint16 sign = (bits >> 16) & 0x8000;
  guint32 exponent = (bits >> 23) & 0xff;
  guint32 magnitude = bits & 0x7fffffff;

  if (magnitude > 0x7f800000)
    return sign | 0x7e00 | ((magnitude >> 13) & 0x1ff);

  /* A carry out of the mantissa steps the exponent, up to infinity: as it should. */
  if (exponent >= 127 - 14)
    {
      if (exponent > 127 + 15)
        return sign | 0x7c00;
      return sign | round_shift (magnitude - ((127u - 15) << 23), 13);
    }

  /* Subnormal: units of 2^-24.  Below 2^-25 everything rounds to zero. */
  if (exponent < 127 - 25)
    return sign;
  return sign | round_shift ((bits & 0x7fffff) | 0x800000, 126 - exponent);
}

float
dip_bf16_to_float (guint16 bits)
{
  return float_from_bits ((guint32) bits << 16);
}

guint16
dip_bf16_from_float (float value)
{
  guint32 bits = float_to_bits (value);

  if ((bits & 0x7fffffff) > 0x7f800000)
    return (bits >> 16) | 0x40;

  return round_shift (bits, 16);
}

static guint16
load_bits (gconstpointer data, gsize i)
{
  guint16 bits;

  memcpy (&bits, (const char *) data + 2 * i, sizeof bits);
  return bits;
}

static void
store_bits (gpointer data, gsize i, guint16 bits)
{
  memcpy ((char *) data + 2 * i, &bits, sizeof bits);
}

void
dip_f16_to_float_array (gconstpointer data, gsize n_elements, float *values)
{
  for (gsize i = 0; i < n_elements; i++)
    values[i] = dip_f16_to_float (load_bits (data, i));
}

void
dip_f16_from_float_array (const float *values, gsize n_elements, gpointer data)
{
  for (gsize i = 0; i < n_elements; i++)
    store_bits (data, i, dip_f16_from_float (values[i]));
}

void
dip_bf16_to_float_array (gconstpointer data, gsize n_elements, float *values)
{
  for (gsize i = 0; i < n_elements; i++)
    values[i] = dip_bf16_to_float (load_bits (data, i));
}

void
dip_bf16_from_float_array (const float *values, gsize n_elements, gpointer data)
{
  for (gsize i = 0; i < n_elements; i++)
    store_bits (data, i, dip_bf16_from_float (values[i]));
}
