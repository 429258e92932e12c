#include "model/storage/dtype.h"
#include "model/storage/half.h"

#include <math.h>
#include <string.h>

#define N_RANDOM 200000

typedef struct
{
  const char *name;
  guint16 (*from_float) (float value);
  float (*to_float) (guint16 bits);
  int n_mantissa;   /* stored bits */
  int min_exponent; /* of the smallest normal number */
  double max_finite;
} Half;

static const Half f16 = { "f16", dip_f16_from_float, dip_f16_to_float, 10, -14, 65504.0 };
static const Half bf16 = { "bf16", dip_bf16_from_float, dip_bf16_to_float, 7,
                           -126,   0x1.fep127 };

static float
float_from_bits (guint32 bits)
{
  float value;

  memcpy (&value, &bits, sizeof value);
  return value;
}

/* The definition: the nearest multiple of the spacing at this magnitude, ties to even,
 * and an infinity from half a spacing beyond the largest finite number.  All of it is
 * exact in double. */
static double
round_by_definition (const Half *half, double value)
{
  int exponent;
  double spacing;
  double rounded;

  if (value == 0.0 || !isfinite (value))
    return value;

  frexp (value, &exponent);
  spacing = ldexp (1.0, MAX (exponent - 1, half->min_exponent) - half->n_mantissa);
  rounded = nearbyint (value / spacing) * spacing;

  return fabs (rounded) > half->max_finite ? copysign (INFINITY, value)
                                           : copysign (rounded, value);
}

/* The bit pattern's value by the definition of the format. */
static double
decode_by_definition (const Half *half, guint16 bits)
{
  int exponent = (bits & 0x7fff) >> half->n_mantissa;
  int mantissa = bits & ((1 << half->n_mantissa) - 1);
  int max_exponent = 0x7fff >> half->n_mantissa;
  double sign = (bits & 0x8000) != 0 ? -1.0 : 1.0;

  if (exponent == max_exponent)
    return mantissa != 0 ? NAN : sign * INFINITY;
  if (exponent == 0)
    return sign * ldexp (mantissa, half->min_exponent - half->n_mantissa);
  return sign * ldexp (mantissa + (1 << half->n_mantissa),
                       half->min_exponent + exponent - 1 - half->n_mantissa);
}

static void
check_rounding (const Half *half, float value)
{
  float back = half->to_float (half->from_float (value));
  double wanted = round_by_definition (half, value);

  if (isnan (value))
    g_assert_true (isnan (back));
  else
    g_assert_cmpfloat (back, ==, wanted);

  g_assert_cmpint (signbit (back) != 0, ==, signbit (value) != 0);
}

/* All 65536 patterns: the value, and back to the same pattern. */
static void
test_every_pattern (gconstpointer data)
{
  const Half *half = data;

  for (guint32 bits = 0; bits <= 0xffff; bits++)
    {
      float value = half->to_float (bits);
      double wanted = decode_by_definition (half, bits);

      if (isnan (wanted))
        {
          guint16 quiet = 1 << (half->n_mantissa - 1);

          g_assert_true (isnan (value));
          g_assert_cmphex (half->from_float (value), ==, bits | quiet);
          continue;
        }

      g_assert_cmpfloat (value, ==, wanted);
      g_assert_cmphex (half->from_float (value), ==, bits);
    }
}

/* Between every two neighbours: the middle, and the floats beside it. */
static void
test_every_middle (gconstpointer data)
{
  const Half *half = data;

  for (guint32 bits = 0; bits < 0x7fff; bits++)
    {
      float low = half->to_float (bits);
      float high = half->to_float (bits + 1);
      float middle = (float) (((double) low + high) / 2);

      if (!isfinite (low) || !isfinite (high))
        continue;

      check_rounding (half, middle);
      check_rounding (half, nextafterf (middle, INFINITY));
      check_rounding (half, nextafterf (middle, 0.0f));
      check_rounding (half, -middle);
    }
}

static void
test_edges (gconstpointer data)
{
  const Half *half = data;
  double spacing =
      half->max_finite - half->to_float (half->from_float (half->max_finite) - 1);
  float limit = (float) (half->max_finite + spacing / 2);
  const float values[] = { 0.0f,       -0.0f,      limit,      nextafterf (limit, 0.0f),
                           -limit,     G_MAXFLOAT, INFINITY,   -INFINITY,
                           G_MINFLOAT, 0x1p-149f,  -0x1p-149f, NAN };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    check_rounding (half, values[i]);
}

static void
test_random (gconstpointer data)
{
  for (guint i = 0; i < N_RANDOM; i++)
    check_rounding (data, float_from_bits ((guint32) g_test_rand_int ()));
}

