#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define DIP_RANDOM_N_WORDS 624

/* The random numbers of torch.Generator("cpu"), to the last bit.
 *
 * MT19937 (Matsumoto and Nishimura 1998) seeded with the low 32 bits of the
 * seed, and the two ways in which torch.randn makes normal float32 values of
 * its output.
 *
 * A plain value: copying the struct is a snapshot, copying it back restores
 * it.  The fields are private.
 */
typedef struct
{
  guint32 words[DIP_RANDOM_N_WORDS];
  guint next; /* index of the next word; DIP_RANDOM_N_WORDS: refill first */

  /* The second value of the last pair that fewer than 16 values asked for. */
  gboolean has_kept;
  double kept;
} DipRandom;

/* As torch.Generator("cpu").manual_seed(seed). */
void dip_random_init (DipRandom *self, guint64 seed);

/* The next word of the generator; each is equally likely. */
guint32 dip_random_uint32 (DipRandom *self);

/* As torch.randn(n, dtype=torch.float32) on this generator: fills @out
 * (n_values) with standard normal values.
 *
 * Which values come depends on the size of this call, not only on what was
 * drawn before: below 16 they are made in double, pair by pair; from 16 on in
 * blocks of 16 with single-precision polynomials (those of a processor with
 * AVX2, which most of torch's users have; the result here is the same on any
 * processor).
 */
void dip_random_randn (DipRandom *self, float *out, gsize n_values);

G_END_DECLS
