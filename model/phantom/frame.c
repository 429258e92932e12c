#include "model/phantom/frame.h"

#include "model/phantom/arithmetic.h"

#define ROOT_HALF 0.707106781f
#define MARGIN_BELOW 0.03f /* units between the breast and the MLO's lower edge */
#define MARGIN_BESIDE 0.05f

static gboolean
row_is_covered (const DipRaySums *sums, guint row)
{
  const float *cover = sums->cover + (gsize) row * sums->n_columns;

  for (guint i = 0; i < sums->n_columns; i++)
    if (cover[i] > 0.5f)
      return TRUE;

  return FALSE;
}

/* Raises the CC's frame where the tail would leave it and there is room below. */
static guint
rows_to_raise (const DipRaySums *cc, float h)
{
  guint low = 0, high = cc->n_rows - 1;

  while (low < high && !row_is_covered (cc, low))
    low++;
  while (high > low && !row_is_covered (cc, high))
    high--;

  const float above = (float) (high + 1) * h - 2.0f + MARGIN_BESIDE;
  const float room = (float) low * h - MARGIN_BESIDE;
  const float most = (float) cc->n_rows * h - 2.0f;
  float raise = above < room ? above : room;

  raise = dip_clamp (raise, 0, most);

  return (guint) (raise / h + 0.01f);
}

static float
lowest_height (const DipRaySums *mlo, float h)
{
  guint row = 0;

  while (row + 1 < mlo->n_rows && !row_is_covered (mlo, row))
    row++;

  return ROOT_HALF * (((float) row + 1.5f) * h - 2.0f);
}

void
dip_frame_init (DipFrame *self,
                const DipAnatomy *anatomy,
                const DipVolumeSums *sums,
                guint size)
{
  const float v = ROOT_HALF / anatomy->width, w = ROOT_HALF / anatomy->height;
  const float tail_reach = (1.0f + anatomy->tail) / dip_sqrt (v * v + w * w);
  const float above = 1.0f + anatomy->mlo_shift;
  const float below = 1.0f - anatomy->mlo_shift - MARGIN_BELOW;
  const float lowest = -lowest_height (&sums->mlo, sums->grid.h);
  float top = tail_reach * anatomy->mlo_top;

  if (top > 0.98f * above)
    top = 0.98f * above;

  self->size = size;
  self->h = sums->grid.h;
  self->cc_raised = rows_to_raise (&sums->cc, sums->grid.h);
  self->mlo_shift = anatomy->mlo_shift;
  self->mlo_above = (above / top - 1.0f) / above;
  self->mlo_below = dip_max (0, (lowest / below - 1.0f) / below);
}

DipPoint2
dip_frame_to_cc (const DipFrame *self, DipPoint3 point)
{
  const float top = 1.0f + (float) self->cc_raised * self->h;

  return (DipPoint2){ point.x / self->h - 0.5f, (top - point.y) / self->h - 0.5f };
}

DipPoint2
dip_frame_to_mlo (const DipFrame *self, DipPoint3 point)
{
  const float v = ROOT_HALF * (point.y + point.z);
  float t = v;

  if (v > 0)
    t = v / dip_max (1.0f - self->mlo_above * v, 1e-3f);
  else if (self->mlo_below > 0)
    t = (1.0f - dip_sqrt (1.0f - 4.0f * self->mlo_below * v)) / (2.0f * self->mlo_below);

  return (DipPoint2){ point.x / self->h - 0.5f,
                      (1.0f + self->mlo_shift - t) / self->h - 0.5f };
}

float
dip_frame_mlo_height (const DipFrame *self, float row)
{
  const float t = 1.0f - (row + 0.5f) * self->h + self->mlo_shift;

  return t > 0 ? t / (1.0f + self->mlo_above * t) : t * (1.0f - self->mlo_below * t);
}