/* A signalling NaN whose payload lies in the dropped bits must not become infinity. */
static void
test_nan_payload (gconstpointer data)
{
  const Half *half = data;

  g_assert_true (
      isnan (half->to_float (half->from_float (float_from_bits (0x7f800001)))));
  g_assert_true (
      isnan (half->to_float (half->from_float (float_from_bits (0xffffffff)))));
  g_assert_cmphex (half->from_float (float_from_bits (0xff800001)) & 0x8000, ==, 0x8000);
}

/* Odd addresses on the 16-bit side. */
static void
test_arrays (void)
{
  const float values[] = { 1.5f, -2.0f, 0.333f, 70000.0f };
  guint8 bytes[1 + sizeof values / 2 + 1] = { [9] = 0xaa };
  float back[4];

  dip_f16_from_float_array (values, 4, bytes + 1);
  dip_f16_to_float_array (bytes + 1, 4, back);
  for (guint i = 0; i < 4; i++)
    g_assert_cmpfloat (back[i], ==, dip_f16_to_float (dip_f16_from_float (values[i])));

  dip_bf16_from_float_array (values, 4, bytes + 1);
  dip_bf16_to_float_array (bytes + 1, 4, back);
  for (guint i = 0; i < 4; i++)
    g_assert_cmpfloat (back[i], ==, dip_bf16_to_float (dip_bf16_from_float (values[i])));

  g_assert_cmphex (bytes[0], ==, 0);
  g_assert_cmphex (bytes[9], ==, 0xaa);
}

#define CHECK_CONVERT(dtype, Type, a, b, c)                                              \
  G_STMT_START                                                                           \
  {                                                                                      \
    const Type elements[] = { a, b, c };                                                 \
    guint8 bytes[1 + sizeof elements];                                                   \
    float values[4] = { [3] = 42.0f };                                                   \
                                                                                         \
    memcpy (bytes + 1, elements, sizeof elements);                                       \
    dip_dtype_to_float32 (dtype, bytes + 1, 3, values);                                  \
    for (guint i = 0; i < 3; i++)                                                        \
      g_assert_cmpfloat (values[i], ==, (float) elements[i]);                            \
    g_assert_cmpfloat (values[3], ==, 42.0f);                                            \
    g_assert_cmpuint (dip_dtype_get_size (dtype), ==, sizeof (Type));                    \
  }                                                                                      \
  G_STMT_END

static void
test_dtypes (void)
{
  CHECK_CONVERT (DIP_DTYPE_F64, double, 0.1, -1e-300, 3e300);
  CHECK_CONVERT (DIP_DTYPE_F32, float, 0.1f, -G_MINFLOAT, 1e30f);
  CHECK_CONVERT (DIP_DTYPE_I64, gint64, -7, (1 << 24) + 1, G_MININT64);
  CHECK_CONVERT (DIP_DTYPE_I32, gint32, -7, (1 << 24) + 3, G_MININT32);
  CHECK_CONVERT (DIP_DTYPE_I16, gint16, -7, 300, G_MININT16);
  CHECK_CONVERT (DIP_DTYPE_I8, gint8, -7, 100, G_MININT8);
  CHECK_CONVERT (DIP_DTYPE_U8, guint8, 0, 1, 255);
  CHECK_CONVERT (DIP_DTYPE_BOOL, guint8, 0, 1, 1);
}

static void
test_names (void)
{
  DipDType dtype;

  for (guint i = 0; i < DIP_N_DTYPES; i++)
    {
      g_assert_true (dip_dtype_from_name (dip_dtype_get_name (i), &dtype));
      g_assert_cmpint (dtype, ==, i);
    }

  g_assert_false (dip_dtype_from_name ("f32", &dtype));
  g_assert_false (dip_dtype_from_name ("", &dtype));
  g_assert_true (dip_dtype_is_readable (DIP_DTYPE_BOOL));
  g_assert_false (dip_dtype_is_readable (DIP_DTYPE_F8_E4M3));
  g_assert_false (dip_dtype_is_readable (DIP_DTYPE_U16));
}

static void
add (const char *what, const Half *half, GTestDataFunc test)
{
  g_autofree char *path = g_strdup_printf ("/storage/half/%s/%s", half->name, what);

  g_test_add_data_func (path, half, test);
}

int
main (int argc, char *argv[])
{
  const Half *halves[] = { &f16, &bf16 };

  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (halves); i++)
    {
      add ("every-pattern", halves[i], test_every_pattern);
      add ("every-middle", halves[i], test_every_middle);
      add ("edges", halves[i], test_edges);
      add ("random", halves[i], test_random);
      add ("nan-payload", halves[i], test_nan_payload);
    }
  g_test_add_func ("/storage/half/arrays", test_arrays);
  g_test_add_func ("/storage/dtype/to-float32", test_dtypes);
  g_test_add_func ("/storage/dtype/names", test_names);

  return g_test_run ();
}
