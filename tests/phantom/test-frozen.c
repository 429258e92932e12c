#include "model/phantom/phantom.h"

#include <string.h>

/* Networks are trained on these pictures: they never change, not by a bit.  The sums
 * are of the floats of CC and MLO, little-endian, then both masks. */
static char *
sum_of (guint64 seed, guint size)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (DipPhantom) phantom = dip_phantom_new (seed, size);

  for (guint p = 0; p < DIP_N_PROJECTIONS; p++)
    for (guint i = 0; i < size * size; i++)
      {
        const float *value = &dip_phantom_get_picture (phantom, p)->values[i];
        guint32 bits;

        memcpy (&bits, value, 4);
        bits = GUINT32_TO_LE (bits);
        g_checksum_update (sum, (const guchar *) &bits, 4);
      }
  for (guint p = 0; p < DIP_N_PROJECTIONS; p++)
    g_checksum_update (sum, dip_phantom_get_mask (phantom, p)->values, size * size);

  return g_strdup (g_checksum_get_string (sum));
}

static void
test_frozen (void)
{
  static const struct
  {
    guint64 seed;
    guint size;
    const char *sum;
  } cases[] = {
    { 0, 32, "bb4671ba10037cd911126cc79919bd4ebb775ce9c35992ca993d0d20d39cd1b4" },
    { 42, 64, "d854146bbd14fbdc0d059709f6d05a0d0c6a12c0e421c531f2c2b6eb68920505" },
    { 42, 128, "1cc6d614129fe88ac0fa3a2c82759606f537fd064e12772b6e993c94ae47d2d1" },
    { 1000000, 128, "b14c69a7cdb19caf285c67f735a27fcdbf5c84918c012fe40d14bde20d8950e5" },
    { 1019999, 128, "a12f0ed0cd71538e671f6b798e28ff8637d90b6e56410996cd68854d86065210" },
    { G_MAXUINT64, 96,
      "f62ff5db37024ffbfae89131796ebe2addaae3fcff70c05b465834281538bf08" },
    { 42, 256, "090379a94f54a5db41e30865803a470a4b706204a1adc75944459d155960d324" },
    { 42, 512, "43b9bd880e3139c3dd979bddf541b3039a4a7153cc6f39575f9507784c70dc51" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *sum = sum_of (cases[i].seed, cases[i].size);

      g_assert_cmpstr (sum, ==, cases[i].sum);
    }
}

typedef struct
{
  guint64 first;
  char *sums[6];
} Work;

static gpointer
work_cb (gpointer data)
{
  Work *work = data;

  for (guint i = 0; i < G_N_ELEMENTS (work->sums); i++)
    work->sums[i] = sum_of (work->first + i, 64);

  return NULL;
}

/* Phantoms made at the same time on several threads are those made one by one. */
static void
test_threads (void)
{
  Work works[4] = { { 10 }, { 13 }, { 10 }, { 20 } };
  GThread *threads[4];

  for (guint t = 0; t < 4; t++)
    threads[t] = g_thread_new ("phantom", work_cb, &works[t]);
  for (guint t = 0; t < 4; t++)
    g_thread_join (threads[t]);

  for (guint t = 0; t < 4; t++)
    for (guint i = 0; i < G_N_ELEMENTS (works[t].sums); i++)
      {
        g_autofree char *alone = sum_of (works[t].first + i, 64);

        g_assert_cmpstr (works[t].sums[i], ==, alone);
        g_free (works[t].sums[i]);
      }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/phantom/frozen/same-bytes-for-ever", test_frozen);
  g_test_add_func ("/phantom/frozen/threads", test_threads);

  return g_test_run ();
}
