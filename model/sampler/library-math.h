#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Functions of float32 as torch 1.13 and numpy 1.24 compute them on machines with AVX2, to
 * the last bit, for what a scheduler works out once.  Where a step is a difference of large
 * numbers the last bit of a logarithm can be seen in the picture.
 */

/* torch.exp and torch.log of float32, that is, SLEEF's with an error of at most 1.0 ULP
 * (Shibata and Petrogalli, IEEE TPDS 31, 2020).  For normal numbers whose result is
 * normal; otherwise expf() and logf().
 */
float dip_torch_exp (float x);
float dip_torch_log (float x);

/* torch.expm1, which is exact in all but one of a thousand last bits. */
float dip_torch_expm1 (float x);

/* numpy.log of float32: a quotient of polynomials. */
float dip_numpy_log (float x);

/* torch.linspace (start, end, n, dtype=torch.float32): @values (n). */
void dip_torch_linspace (float *values, gsize n, double start, double end);

G_END_DECLS
