#include "model/phantom/arithmetic.h"
#include "model/phantom/filter.h"
#include "model/phantom/noise.h"
#include "model/phantom/random.h"

#include <math.h>

/* The first numbers of splitmix64 from state 0, as its authors' code prints them. */
static void
test_stream (void)
{
  DipStream stream = { 0 };

  g_assert_cmpuint (dip_stream_next (&stream), ==,
                    G_GUINT64_CONSTANT (0xe220a8397b1dcdaf));
  g_assert_cmpuint (dip_stream_next (&stream), ==,
                    G_GUINT64_CONSTANT (0x6e789e6aa1b965f4));
  g_assert_cmpuint (dip_stream_next (&stream), ==,
                    G_GUINT64_CONSTANT (0x06c45d188009454f));
}

static void
test_streams_differ (void)
{
  g_autoptr (GHashTable) firsts = g_hash_table_new (g_int64_hash, g_int64_equal);
  guint64 numbers[40];
  guint n = 0;

  for (guint64 seed = 0; seed < 4; seed++)
    for (guint purpose = DIP_STREAM_SHAPE; purpose <= DIP_STREAM_DETECTOR; purpose++)
      {
        DipStream stream = dip_stream_new (seed, purpose);

        numbers[n] = dip_stream_next (&stream);
        g_hash_table_add (firsts, &numbers[n++]);
      }
  g_assert_cmpuint (g_hash_table_size (firsts), ==, 40);
}

/* Means of 100,000: 5 standard errors. */
static void
test_bell (void)
{
  DipStream stream = dip_stream_new (g_test_rand_int (), DIP_STREAM_SHAPE);
  const guint n = 100000;
  double sum = 0, squares = 0, uniforms = 0;

  for (guint i = 0; i < n; i++)
    {
      const double bell = (double) dip_stream_bell (&stream);
      const float uniform = dip_stream_uniform (&stream, -1.0f, 3.0f);

      g_assert_true (uniform >= -1.0f && uniform < 3.0f);
      uniforms += (double) uniform;
      sum += bell;
      squares += bell * bell;
    }
  g_assert_cmpfloat_with_epsilon (sum / n, 0.0, 5 / sqrt (n));
  g_assert_cmpfloat_with_epsilon (squares / n, 1.0, 5 * 1.4 / sqrt (n));
  g_assert_cmpfloat_with_epsilon (uniforms / n, 1.0, 5 * 1.16 / sqrt (n));
}

static void
assert_near (double value, double wanted, double relative, double absolute)
{
  g_assert_cmpfloat (fabs (value - wanted), <=, relative * fabs (wanted) + absolute);
}

static void
test_arithmetic (void)
{
  for (guint i = 0; i < 200000; i++)
    {
      const float x = (float) g_test_rand_double_range (-80, 80);
      const float small = (float) g_test_rand_double_range (-30, 30);
      const float positive = (float) exp (g_test_rand_double_range (-60, 60));

      assert_near ((double) dip_exp (x), exp ((double) x), 3e-7, 0);
      assert_near ((double) dip_log (positive), log ((double) positive), 2e-7, 1e-7);
      assert_near ((double) dip_sin (small), sin ((double) small), 0, 2e-6);
      assert_near ((double) dip_cos (small), cos ((double) small), 0, 4e-6);
      assert_near ((double) dip_sigmoid (small), 1 / (1 + exp (-(double) small)), 4e-7,
                   0);
    }
  assert_near ((double) dip_pow (0.5f, 1.7f), pow (0.5, 1.7), 1e-6, 0);
  g_assert_cmpfloat (dip_pow (0.0f, 0.5f), <, 1e-14f);
  g_assert_cmpfloat (dip_exp (0.0f), ==, 1.0f);
  g_assert_true (isfinite (dip_exp (1e30f)) && isfinite (dip_exp (-1e30f)));
}

