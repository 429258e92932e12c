#include "model/sampler/library-math.h"

#include <float.h>
#include <math.h>

/* As many values as torch computes at once, and as many as it takes in one go. */
#define LANES 8
#define STRIDE (2 * LANES)

float
dip_torch_exp (float x)
{
  const float terms[] = { 0.00139304355252534151077271f, 0.00833336077630519866943359f,
                          0.0416664853692054748535156f, 0.166666671633720397949219f,
                          0.5f };
  float q, r, sum;

  /* Also for what is no number. */
  if (!(fabsf (x) < 80.0f))
    return expf (x);

  /* The remainder by log (2), in two parts. */
  q = rintf (x * 1.442695040888963407359924681001892137426645954152985934135449406931f);
  r = fmaf (q, -0.693145751953125f, x);
  r = fmaf (q, -1.428606765330187045e-06f, r);

  sum = 0.000198527617612853646278381f;
  for (guint i = 0; i < G_N_ELEMENTS (terms); i++)
    sum = fmaf (sum, r, terms[i]);

  return ldexpf (1.0f + fmaf (r * r, sum, r), (int) q);
}

float
dip_torch_expm1 (float x)
{
  return (float) expm1 (x);
}

/* A sum of two float32 that together hold more digits. */
typedef struct
{
  float high;
  float low;
} Pair;

static Pair
add_exactly (float a, float b)
{
  float sum = a + b;
  float of_b = sum - a;

  return (Pair){ sum, (a - (sum - of_b)) + (b - of_b) };
}

static Pair
divide (Pair a, Pair b)
{
  float inverse = 1.0f / b.high;
  float high = a.high * inverse;
  float lost = fmaf (a.high, inverse, -high);
  float error = fmaf (-b.low, inverse, fmaf (-b.high, inverse, 1.0f));

  return (Pair){ high, fmaf (high, error, fmaf (a.low, inverse, lost)) };
}

float
dip_torch_log (float x)
{
  int exponent;
  float mantissa, square, sum, e;
  Pair log_2, ratio, result;

  if (!(x >= FLT_MIN && x <= FLT_MAX))
    return logf (x);

  /* x = mantissa 2^e with the mantissa from 0.75 to 1.5. */
  frexpf (x * (1.0f / 0.75f), &exponent);
  mantissa = ldexpf (x, 1 - exponent);
  e = exponent - 1;

  log_2.high = 0.69314718246459960938f * e;
  log_2.low = fmaf (0.69314718246459960938f, e, -log_2.high);
  log_2.low = fmaf (-1.904654323148236017e-09f, e, log_2.low);

  /* The series of the area hyperbolic tangent. */
  ratio = divide (add_exactly (-1.0f, mantissa), add_exactly (1.0f, mantissa));
  square = ratio.high * ratio.high;
  sum = fmaf (0.3027294874f, square, 0.3996108174f);
  sum = fmaf (sum, square, 0.6666694880f);

  result.high = log_2.high + 2.0f * ratio.high;
  result.low =
      (log_2.high - result.high + 2.0f * ratio.high) + log_2.low + 2.0f * ratio.low;
  sum = square * ratio.high * sum;
  e = result.high + sum;

  return e + ((result.high - e + sum) + result.low);
}

float
dip_numpy_log (float x)
{
  const float above[] = { 2.589979117907922693523e-02f, 3.808837741388407920751e-01f,
                          1.480000633576506585156e+00f, 2.112677543073053063722e+00f,
                          9.999999999999998702752e-01f, 0.0f };
  const float below[] = { 5.875095403124574342950e-03f, 1.546476374983906719538e-01f,
                          9.864942958518418960339e-01f, 2.453006071784736363091e+00f,
                          2.612677543073109236779e+00f, 1.0f };
  float mantissa, numerator, denominator;
  int exponent;

  if (!(x >= FLT_MIN && x <= FLT_MAX))
    return logf (x);

  mantissa = frexpf (x, &exponent);
  if (mantissa < 0.707106781186547524400844362104849039f)
    {
      mantissa = mantissa + mantissa;
      exponent--;
    }
  mantissa = mantissa - 1.0f;

  numerator = above[0];
  denominator = below[0];
  for (guint i = 1; i < G_N_ELEMENTS (above); i++)
    {
      numerator = fmaf (numerator, mantissa, above[i]);
      denominator = fmaf (denominator, mantissa, below[i]);
    }

  return fmaf (exponent, 0.693147180559945309417232121458176568f,
               numerator / denominator);
}

/* From both ends towards the middle: the first of a group of lanes by a fused
 * multiply-add, the others from there; those that fill no stride one by one.
 */
void
dip_torch_linspace (float *values, gsize n, double start, double end)
{
  float first = start;
  float last = end;
  float step = n > 1 ? (last - first) / (float) (n - 1) : 0.0f;

  if (n == 1)
    {
      values[0] = first;
      return;
    }

  for (gsize i = 0; i < n; i++)
    {
      gsize lane = i < n - n % STRIDE ? i % LANES : 0;
      gsize group = i - lane;
      float base = group < n / 2 ? fmaf (step, (float) group, first)
                                 : fmaf (-step, (float) (n - 1 - group), last);

      values[i] = lane > 0 ? base + (float) lane * step : base;
    }
}
