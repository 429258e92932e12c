#include "model/phantom/anatomy.h"

#include "model/phantom/arithmetic.h"
#include "model/phantom/random.h"

#define TWO_PI 6.28318531f

/* Beta (a, b) after Jöhnk: reject pairs, keep the ratio. */
static float
draw_beta (DipStream *stream, float a, float b)
{
  float x, y;

  do
    {
      x = dip_pow (dip_stream_uniform (stream, 0, 1), 1 / a);
      y = dip_pow (dip_stream_uniform (stream, 0, 1), 1 / b);
    }
  while (x + y > 1.0f || x + y == 0.0f);

  return x / (x + y);
}

static void
draw_shape (DipAnatomy *self)
{
  DipStream s = dip_stream_new (self->seed, DIP_STREAM_SHAPE);

  self->length = dip_stream_uniform (&s, 0.75f, 1.45f);
  self->width = dip_stream_uniform (&s, 0.58f, 0.80f);
  self->height = self->width * dip_stream_uniform (&s, 0.78f, 1.0f);
  /* A wide breast has a shorter tail, or it would not fit the frame. */
  self->tail = dip_stream_uniform (
      &s, 0.35f, dip_clamp ((1.08f / self->width - 1.0f) / 0.6f, 0.4f, 0.85f));
  self->section_power = dip_stream_uniform (&s, 1.8f, 2.5f);
  self->depth_power = dip_stream_uniform (&s, 1.5f, 2.1f);
  self->droop = dip_stream_uniform (&s, 0.0f, 0.22f);
  self->nipple_offset = dip_stream_uniform (&s, -0.08f, 0.08f);
  self->nipple_radius = dip_stream_uniform (&s, 0.05f, 0.06f);
  self->thickness = dip_stream_uniform (&s, 0.35f, 0.60f);
}

static void
draw_gland (DipAnatomy *self)
{
  DipStream density = dip_stream_new (self->seed, DIP_STREAM_DENSITY);
  DipStream s = dip_stream_new (self->seed, DIP_STREAM_GLAND);

  self->density = draw_beta (&density, 1.2f, 1.4f);
  self->gland_offset_y = dip_stream_uniform (&s, -0.08f, 0.22f);
  self->gland_offset_z = dip_stream_uniform (&s, -0.05f, 0.18f);
  self->subcutaneous = dip_stream_uniform (&s, 0.08f, 0.14f);
  self->duct_contrast = dip_stream_uniform (&s, 0.35f, 1.0f);
}

static void
draw_placing (DipAnatomy *self)
{
  DipStream s = dip_stream_new (self->seed, DIP_STREAM_PLACING);
  DipStream p = dip_stream_new (self->seed, DIP_STREAM_PECTORAL);

  self->mlo_shift = dip_stream_uniform (&s, 0.08f, 0.32f);
  self->mlo_top = dip_stream_uniform (&s, 0.62f, 0.86f);
  self->pectoral_width = dip_stream_uniform (&p, 0.50f, 0.92f);
  self->pectoral_height = dip_stream_uniform (&p, 0.50f, 0.88f);
  self->pectoral_bow = dip_stream_uniform (&p, -0.04f, 0.10f);
  self->pectoral_opacity = dip_stream_uniform (&p, 0.55f, 0.85f);
}

static void
draw_mass (DipAnatomy *self)
{
  DipStream s = dip_stream_new (self->seed, DIP_STREAM_MASS);

  self->has_mass = dip_stream_uniform (&s, 0, 1) < 0.35f;
  self->mass_radius = dip_stream_uniform (&s, 0.05f, 0.11f);
  self->mass_stretch = dip_stream_uniform (&s, 0.8f, 1.2f);

  const float along = dip_stream_uniform (&s, 0.22f, 0.72f);
  const float radius = 0.62f * dip_sqrt (dip_stream_uniform (&s, 0, 1));

  self->mass_centre =
      dip_anatomy_point_inside (self, along, radius, dip_stream_uniform (&s, 0, TWO_PI));
}

static void
draw_calcifications (DipAnatomy *self)
{
  DipStream s = dip_stream_new (self->seed, DIP_STREAM_CALCIFICATIONS);

  self->has_calcifications = dip_stream_uniform (&s, 0, 1) < 0.22f;
  self->calcifications_radius = dip_stream_uniform (&s, 0.04f, 0.09f);
  self->n_calcifications = 6 + (guint) dip_stream_uniform (&s, 0, 13);

  const float along = dip_stream_uniform (&s, 0.25f, 0.78f);
  const float radius = 0.55f * dip_sqrt (dip_stream_uniform (&s, 0, 1));

  self->calcifications_centre =
      dip_anatomy_point_inside (self, along, radius, dip_stream_uniform (&s, 0, TWO_PI));
}

void
dip_anatomy_draw (DipAnatomy *self, guint64 seed)
{
  *self = (DipAnatomy){ .seed = seed };
  draw_shape (self);
  draw_gland (self);
  draw_placing (self);
  draw_mass (self);
  draw_calcifications (self);
}

DipPoint3
dip_anatomy_nipple_centre (const DipAnatomy *self)
{
  return (DipPoint3){ self->length, self->nipple_offset, -self->droop };
}

DipPoint3
dip_anatomy_nipple_tip (const DipAnatomy *self)
{
  DipPoint3 tip = dip_anatomy_nipple_centre (self);

  tip.x += self->nipple_radius;

  return tip;
}

DipPoint3
dip_anatomy_point_inside (const DipAnatomy *self, float along, float radius, float angle)
{
  const float section =
      dip_pow (1.0f - dip_pow (along, self->depth_power), 1.0f / self->section_power);
  const float reach = radius * section;

  return (DipPoint3){
    along * self->length,
    self->nipple_offset * along + self->width * reach * dip_cos (angle),
    -self->droop * along * dip_sqrt (along) + self->height * reach * dip_sin (angle),
  };
}
