#include "model/sampler/library-math.h"

#include <math.h>
#include <string.h>

static guint32
to_bits (float value)
{
  guint32 bits;

  memcpy (&bits, &value, sizeof bits);

  return bits;
}

/* Where the libraries are a unit off the rounded value: made by torch 1.13, numpy 1.24. */
static void
test_bits (void)
{
  static const struct
  {
    float (*function) (float x);
    guint32 x;
    guint32 wanted;
  } cases[] = {
    { dip_torch_exp, 0x409eefacu, 0x430f8f80u },
    { dip_torch_exp, 0xc0e268beu, 0x3a5db55eu },
    { dip_torch_exp, 0xbeaa3b05u, 0x3f37969cu },
    { dip_torch_exp, 0xc0e73df1u, 0x3a3ea176u },
    { dip_torch_exp, 0xc0a5a378u, 0x3bb91eaau },
    { dip_torch_exp, 0xc0a91aceu, 0x3ba61daau },
    { dip_torch_exp, 0xbea42b8bu, 0x3f39c63cu },
    { dip_torch_exp, 0xc0fd9d69u, 0x39bd7d34u },
    { dip_torch_log, 0x3f904b23u, 0x3df563c2u },
    { dip_torch_log, 0x3cb4be52u, 0xc07415deu },
    { dip_torch_log, 0x3ecd5320u, 0xbf69ea57u },
    { dip_torch_log, 0x392fdc4fu, 0xc10b178fu },
    { dip_torch_log, 0x3fea2ea5u, 0x3f1aa447u },
    { dip_torch_log, 0x3fcfb7a2u, 0x3ef7e239u },
    { dip_numpy_log, 0x3c8dbd95u, 0xc081d240u },
    { dip_numpy_log, 0x449c67b0u, 0x40e43873u },
    { dip_numpy_log, 0x3f9a4d15u, 0x3e3f5c53u },
    { dip_numpy_log, 0x444d5c08u, 0x40d6c0fau },
    { dip_numpy_log, 0x40225473u, 0x3f6e4578u },
    { dip_numpy_log, 0x3ea2a16fu, 0xbf92cbc3u },
    { dip_numpy_log, 0x3fed032du, 0x3f1db791u },
    { dip_numpy_log, 0x39e2318fu, 0xc0f7f2f0u },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      float x;

      memcpy (&x, &cases[i].x, sizeof x);
      g_assert_cmphex (to_bits (cases[i].function (x)), ==, cases[i].wanted);
    }
}

/* Sums of the bytes that torch 1.13 makes, of lengths with and without a rest. */
static void
test_linspace (void)
{
  static const struct
  {
    gsize n;
    double start;
    double end;
    const char *sha256;
  } cases[] = {
    { 1000, 0.0001, 0.02, "6dcd0c30caa7a8b5" },
    { 1000, 0.01, 0.1414213562373095, "a442adc84511ab91" },
    { 250, 0.01, 0.1414213562373095, "3e9323d1214958c1" },
    { 100, 0.01, 0.1414213562373095, "384dcc43577b916c" },
    { 513, -6.0, 6.0, "8a034adb4ab57225" },
    { 7, 0.1, 0.2, "4b6a2fef8443f31b" },
    { 1, 0.3, 0.9, "45a6d738a7607576" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree float *values = g_new (float, cases[i].n);
      g_autofree char *found = NULL;

      dip_torch_linspace (values, cases[i].n, cases[i].start, cases[i].end);
      found = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) values,
                                           cases[i].n * sizeof (float));
      g_assert_true (g_str_has_prefix (found, cases[i].sha256));
    }
}

/* Every value within a few units of glibc's, and exact where it must be. */
static void
test_sane (void)
{
  for (int i = -4000; i <= 4000; i++)
    {
      float x = i / 100.0f;
      float e = dip_torch_exp (x);

      g_assert_cmpfloat_with_epsilon (e / expf (x), 1.0f, 3e-7f);
      g_assert_cmpfloat_with_epsilon (dip_torch_log (e), x, 4e-6f);
      g_assert_cmpfloat_with_epsilon (dip_numpy_log (e), x, 4e-6f);
    }
  g_assert_cmpfloat (dip_torch_exp (0.0f), ==, 1.0f);
  g_assert_cmpfloat (dip_torch_log (1.0f), ==, 0.0f);
  g_assert_cmpfloat (dip_numpy_log (1.0f), ==, 0.0f);
  g_assert_true (isinf (dip_torch_exp (1000.0f)));
  g_assert_true (isinf (dip_torch_log (0.0f)));
  g_assert_true (isnan (dip_torch_log (NAN)) && isnan (dip_torch_exp (NAN)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/library-math/bits", test_bits);
  g_test_add_func ("/library-math/linspace", test_linspace);
  g_test_add_func ("/library-math/sane", test_sane);

  return g_test_run ();
}
