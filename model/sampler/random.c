#include "model/sampler/random.h"

#include <math.h>

/* What the generator itself is made of. */
#define SHIFT_SIZE 397
#define TWIST 0x9908b0dfu
#define UPPER 0x80000000u
#define LOWER 0x7fffffffu

/* torch turns pairs into normal values in blocks of this size. */
#define BLOCK 16

void
dip_random_init (DipRandom *self, guint64 seed)
{
  g_return_if_fail (self != NULL);

  self->words[0] = (guint32) seed;
  for (guint i = 1; i < DIP_RANDOM_N_WORDS; i++)
    {
      guint32 last = self->words[i - 1];

      self->words[i] = 1812433253u * (last ^ (last >> 30)) + i;
    }

  self->next = DIP_RANDOM_N_WORDS;
  self->has_kept = FALSE;
  self->kept = 0.0;
}

static guint32
twist (guint32 upper, guint32 lower)
{
  guint32 y = (upper & UPPER) | (lower & LOWER);

  return (y >> 1) ^ (y & 1 ? TWIST : 0);
}

static void
refill (DipRandom *self)
{
  guint32 *w = self->words;

  for (guint i = 0; i < DIP_RANDOM_N_WORDS; i++)
    w[i] = w[(i + SHIFT_SIZE) % DIP_RANDOM_N_WORDS] ^
           twist (w[i], w[(i + 1) % DIP_RANDOM_N_WORDS]);

  self->next = 0;
}

guint32
dip_random_uint32 (DipRandom *self)
{
  guint32 y;

  if (self->next == DIP_RANDOM_N_WORDS)
    refill (self);

  y = self->words[self->next++];
  y ^= y >> 11;
  y ^= (y << 7) & 0x9d2c5680u;
  y ^= (y << 15) & 0xefc60000u;

  return y ^ (y >> 18);
}

/* In [0, 1), a multiple of 2^-24. */
static float
uniform_float (DipRandom *self)
{
  return (dip_random_uint32 (self) & 0xffffff) * 0x1p-24f;
}

/* In [0, 1), a multiple of 2^-53. */
static double
uniform_double (DipRandom *self)
{
  guint64 high = dip_random_uint32 (self);
  guint64 low = dip_random_uint32 (self);

  return ((high << 32 | low) & ((G_GUINT64_CONSTANT (1) << 53) - 1)) * 0x1p-53;
}

static double
normal_double (DipRandom *self)
{
  double u1, u2, radius, theta;

  if (self->has_kept)
    {
      self->has_kept = FALSE;
      return self->kept;
    }

  u1 = uniform_double (self);
  u2 = uniform_double (self);
  radius = sqrt (-2.0 * log (1.0 - u2));
  theta = 2.0 * G_PI * u1;

  self->kept = radius * sin (theta);
  self->has_kept = TRUE;

  return radius * cos (theta);
}

/* Natural logarithm of x in (0, 1], never denormal: the polynomial of Cephes'
 * logf, with the fused multiply-adds of the AVX2 version.
 */
static inline __attribute__ ((always_inline)) float
log_block (float x)
{
  static const float p[] = { -1.1514610310e-1f, 1.1676998740e-1f,  -1.2420140846e-1f,
                             1.4249322787e-1f,  -1.6668057665e-1f, 2.0000714765e-1f,
                             -2.4999993993e-1f, 3.3333331174e-1f };
  union
  {
    float f;
    guint32 u;
  } bits = { .f = x };
  float e = (float) ((int) (bits.u >> 23) - 126);
  float m, y, z;

  bits.u = (bits.u & 0x007fffffu) | 0x3f000000u; /* [0.5, 1) */
  m = bits.f;
  if (m < 0.707106781186547524f)
    {
      e -= 1.0f;
      m = (m - 1.0f) + m;
    }
  else
    m = m - 1.0f;

  z = m * m;
  y = 7.0376836292e-2f;
  for (guint i = 0; i < G_N_ELEMENTS (p); i++)
    y = fmaf (y, m, p[i]);
  y = y * m;
  y = fmaf (y, z, e * -2.12194440e-4f);
  y = fmaf (-z, 0.5f, y);

  return fmaf (e, 0.693359375f, m + y);
}

/* Sine and cosine of x in [0, 2 pi], as above from Cephes' sinf and cosf. */
static inline __attribute__ ((always_inline)) void
sincos_block (float x, float *sine, float *cosine)
{
  int j = ((int) (x * 1.27323954473516f) + 1) & ~1;
  float f = (float) j;
  float z, c, s;

  x = fmaf (f, -0.78515625f, x);
  x = fmaf (f, -2.4187564849853515625e-4f, x);
  x = fmaf (f, -3.77489497744594108e-8f, x);
  z = x * x;

  c = 2.443315711809948e-5f;
  c = fmaf (c, z, -1.388731625493765e-3f);
  c = fmaf (c, z, 4.166664568298827e-2f);
  c = c * z;
  c = fmaf (c, z, -(z * 0.5f));
  c = c + 1.0f;

  s = -1.9515295891e-4f;
  s = fmaf (s, z, 8.3321608736e-3f);
  s = fmaf (s, z, -1.6666654611e-1f);
  s = s * z;
  s = fmaf (s, x, x);

  *sine = j & 2 ? c : s;
  *cosine = j & 2 ? s : c;
  *sine = j & 4 ? -*sine : *sine;
  *cosine = (j - 2) & 4 ? *cosine : -*cosine;
}

/* Uniform values to normal ones, in place. */
static inline __attribute__ ((always_inline)) void
transform_block (float *d)
{
  for (guint j = 0; j < BLOCK / 2; j++)
    {
      float radius = sqrtf (-2.0f * log_block (1.0f - d[j]));
      float sine, cosine;

      sincos_block ((float) (2.0 * G_PI) * d[j + BLOCK / 2], &sine, &cosine);
      d[j] = radius * cosine;
      d[j + BLOCK / 2] = radius * sine;
    }
}

static inline __attribute__ ((always_inline)) void
transform_blocks (float *d, gsize n_blocks)
{
  for (gsize i = 0; i < n_blocks; i++)
    transform_block (d + i * BLOCK);
}

/* The same bits either way: fmaf() is an instruction here and a call in the
 * other, which makes it several times slower.
 */
#if defined(__x86_64__)
__attribute__ ((target ("avx2,fma"))) static void
transform_blocks_fma (float *d, gsize n_blocks)
{
  transform_blocks (d, n_blocks);
}
#endif

static void
transform (float *d, gsize n_blocks)
{
#if defined(__x86_64__)
  if (__builtin_cpu_supports ("avx2") && __builtin_cpu_supports ("fma"))
    {
      transform_blocks_fma (d, n_blocks);
      return;
    }
#endif

  transform_blocks (d, n_blocks);
}

void
dip_random_randn (DipRandom *self, float *out, gsize n_values)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (out != NULL || n_values == 0);

  if (n_values < BLOCK)
    {
      for (gsize i = 0; i < n_values; i++)
        out[i] = (float) normal_double (self);
      return;
    }

  for (gsize i = 0; i < n_values; i++)
    out[i] = uniform_float (self);
  transform (out, n_values / BLOCK);

  if (n_values % BLOCK == 0)
    return;

  /* The last whole block's worth is drawn and transformed anew, over part of
   * the block before.
   */
  for (gsize i = n_values - BLOCK; i < n_values; i++)
    out[i] = uniform_float (self);
  transform (out + n_values - BLOCK, 1);
}
