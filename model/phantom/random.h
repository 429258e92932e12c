#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Random numbers of the phantom.
 *
 * Two kinds, both made of 64-bit integer arithmetic alone: a stream, drawn in
 * order (splitmix64: Steele, Lea, Flood, OOPSLA 2014), and a hash, which gives
 * the number of a lattice point without those before it, so that a texture does
 * not depend on the size of the picture.  Every seed has independent streams, one
 * a purpose: a change of one purpose's draws leaves the others as they were.
 */
typedef enum
{
  DIP_STREAM_SHAPE = 1,
  DIP_STREAM_DENSITY,
  DIP_STREAM_GLAND,
  DIP_STREAM_PLACING,
  DIP_STREAM_PECTORAL,
  DIP_STREAM_MASS,
  DIP_STREAM_CALCIFICATIONS,
  DIP_STREAM_DUCTS,
  DIP_STREAM_TEXTURE,
  DIP_STREAM_DETECTOR,
} DipStreamPurpose;

typedef struct
{
  guint64 state;
} DipStream;

static inline guint64
dip_random_mix (guint64 z)
{
  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);

  return z ^ (z >> 31);
}

static inline guint64
dip_random_key (guint64 seed, DipStreamPurpose purpose, guint index)
{
  guint64 key = dip_random_mix (seed + G_GUINT64_CONSTANT (0x9e3779b97f4a7c15));

  return dip_random_mix (key ^ ((guint64) purpose << 32 | index));
}

static inline DipStream
dip_stream_new (guint64 seed, DipStreamPurpose purpose)
{
  return (DipStream){ dip_random_key (seed, purpose, 0) };
}

static inline guint64
dip_stream_next (DipStream *self)
{
  self->state += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  return dip_random_mix (self->state);
}

/* Uniform in [low, high), 24 bits fine. */
static inline float
dip_stream_uniform (DipStream *self, float low, float high)
{
  return low + (high - low) * ((float) (dip_stream_next (self) >> 40) * 0x1p-24f);
}

/* Mean 0, variance 1, within ±3.47: the sum of four 16-bit uniforms. */
static inline float
dip_random_bell (guint64 bits)
{
  const int sum = (int) (bits & 0xffff) + (int) (bits >> 16 & 0xffff) +
                  (int) (bits >> 32 & 0xffff) + (int) (bits >> 48);

  return (float) (sum - 131070) * (1.0f / 37837.2f); /* 65536 / sqrt 3 */
}

static inline float
dip_stream_bell (DipStream *self)
{
  return dip_random_bell (dip_stream_next (self));
}

/* The bell number of the lattice point (i, j, k), each within 21 bits. */
static inline float
dip_random_bell_at (guint64 key, guint i, guint j, guint k)
{
  const guint64 point = (guint64) i | (guint64) j << 21 | (guint64) k << 42;

  return dip_random_bell (
      dip_random_mix (key ^ point * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15)));
}

G_END_DECLS
