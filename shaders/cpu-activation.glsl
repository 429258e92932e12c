/* Activations, by DipActivation's numbers. */
#define ACTIVATION_SILU 1u
#define ACTIVATION_GELU 2u
#define ACTIVATION_MISH 3u
#define ACTIVATION_RELU 4u

/* Abramowitz and Stegun 7.1.26 is good to 1.5e-7 absolutely; for small |x|,
 * where that would be a large part of the result, the Taylor series.
 */
float
erf (float x)
{
  float a = abs (x);
  float t = 1.0 / (1.0 + 0.3275911 * a);
  float far = 1.0 - ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t
                      - 0.284496736) * t + 0.254829592) * t * exp (-a * a);
  float s = x * x;
  float near = 1.1283791670955126 * a
               * (1.0 + s * (-1.0 / 3.0 + s * (1.0 / 10.0 + s * (-1.0 / 42.0
                                                                 + s * (1.0 / 216.0)))));
  float v = mix (far, near, a < 0.5);
  return mix (v, -v, x < 0.0);
}

float
activate (uint activation, float x)
{
  if (activation == ACTIVATION_SILU)
    return x / (1.0 + exp (-x));
  if (activation == ACTIVATION_GELU)
    return 0.5 * x * (1.0 + erf (x * 0.70710678118654752));
  if (activation == ACTIVATION_MISH)
    {
      /* tanh (log (1 + e)) = ((1 + e)^2 - 1) / ((1 + e)^2 + 1), e = exp (x);
       * beyond 20 it is 1 in float32 and e would overflow. */
      float e = exp (min (x, 20.0));
      float n = e * (e + 2.0);
      return x * (n / (n + 2.0));
    }
  if (activation == ACTIVATION_RELU)
    return max (x, 0.0);
  return x;
}
