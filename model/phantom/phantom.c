#include "model/phantom/phantom.h"

#include "model/phantom/details.h"
#include "model/phantom/random.h"
#include "model/phantom/radiograph.h"

#include <math.h>

struct _DipPhantom
{
  DipAnatomy anatomy;
  DipFrame frame;
  DipPectoral pectoral;
  double glandular_fraction;
  DipPicture *pictures[DIP_N_PROJECTIONS];
  DipMask *masks[DIP_N_PROJECTIONS];
  DipMask *pectoral_mask;
};

DipPhantom *
dip_phantom_new (guint64 seed, guint size)
{
  DipAnatomy anatomy;

  dip_anatomy_draw (&anatomy, seed);

  return dip_phantom_new_for_anatomy (&anatomy, size);
}

DipPhantom *
dip_phantom_new_for_anatomy (const DipAnatomy *anatomy, guint size)
{
  g_autoptr (DipVolumeSums) sums = NULL;
  g_autoptr (DipRadiograph) cc = NULL;
  g_autoptr (DipRadiograph) mlo = NULL;
  DipPhantom *self;

  g_return_val_if_fail (size >= DIP_PHANTOM_MIN_SIZE, NULL);
  g_return_val_if_fail (size <= DIP_PHANTOM_MAX_SIZE, NULL);

  self = g_new0 (DipPhantom, 1);
  self->anatomy = *anatomy;
  sums = dip_volume_project (anatomy, size);
  self->glandular_fraction = sums->glandular_fraction;
  dip_frame_init (&self->frame, anatomy, sums, size);
  dip_details_add (sums, anatomy);

  cc = dip_radiograph_new_cc (sums, &self->frame);
  mlo = dip_radiograph_new_mlo (sums, &self->frame);
  dip_radiograph_add_pectoral (mlo, anatomy, &self->pectoral);
  self->pictures[DIP_PROJECTION_CC] = dip_radiograph_expose (
      cc, anatomy, dip_random_key (anatomy->seed, DIP_STREAM_DETECTOR, 0));
  self->pictures[DIP_PROJECTION_MLO] = dip_radiograph_expose (
      mlo, anatomy, dip_random_key (anatomy->seed, DIP_STREAM_DETECTOR, 1));
  self->pectoral_mask = dip_radiograph_make_pectoral_mask (mlo, &self->pectoral);
  self->masks[DIP_PROJECTION_CC] = g_steal_pointer (&cc->mask);
  self->masks[DIP_PROJECTION_MLO] = g_steal_pointer (&mlo->mask);

  return self;
}

void
dip_phantom_free (DipPhantom *self)
{
  if (self == NULL)
    return;

  for (guint p = 0; p < DIP_N_PROJECTIONS; p++)
    {
      dip_picture_free (self->pictures[p]);
      dip_mask_free (self->masks[p]);
    }
  dip_mask_free (self->pectoral_mask);
  g_free (self);
}

const DipPicture *
dip_phantom_get_picture (const DipPhantom *self, DipProjection projection)
{
  return self->pictures[projection];
}

const DipMask *
dip_phantom_get_mask (const DipPhantom *self, DipProjection projection)
{
  return self->masks[projection];
}

const DipMask *
dip_phantom_get_pectoral_mask (const DipPhantom *self)
{
  return self->pectoral_mask;
}

const DipFrame *
dip_phantom_get_frame (const DipPhantom *self)
{
  return &self->frame;
}

const DipAnatomy *
dip_phantom_get_anatomy (const DipPhantom *self)
{
  return &self->anatomy;
}

static DipPoint2
project (const DipPhantom *self, DipPoint3 point, DipProjection projection)
{
  return projection == DIP_PROJECTION_CC ? dip_frame_to_cc (&self->frame, point)
                                         : dip_frame_to_mlo (&self->frame, point);
}

DipPoint2
dip_phantom_get_nipple (const DipPhantom *self, DipProjection projection)
{
  return project (self, dip_anatomy_nipple_tip (&self->anatomy), projection);
}

void
dip_phantom_get_pectoral_line (const DipPhantom *self, DipPectoralLine *line)
{
  const double slope = (double) self->pectoral.slope;
  const double top_x = (double) self->pectoral.top_x;
  const double length = sqrt (1.0 + slope * slope);

  line->top = (DipPoint2){ self->pectoral.top_x, 0.0f };
  line->bottom = (DipPoint2){ 0.0f, (float) (-top_x / slope) };
  line->normal_x = 1.0 / length;
  line->normal_y = -slope / length;
  line->distance = top_x / length;
  line->angle = atan (-slope) * 180.0 / G_PI;
}

static DipLesionPlace
place_of (const DipPhantom *self, DipPoint2 at, DipProjection projection)
{
  const DipMask *mask = self->masks[projection];
  const float x = at.x + 0.5f, y = at.y + 0.5f;
  gsize pixel;

  if (x < 0 || y < 0 || x >= (float) mask->width || y >= (float) mask->height)
    return DIP_LESION_OUTSIDE;

  pixel = (gsize) y * mask->width + (gsize) x;
  if (!mask->values[pixel])
    return DIP_LESION_OUTSIDE;

  return projection == DIP_PROJECTION_MLO && self->pectoral_mask->values[pixel]
             ? DIP_LESION_IN_PECTORAL
             : DIP_LESION_IN_BREAST;
}

static void
fill_lesion (const DipPhantom *self,
             DipLesion *lesion,
             DipLesionKind kind,
             DipPoint3 centre,
             float radius)
{
  lesion->kind = kind;
  lesion->centre = centre;
  lesion->radius = radius / self->frame.h;
  for (guint p = 0; p < DIP_N_PROJECTIONS; p++)
    {
      lesion->at[p] = project (self, centre, p);
      lesion->place[p] = place_of (self, lesion->at[p], p);
    }
}

guint
dip_phantom_get_lesions (const DipPhantom *self, DipLesion *lesions)
{
  const DipAnatomy *a = &self->anatomy;
  guint n = 0;

  if (a->has_mass)
    fill_lesion (self, &lesions[n++], DIP_LESION_MASS, a->mass_centre, a->mass_radius);
  if (a->has_calcifications)
    fill_lesion (self, &lesions[n++], DIP_LESION_CALCIFICATIONS, a->calcifications_centre,
                 a->calcifications_radius);

  return n;
}

double
dip_phantom_get_glandular_fraction (const DipPhantom *self)
{
  return self->glandular_fraction;
}
