#pragma once

#include "model/pair/geometry.h"
#include "model/pair/picture.h"

#include <jansson.h>

G_BEGIN_DECLS

/* Something measured by hand on one picture. */
typedef enum
{
  DIP_MEASURE_DISTANCE, /* 2 points */
  DIP_MEASURE_ANGLE,    /* 3: a leg's end, the vertex, the other leg's end */
  DIP_MEASURE_AREA,     /* 3 or more: a polygon's corners */
  DIP_MEASURE_PROFILE,  /* 2: a line, and the values along it */
} DipMeasureKind;
#define DIP_N_MEASURE_KINDS 4

typedef struct
{
  DipMeasureKind kind;
  guint channel; /* 0 CC, 1 MLO, 2 third */
  guint width;   /* of the picture it was measured on, pixels; 0 for any */
  guint height;
  GArray *points; /* of DipPoint, in pixels (geometry.h) */
} DipMeasure;

DipMeasure *dip_measure_new (DipMeasureKind kind, guint channel);
DipMeasure *dip_measure_copy (const DipMeasure *self);
void dip_measure_free (DipMeasure *self);

DipPoint dip_measure_get_point (const DipMeasure *self, guint index);
void dip_measure_add_point (DipMeasure *self, DipPoint at);
void dip_measure_set_point (DipMeasure *self, guint index, DipPoint at);

/* "distance", "angle", "area", "profile"; static. */
const char *dip_measure_kind_get_name (DipMeasureKind kind);

/* The points it takes at least; an area may have more. */
guint dip_measure_kind_get_n_points (DipMeasureKind kind);

/* What is measured; NaN for what is not of its kind or cannot be had. */
typedef struct
{
  double length;  /* distance, profile: from point to point; area: all around; pixels */
  double degrees; /* angle, 0 … 180; NaN where a leg has no length */
  double area; /* pixels², |Σ (x_i y_i+1 − x_i+1 y_i)| / 2; of a polygon that crosses
                   * itself the parts cancel */
  double mean; /* profile: of its samples; area: of the pixels whose centre lies inside
                   * (even-odd); grey values as they are, 0 … 1 */
  double spread; /* their standard deviation (by n) */
  double lowest;
  double highest;
} DipMeasureFigures;

/* @picture: of its channel; NULL: mean to highest are NaN. */
void dip_measure_compute (const DipMeasure *self,
                          const DipPicture *picture,
                          DipMeasureFigures *figures);

/* The values along a profile, linear interpolation between pixel centres, the border's
 * value going on: ⌈length⌉ + 1 samples at equal steps, both ends included.  g_free(). */
double *
dip_measure_sample (const DipMeasure *self, const DipPicture *picture, guint *n_samples);

/* {"kind": "distance", "view": "CC", "points": [[x, y], …], "length_px": …,
 *  "length_mm": …, "angle_deg": …, "area_px2": …, "area_mm2": …, "mean": …, "spread": …,
 *  "lowest": …, "highest": …}: those that there are; mm where @spacing_mm is above 0.  The
 * caller owns it. */
json_t *dip_measure_to_json (const DipMeasure *self,
                             const DipPicture *picture,
                             double spacing_mm);

/* "CC", "MLO", "third"; static. */
const char *dip_measure_get_view_name (const DipMeasure *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipMeasure, dip_measure_free)

G_END_DECLS
