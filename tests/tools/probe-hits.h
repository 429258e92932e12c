#pragma once

#include "model/phantom/phantom.h"

G_BEGIN_DECLS

/* One lesion of a phantom sought in one view from its place in the other. */
typedef struct
{
  DipProjection from;
  gboolean has_arc;
  gboolean has_strip;
  double arc_error;   /* |r' − r|, of the picture's width */
  double strip_error; /* |t' − t|, of the picture's width */
} DipProbeHit;

/* Appends a DipProbeHit for each lesion that is in both pictures, each way, by landmarks
 * as they are found (@is_truth FALSE) or as the phantom knows them. */
void dip_probe_hits_append (GArray *hits, const DipPhantom *phantom, gboolean is_truth);

/* Shares of @hits within @tolerance (of the width). */
typedef struct
{
  guint n;
  double arc, strip, both;
} DipProbeRate;

void dip_probe_hits_rate (const GArray *hits, double tolerance, DipProbeRate *rate);

G_END_DECLS
