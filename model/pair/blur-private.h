#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Gaussian blur of (height, width) values, σ in pixels, cut at 3 σ; what lies beyond an
 * edge is as at the edge.  @out may be @in.  Nothing below 0.2 pixels. */
void dip_blur (const float *in, float *out, guint width, guint height, double sigma);

G_END_DECLS
