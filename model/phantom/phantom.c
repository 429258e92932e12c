#include "model/phantom/phantom.h"

#include "model/phantom/details.h"
#include "model/phantom/random.h"

struct _DipPhantom
{
  DipAnatomy anatomy;
  DipFrame frame;
  DipPectoral pectoral;
  double glandular_fraction;
  DipPicture *cc;
  DipPicture *mlo;
  DipMask *cc_mask;
  DipMask *mlo_mask;
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
  DipPhantom *self = g_new0 (DipPhantom, 1);
  g_autoptr (DipVolumeSums) sums = dip_volume_project (anatomy, size);
  g_autoptr (DipView) cc = NULL;
  g_autoptr (DipView) mlo = NULL;
  const guint64 seed = anatomy->seed;

  self->anatomy = *anatomy;
  self->glandular_fraction = sums->glandular_fraction;
  dip_frame_init (&self->frame, anatomy, sums, size);
  dip_details_add (sums, anatomy);
  cc = dip_view_new_cc (sums, &self->frame);
  mlo = dip_view_new_mlo (sums, &self->frame);
  dip_view_add_pectoral (mlo, anatomy, &self->pectoral);
  self->cc = dip_view_expose (cc, anatomy, dip_random_key (seed, DIP_STREAM_DETECTOR, 0));
  self->mlo =
      dip_view_expose (mlo, anatomy, dip_random_key (seed, DIP_STREAM_DETECTOR, 1));
  self->cc_mask = g_steal_pointer (&cc->mask);
  self->mlo_mask = g_steal_pointer (&mlo->mask);

  return self;
}

void
dip_phantom_free (DipPhantom *self)
{
  if (self == NULL)
    return;

  dip_picture_free (self->cc);
  dip_picture_free (self->mlo);
  dip_mask_free (self->cc_mask);
  dip_mask_free (self->mlo_mask);
  g_free (self);
}

const DipPicture *
dip_phantom_get_cc (const DipPhantom *self)
{
  return self->cc;
}

const DipPicture *
dip_phantom_get_mlo (const DipPhantom *self)
{
  return self->mlo;
}

const DipMask *
dip_phantom_get_cc_mask (const DipPhantom *self)
{
  return self->cc_mask;
}

const DipMask *
dip_phantom_get_mlo_mask (const DipPhantom *self)
{
  return self->mlo_mask;
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

const DipPectoral *
dip_phantom_get_pectoral (const DipPhantom *self)
{
  return &self->pectoral;
}

double
dip_phantom_get_glandular_fraction (const DipPhantom *self)
{
  return self->glandular_fraction;
}