static void
test_noise_rows (void)
{
  const float cells[3] = { 3, 5, 4 };
  const DipGrid coarse = { 20, 24, 12, 1 / 16.0f };
  const DipGrid fine = { 60, 72, 36, 1 / 48.0f };
  g_autoptr (DipNoise) a = dip_noise_new (7, cells, &coarse);
  g_autoptr (DipNoise) b = dip_noise_new (7, cells, &fine);
  float x[20], y[60];

  /* Every third fine voxel has its centre at a coarse one's: one noise, two grids. */
  for (guint z = 0; z < 12; z++)
    {
      dip_noise_set_slab (a, z);
      dip_noise_set_slab (b, 3 * z + 1);
      for (guint j = 0; j < 24; j++)
        {
          dip_noise_row (a, j, 20, x);
          dip_noise_row (b, 3 * j + 1, 60, y);
          for (guint i = 0; i < 20; i++)
            g_assert_cmpfloat_with_epsilon (x[i], y[3 * i + 1], 1e-4f);
        }
    }
}

/* Fine noise over a large grid: mean 0, variance 1, neighbours alike. */
static void
test_noise_variance (void)
{
  const float cells[3] = { 20, 20, 20 };
  const DipGrid grid = { 100, 100, 50, 0.02f };
  g_autoptr (DipNoise) noise = dip_noise_new (g_test_rand_int (), cells, &grid);
  double sum = 0, squares = 0, steps = 0;
  const guint n = 100 * 100 * 50;
  float row[100];

  for (guint z = 0; z < 50; z++)
    {
      dip_noise_set_slab (noise, z);
      for (guint j = 0; j < 100; j++)
        {
          dip_noise_row (noise, j, 100, row);
          for (guint i = 0; i < 100; i++)
            {
              sum += (double) row[i];
              squares += (double) (row[i] * row[i]);
              steps += i > 0 ? (double) fabsf (row[i] - row[i - 1]) : 0;
            }
        }
    }
  g_assert_cmpfloat_with_epsilon (sum / n, 0.0, 0.06);
  g_assert_cmpfloat_with_epsilon (squares / n, 1.0, 0.08);
  g_assert_cmpfloat (steps / n, <, 0.5);
}

static void
test_gaussian (void)
{
  float values[33 * 33] = { 0 };
  double sum = 0, spread = 0;

  values[16 * 33 + 16] = 1;
  dip_filter_gaussian (values, 33, 2.0f);
  for (int i = 0; i < 33 * 33; i++)
    {
      const int dx = i % 33 - 16;

      sum += (double) values[i];
      spread += (double) values[i] * dx * dx;
    }
  g_assert_cmpfloat_with_epsilon (sum, 1.0, 1e-5);
  g_assert_cmpfloat_with_epsilon (sqrt (spread), 2.0, 0.02);

  for (int i = 0; i < 33 * 33; i++)
    values[i] = 0.75f;
  dip_filter_gaussian (values, 33, 3.0f);
  g_assert_cmpfloat_with_epsilon (values[0], 0.75f, 1e-6f);
}

static void
test_distance (void)
{
  enum
  {
    SIZE = 23
  };
  float values[SIZE * SIZE], wanted[SIZE * SIZE];

  for (guint i = 0; i < SIZE * SIZE; i++)
    values[i] = g_test_rand_int_range (0, 40) != 0;
  values[SIZE + 3] = 0;
  for (int i = 0; i < SIZE * SIZE; i++)
    {
      wanted[i] = INFINITY;
      for (int j = 0; j < SIZE * SIZE; j++)
        if (values[j] == 0)
          {
            const double d = hypot (i % SIZE - j % SIZE, i / SIZE - j / SIZE);

            wanted[i] = MIN (wanted[i], (float) d);
          }
    }
  dip_filter_distance (values, SIZE);
  for (guint i = 0; i < SIZE * SIZE; i++)
    g_assert_cmpfloat_with_epsilon (values[i], wanted[i], 1e-5f);

  for (guint i = 0; i < SIZE * SIZE; i++)
    values[i] = 1;
  dip_filter_distance (values, SIZE);
  for (guint i = 0; i < SIZE * SIZE; i++)
    g_assert_cmpfloat (values[i], >=, SIZE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/phantom/random/splitmix64", test_stream);
  g_test_add_func ("/phantom/random/streams-differ", test_streams_differ);
  g_test_add_func ("/phantom/random/bell", test_bell);
  g_test_add_func ("/phantom/arithmetic", test_arithmetic);
  g_test_add_func ("/phantom/noise/one-noise-on-two-grids", test_noise_rows);
  g_test_add_func ("/phantom/noise/variance", test_noise_variance);
  g_test_add_func ("/phantom/filter/gaussian", test_gaussian);
  g_test_add_func ("/phantom/filter/distance", test_distance);

  return g_test_run ();
}
