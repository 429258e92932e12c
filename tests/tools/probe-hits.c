#include "tests/tools/probe-hits.h"

#include "model/pair/probe.h"

#include <math.h>

static DipFoundView *
make_view (const DipPhantom *phantom, DipProjection projection, gboolean is_truth)
{
  const DipViewPosition position =
      projection == DIP_PROJECTION_CC ? DIP_VIEW_POSITION_CC : DIP_VIEW_POSITION_MLO;
  DipFoundView *view = dip_found_view_new (dip_phantom_get_picture (phantom, projection),
                                           position, NULL, DIP_FLIP_NEVER);
  const DipPoint2 nipple = dip_phantom_get_nipple (phantom, projection);
  DipPectoralLine line;

  if (!is_truth)
    return view;

  dip_landmarks_set_point (&view->breast->landmarks, DIP_LANDMARK_NIPPLE,
                           (DipPoint){ nipple.x, nipple.y });
  dip_phantom_get_pectoral_line (phantom, &line);
  if (projection == DIP_PROJECTION_MLO)
    dip_landmarks_set_pectoral (&view->breast->landmarks,
                                (DipPoint){ line.top.x, line.top.y },
                                (DipPoint){ line.bottom.x, line.bottom.y });

  return view;
}

static void
append (GArray *hits,
        const DipLesion *lesion,
        DipFoundView *const views[DIP_N_PROJECTIONS],
        DipProjection from)
{
  const DipProjection to =
      from == DIP_PROJECTION_CC ? DIP_PROJECTION_MLO : DIP_PROJECTION_CC;
  const DipPoint here = { lesion->at[from].x, lesion->at[from].y };
  const DipPoint there = { lesion->at[to].x, lesion->at[to].y };
  const double width = views[to]->picture->width;
  DipProbeHit hit = { .from = from };
  DipProbeFigures figures;
  DipProbe probe;

  hit.has_arc = dip_probe_set (&probe, views[from], here, views[to], 0.0);
  hit.has_strip = hit.has_arc && probe.has_strip;
  dip_probe_measure (&figures, views[to], there);
  hit.arc_error = fabs (figures.distance - probe.radius) / width;
  hit.strip_error = fabs (figures.depth - probe.depth) / width;
  g_array_append_val (hits, hit);
}

void
dip_probe_hits_append (GArray *hits, const DipPhantom *phantom, gboolean is_truth)
{
  g_autoptr (DipFoundView) cc = make_view (phantom, DIP_PROJECTION_CC, is_truth);
  g_autoptr (DipFoundView) mlo = make_view (phantom, DIP_PROJECTION_MLO, is_truth);
  DipFoundView *const views[] = { cc, mlo };
  DipLesion lesions[DIP_PHANTOM_MAX_LESIONS];
  const guint n = dip_phantom_get_lesions (phantom, lesions);

  for (guint i = 0; i < n; i++)
    if (lesions[i].place[DIP_PROJECTION_CC] != DIP_LESION_OUTSIDE &&
        lesions[i].place[DIP_PROJECTION_MLO] != DIP_LESION_OUTSIDE)
      for (guint from = 0; from < DIP_N_PROJECTIONS; from++)
        append (hits, &lesions[i], views, (DipProjection) from);
}

void
dip_probe_hits_rate (const GArray *hits, double tolerance, DipProbeRate *rate)
{
  *rate = (DipProbeRate){ .n = hits->len };
  for (guint i = 0; i < hits->len; i++)
    {
      const DipProbeHit *hit = &g_array_index (hits, DipProbeHit, i);
      const gboolean arc = hit->has_arc && hit->arc_error <= tolerance;
      const gboolean strip = hit->has_strip && hit->strip_error <= tolerance;

      rate->arc += arc / (double) hits->len;
      rate->strip += strip / (double) hits->len;
      rate->both += (arc && strip) / (double) hits->len;
    }
}
