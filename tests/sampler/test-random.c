#include "model/sampler/random.h"

#include <string.h>

#include "model/storage/save.h"
#include "tests/sampler/golden.h"

#define SEED G_GUINT64_CONSTANT (1234567890123)

static const guint64 seeds[] = { 0, 42, SEED };

static void
assert_next_randn (DipRandom *random, DipTensorFile *file, const char *name)
{
  gsize n;
  g_autofree float *wanted = golden_floats (file, name, &n);
  g_autofree float *got = g_new (float, n);

  dip_random_randn (random, got, n);
  golden_assert_same (name, got, wanted, n);
}

/* Every size that is stored: both ways of making values, whole and broken blocks. */
static void
test_randn (void)
{
  g_autoptr (DipTensorFile) file = golden_tensors ("rng", "rng");
  guint n_tested = 0;

  for (guint i = 0; i < dip_tensor_file_get_n_tensors (file); i++)
    {
      const char *name = dip_tensor_file_get (file, i)->name;
      DipRandom random;
      guint64 seed;

      if (!g_regex_match_simple ("^seed[0-9]+\\.randn\\.[0-9]+$", name, 0, 0))
        continue;

      seed = g_ascii_strtoull (name + strlen ("seed"), NULL, 10);
      dip_random_init (&random, seed);
      assert_next_randn (&random, file, name);
      n_tested++;
    }

  g_assert_cmpuint (n_tested, ==, 36);
}

static void
skip_words (DipRandom *random, guint n)
{
  for (guint i = 0; i < n; i++)
    dip_random_uint32 (random);
}

/* One generator through calls of many kinds: the kept value outlives larger calls. */
static void
test_sequence (void)
{
  g_autoptr (DipTensorFile) file = golden_tensors ("rng", "rng");
  static const char *const calls[] = { "0.randn.1", "1.randn.16",      "2.randn.1",
                                       "3.randn.3", "4.rand.2",        "5.randn.18",
                                       "6.randn.2", "7.randint1000.3", "8.randn.48" };

  for (guint s = 0; s < G_N_ELEMENTS (seeds); s++)
    {
      DipRandom random;

      dip_random_init (&random, seeds[s]);
      for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
        {
          g_autofree char *name = g_strdup_printf (
              "seed%" G_GUINT64_FORMAT ".sequence.%s", seeds[s], calls[i]);

          /* A uniform float and a small integer take a word each. */
          if (strstr (name, "randn") == NULL)
            skip_words (&random, name[strlen (name) - 1] - '0');
          else
            assert_next_randn (&random, file, name);
        }
    }
}

static void
test_words (void)
{
  g_autoptr (DipJson) json = golden_json ("rng", "rng");

  for (guint s = 0; s < G_N_ELEMENTS (seeds); s++)
    {
      g_autofree char *seed = g_strdup_printf ("%" G_GUINT64_FORMAT, seeds[s]);
      json_t *entry =
          json_object_get (json_object_get (dip_json_get_root (json), "seeds"), seed);
      json_t *words = json_object_get (entry, "first_8_uint32");
      DipRandom random;

      g_assert_cmpuint (json_array_size (words), ==, 8);
      dip_random_init (&random, seeds[s]);
      for (guint i = 0; i < 8; i++)
        {
          g_autofree char *got = g_strdup_printf ("%08x", dip_random_uint32 (&random));

          g_assert_cmpstr (got, ==, json_string_value (json_array_get (words, i)));
        }
    }
}

/* A generator for each image, or one for all, are different pictures after the first. */
static void
test_batch (void)
{
  g_autoptr (DipTensorFile) file = golden_tensors ("rng", "rng");
  gsize n;
  g_autofree float *one =
      golden_floats (file, "seed42.batch2_one_generator.randn_2x3x4x4", &n);
  g_autofree float *list =
      golden_floats (file, "seed42.batch2_list_of_generators.randn_2x3x4x4", NULL);
  g_autofree float *got = g_new (float, n);
  DipRandom random;

  dip_random_init (&random, 42);
  dip_random_randn (&random, got, n);
  golden_assert_same ("one generator", got, one, n);

  dip_random_init (&random, 42);
  dip_random_randn (&random, got, n / 2);
  dip_random_init (&random, 43);
  dip_random_randn (&random, got + n / 2, n / 2);
  golden_assert_same ("a list of generators", got, list, n);
}

/* Enough to go around the 624 words many times. */
static void
test_long (void)
{
  g_autoptr (DipTensorFile) file = golden_tensors ("rng", "rng");
  gsize n_tail;
  g_autofree float *tail = golden_floats (file, "long.tail_of_65536", &n_tail);
  g_autofree float *got = g_new (float, 65536);
  g_autoptr (DipJson) json = golden_json ("rng", "rng");
  json_t *entry = json_object_get (dip_json_get_root (json), "long");
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *sha256 = NULL;
  DipRandom random;

  dip_random_init (&random, json_integer_value (json_object_get (entry, "seed")));
  dip_random_randn (&random, got, 65536);
  golden_assert_same ("tail", got + 65536 - n_tail, tail, n_tail);

  bytes = g_bytes_new (got, 65536 * sizeof *got);
  sha256 = dip_sha256_bytes (bytes);
  g_assert_cmpstr (
      sha256, ==,
      json_string_value (json_object_get (entry, "sha256_of_little_endian_float32")));
}

static void
test_low_bits (void)
{
  float a[20], b[20];
  DipRandom random;

  dip_random_init (&random, 7);
  dip_random_randn (&random, a, G_N_ELEMENTS (a));
  dip_random_init (&random, (G_GUINT64_CONSTANT (3) << 32) + 7);
  dip_random_randn (&random, b, G_N_ELEMENTS (b));
  golden_assert_same ("seed + 3 * 2^32", b, a, G_N_ELEMENTS (a));
}

/* A copy of the struct is a snapshot, kept value included. */
static void
test_snapshot (void)
{
  float first[3], a[37], b[37];
  DipRandom random, snapshot;

  dip_random_init (&random, g_test_rand_int ());
  dip_random_randn (&random, first, G_N_ELEMENTS (first));
  snapshot = random;
  dip_random_randn (&random, a, 5);
  dip_random_randn (&random, a + 5, 32);
  dip_random_randn (&snapshot, b, 5);
  dip_random_randn (&snapshot, b + 5, 32);
  golden_assert_same ("snapshot", b, a, G_N_ELEMENTS (a));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/random/words", test_words);
  g_test_add_func ("/random/randn", test_randn);
  g_test_add_func ("/random/sequence", test_sequence);
  g_test_add_func ("/random/batch", test_batch);
  g_test_add_func ("/random/long", test_long);
  g_test_add_func ("/random/low-32-bits", test_low_bits);
  g_test_add_func ("/random/snapshot", test_snapshot);

  return g_test_run ();
}
