/* The network's activations, float32. */

/* erf to 2e-7: its Maclaurin series near 0, elsewhere Abramowitz and Stegun
 * 7.1.26.
 */
float
compute_erf (float x)
{
  float a = abs (x);

  if (a < 0.5)
    {
      float s = x * x;

      return x * 1.1283791671 *
             (1.0 + s * (-1.0 / 3.0 + s * (0.1 + s * (-1.0 / 42.0 + s * (1.0 / 216.0 +
              s * (-1.0 / 1320.0))))));
    }

  float t = 1.0 / (1.0 + 0.3275911 * a);
  float p = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 +
            t * (-1.453152027 + t * 1.061405429))));

  return sign (x) * (1.0 - p * exp (-a * a));
}

/* exp() overflows beyond 88; some drivers do not promise an infinity. */
float
activate (uint activation, float x)
{
  if (activation == DIP_ACT_SILU)
    return x / (1.0 + exp (min (-x, 80.0)));
  if (activation == DIP_ACT_GELU)
    return 0.5 * x * (1.0 + compute_erf (x * 0.70710678));
  if (activation == DIP_ACT_MISH)
    {
      /* tanh (log (1 + e)) = e (e + 2) / (e (e + 2) + 2) */
      float e = exp (min (x, 20.0));
      float n = e * (e + 2.0);

      return x * (n / (n + 2.0));
    }
  if (activation == DIP_ACT_RELU)
    return max (x, 0.0);

  return x;
}
