#pragma once

#include <glib.h>

#include <string.h>

G_BEGIN_DECLS

/* exp, log and their kin from additions, multiplications and integer shifts alone,
 * which IEEE 754 fixes to the last bit, so that a phantom is the same on every
 * machine: the C library's differ between versions and processors.  (The compiler
 * must not contract or reassociate: the project turns the first off and never the
 * second on.)  Written without branches, so that loops over them become vectors.
 * Relative error below 3e-7; polynomials after Cephes' expf and logf.
 */
static inline float
dip_float_of_bits (gint32 bits)
{
  float value;
  memcpy (&value, &bits, sizeof value);
  return value;
}

static inline gint32
dip_bits_of_float (float value)
{
  gint32 bits;
  memcpy (&bits, &value, sizeof bits);
  return bits;
}

static inline float
dip_clamp (float x, float low, float high)
{
  x = x < low ? low : x;
  return x > high ? high : x;
}

static inline float
dip_max (float a, float b)
{
  return a > b ? a : b;
}

/* e^x; x is clamped to ±87. */
static inline float
dip_exp (float x)
{
  x = dip_clamp (x, -87.0f, 87.0f);
  const gint32 n = (gint32) (x * 1.44269504f + 128.5f) - 128;
  const float f = (float) n;
  const float r = (x - f * 0.693359375f) + f * 2.12194440e-4f;
  float p = 1.9875691500e-4f;

  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;

  return p * dip_float_of_bits ((n + 127) << 23);
}

/* Natural logarithm; x is taken as at least 1e-30. */
static inline float
dip_log (float x)
{
  x = x < 1e-30f ? 1e-30f : x;
  const gint32 bits = dip_bits_of_float (x);
  const gint32 n = (bits - 0x3f3504f3) >> 23; /* mantissa into [sqrt ½, sqrt 2) */
  const float f = (float) n;
  const float r = dip_float_of_bits (bits - n * 0x800000) - 1.0f;
  const float z = r * r;
  float p = 7.0376836292e-2f;

  p = p * r - 1.1514610310e-1f;
  p = p * r + 1.1676998740e-1f;
  p = p * r - 1.2420140846e-1f;
  p = p * r + 1.4249322787e-1f;
  p = p * r - 1.6668057665e-1f;
  p = p * r + 2.0000714765e-1f;
  p = p * r - 2.4999993993e-1f;
  p = p * r + 3.3333331174e-1f;
  p = p * r * z + f * -2.12194440e-4f;
  p = p - 0.5f * z;

  return (r + p) + f * 0.693359375f;
}

/* x^y for x ≥ 0. */
static inline float
dip_pow (float x, float y)
{
  return dip_exp (y * dip_log (x));
}

static inline float
dip_sigmoid (float x)
{
  return 1.0f / (1.0f + dip_exp (-x));
}

static inline float
dip_sqrt (float x)
{
  return __builtin_sqrtf (x); /* exact by IEEE 754 */
}

/* sin x for |x| ≤ 30 or so, error below 1e-6. */
static inline float
dip_sin (float x)
{
  const int n = (int) (x * 0.318309886f + 64.5f) - 64; /* half turns */
  const float r = (x - (float) n * 3.140625f) - (float) n * 9.67653590e-4f;
  const float z = r * r;
  float p = -2.3889859e-8f;

  p = p * z + 2.7525562e-6f;
  p = p * z - 1.9840874e-4f;
  p = p * z + 8.3333310e-3f;
  p = p * z - 1.6666667e-1f;
  p = p * z * r + r;

  return (n & 1) ? -p : p;
}

static inline float
dip_cos (float x)
{
  return dip_sin (x + 1.57079633f);
}

G_END_DECLS
