#include "model/phantom/details.h"

#include "model/phantom/arithmetic.h"
#include "model/phantom/random.h"

#define STEP 0.01f /* units along a duct */
#define MAX_BRANCHINGS 3
#define CALCIUM_EXCESS 15.0f /* attenuation above tissue, 1/cm */
#define PI 3.14159265f

typedef struct
{
  DipPoint3 at;
  float slope_y; /* a unit toward the chest wall */
  float slope_z;
  float radius;
  guint n_steps;
  guint n_branchings;
} Duct;

typedef struct
{
  DipVolumeSums *sums;
  const DipAnatomy *anatomy;
  DipStream stream;
} Gardener;

/* 0 on the breast's axis, 1 on its skin; the axillary tail is not counted. */
static float
skinwardness (const DipAnatomy *a, DipPoint3 p)
{
  const float along = p.x / a->length;
  const float v = (p.y - a->nipple_offset * along) / a->width;
  const float w = (p.z + a->droop * along * dip_sqrt (along)) / a->height;

  return dip_pow (along, a->depth_power) +
         dip_pow (v * v + w * w, 0.5f * a->section_power);
}

static gboolean
duct_step (Gardener *self, Duct *duct)
{
  const float slope2 = duct->slope_y * duct->slope_y + duct->slope_z * duct->slope_z;
  const float dx = STEP / dip_sqrt (1.0f + slope2);

  duct->at.x -= dx;
  duct->at.y += dx * duct->slope_y;
  duct->at.z += dx * duct->slope_z;
  duct->slope_y += 0.05f * dip_stream_bell (&self->stream);
  duct->slope_z += 0.05f * dip_stream_bell (&self->stream);
  duct->radius = dip_max (duct->radius * 0.992f, 0.004f);

  return duct->at.x > 0.05f && (duct->at.x > 0.93f * self->anatomy->length ||
                                skinwardness (self->anatomy, duct->at) < 0.8f);
}

static Duct
branch_off (Gardener *self, const Duct *duct, guint n_steps_left)
{
  Duct branch = *duct;

  branch.slope_y += 0.45f * dip_stream_bell (&self->stream);
  branch.slope_z += 0.45f * dip_stream_bell (&self->stream);
  branch.radius *= 0.8f;
  branch.n_steps = n_steps_left * 2 / 3;
  branch.n_branchings++;

  return branch;
}

static void
grow (Gardener *self, Duct duct)
{
  const float excess = 0.9f * (DIP_MU_GLAND - DIP_MU_FAT) * self->anatomy->duct_contrast;

  for (guint i = 0; i < duct.n_steps; i++)
    {
      if (!duct_step (self, &duct))
        return;
      dip_volume_sums_add_ball (self->sums, duct.at, duct.radius,
                                PI * duct.radius * duct.radius * STEP, excess);
      if (duct.n_branchings < MAX_BRANCHINGS &&
          dip_stream_uniform (&self->stream, 0, 1) < 0.035f)
        grow (self, branch_off (self, &duct, duct.n_steps - i));
    }
}

static void
add_ducts (DipVolumeSums *sums, const DipAnatomy *anatomy)
{
  Gardener self = { sums, anatomy, dip_stream_new (anatomy->seed, DIP_STREAM_DUCTS) };
  const guint n_ducts = 6 + (guint) dip_stream_uniform (&self.stream, 0, 5);

  for (guint i = 0; i < n_ducts; i++)
    {
      const float angle = dip_stream_uniform (&self.stream, 0, 2 * PI);
      const float fan = dip_sqrt (dip_stream_uniform (&self.stream, 0.02f, 0.5f));
      Duct duct = { .at = dip_anatomy_nipple_centre (anatomy) };

      duct.at.x -= anatomy->nipple_radius;
      duct.at.y += 0.03f * fan * dip_cos (angle);
      duct.at.z += 0.03f * fan * dip_sin (angle);
      duct.slope_y = fan * dip_cos (angle) - anatomy->nipple_offset / anatomy->length;
      duct.slope_z = fan * dip_sin (angle) + anatomy->droop / anatomy->length;
      duct.radius = dip_stream_uniform (&self.stream, 0.009f, 0.015f);
      duct.n_steps =
          (guint) (anatomy->length * dip_stream_uniform (&self.stream, 35, 75));
      grow (&self, duct);
    }
}

static void
add_calcifications (DipVolumeSums *sums, const DipAnatomy *anatomy)
{
  DipStream stream = { dip_random_key (anatomy->seed, DIP_STREAM_CALCIFICATIONS, 1) };
  const DipPoint3 c = anatomy->calcifications_centre;
  const float spread = anatomy->calcifications_radius;

  for (guint i = 0; i < anatomy->n_calcifications; i++)
    {
      const float radius = dip_stream_uniform (&stream, 0.0055f, 0.0110f);
      const float volume = 4.0f / 3.0f * PI * radius * radius * radius;
      const float dx = 0.45f * dip_stream_bell (&stream);
      const float dy = 0.45f * dip_stream_bell (&stream);
      const float dz = 0.45f * dip_stream_bell (&stream);
      const DipPoint3 at = { c.x + spread * dx, c.y + spread * dy, c.z + spread * dz };

      dip_volume_sums_add_ball (sums, at, radius, volume, CALCIUM_EXCESS);
    }
}

void
dip_details_add (DipVolumeSums *sums, const DipAnatomy *anatomy)
{
  add_ducts (sums, anatomy);
  if (anatomy->has_calcifications)
    add_calcifications (sums, anatomy);
}
