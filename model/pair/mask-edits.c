#include "model/pair/mask-edits.h"

#include "model/storage/error.h"

#include <math.h>

/* Of a radius between the stamps of one stroke. */
#define SPACING 0.5

/* More would not be drawn by a hand. */
#define MAX_STAMPS 100000

struct _DipMaskEdits
{
  GArray *stamps; /* of DipBrushStamp; those taken back stay behind the count */
  guint n_stamps; /* in force */
};

DipMaskEdits *
dip_mask_edits_new (void)
{
  DipMaskEdits *self = g_new0 (DipMaskEdits, 1);

  self->stamps = g_array_new (FALSE, FALSE, sizeof (DipBrushStamp));

  return self;
}

DipMaskEdits *
dip_mask_edits_copy (const DipMaskEdits *self)
{
  DipMaskEdits *copy = g_new0 (DipMaskEdits, 1);

  copy->stamps = g_array_copy (self->stamps);
  copy->n_stamps = self->n_stamps;

  return copy;
}

void
dip_mask_edits_free (DipMaskEdits *self)
{
  if (self == NULL)
    return;

  g_array_unref (self->stamps);
  g_free (self);
}

guint
dip_mask_edits_get_count (const DipMaskEdits *self)
{
  return self->n_stamps;
}

const DipBrushStamp *
dip_mask_edits_get (const DipMaskEdits *self, guint index)
{
  g_return_val_if_fail (index < self->n_stamps, NULL);

  return &g_array_index (self->stamps, DipBrushStamp, index);
}

static const DipBrushStamp *
last_of (const DipMaskEdits *self)
{
  return self->n_stamps > 0 ? dip_mask_edits_get (self, self->n_stamps - 1) : NULL;
}

static void
append (DipMaskEdits *self, DipBrushStamp stamp)
{
  if (self->n_stamps >= MAX_STAMPS)
    return;

  g_array_set_size (self->stamps, self->n_stamps);
  g_array_append_val (self->stamps, stamp);
  self->n_stamps++;
}

void
dip_mask_edits_begin (DipMaskEdits *self, DipPoint at, double radius, gboolean adds)
{
  const DipBrushStamp *last = last_of (self);

  g_return_if_fail (radius > 0.0 && isfinite (radius) && isfinite (at.x) &&
                    isfinite (at.y));

  append (self,
          (DipBrushStamp){ at, radius, !!adds, last != NULL ? last->stroke + 1 : 0 });
}

void
dip_mask_edits_draw_to (DipMaskEdits *self, DipPoint to)
{
  const DipBrushStamp *last = last_of (self);
  DipBrushStamp from;
  double n_steps;

  if (last == NULL || !isfinite (to.x) || !isfinite (to.y))
    return;

  from = *last;
  n_steps = ceil (dip_point_distance (from.at, to) / (SPACING * from.radius));
  for (double i = 1.0; i <= MIN (n_steps, MAX_STAMPS); i++)
    {
      DipBrushStamp stamp = from;

      stamp.at.x += (to.x - from.at.x) * i / n_steps;
      stamp.at.y += (to.y - from.at.y) * i / n_steps;
      append (self, stamp);
    }
}

gboolean
dip_mask_edits_undo (DipMaskEdits *self)
{
  const guint stroke = self->n_stamps > 0 ? last_of (self)->stroke : 0;

  if (self->n_stamps == 0)
    return FALSE;

  while (self->n_stamps > 0 && last_of (self)->stroke == stroke)
    self->n_stamps--;

  return TRUE;
}

gboolean
dip_mask_edits_redo (DipMaskEdits *self)
{
  const guint n_known = self->stamps->len;
  guint stroke;

  if (self->n_stamps == n_known)
    return FALSE;

  stroke = g_array_index (self->stamps, DipBrushStamp, self->n_stamps).stroke;
  while (self->n_stamps < n_known &&
         g_array_index (self->stamps, DipBrushStamp, self->n_stamps).stroke == stroke)
    self->n_stamps++;

  return TRUE;
}

void
dip_mask_edits_clear (DipMaskEdits *self)
{
  g_array_set_size (self->stamps, 0);
  self->n_stamps = 0;
}

/* A pixel's row or column, cut to 0 … limit. */
static guint
cut (double at, guint limit)
{
  return (guint) CLAMP (at, 0.0, (double) limit);
}

static void
apply_stamp (const DipBrushStamp *stamp, DipMask *mask)
{
  const double r = stamp->radius;
  const guint y_end = cut (floor (stamp->at.y + r) + 1.0, mask->height);

  for (guint y = cut (ceil (stamp->at.y - r), mask->height); y < y_end; y++)
    {
      const double dy = y - stamp->at.y, left = r * r - dy * dy;
      const double half = left > 0.0 ? sqrt (left) : 0.0;
      const guint x_end = cut (floor (stamp->at.x + half) + 1.0, mask->width);

      for (guint x = cut (ceil (stamp->at.x - half), mask->width); x < x_end; x++)
        mask->values[(gsize) y * mask->width + x] = stamp->adds ? 1 : 0;
    }
}

void
dip_mask_edits_apply_from (const DipMaskEdits *self, guint first, DipMask *mask)
{
  for (guint i = first; i < self->n_stamps; i++)
    apply_stamp (dip_mask_edits_get (self, i), mask);
}

void
dip_mask_edits_apply (const DipMaskEdits *self, DipMask *mask)
{
  dip_mask_edits_apply_from (self, 0, mask);
}

json_t *
dip_mask_edits_to_json (const DipMaskEdits *self)
{
  json_t *json = json_array ();

  for (guint i = 0; i < self->n_stamps; i++)
    {
      const DipBrushStamp *s = dip_mask_edits_get (self, i);

      json_array_append_new (json,
                             json_pack ("[f, f, f, b, I]", s->at.x, s->at.y, s->radius,
                                        s->adds, (json_int_t) s->stroke));
    }

  return json;
}

static gboolean
read_stamp (json_t *json, DipBrushStamp *stamp)
{
  int adds;
  json_int_t stroke;

  if (json_unpack (json, "[F, F, F, b, I!]", &stamp->at.x, &stamp->at.y, &stamp->radius,
                   &adds, &stroke) != 0 ||
      !isfinite (stamp->at.x) || !isfinite (stamp->at.y) || !isfinite (stamp->radius) ||
      stamp->radius <= 0.0 || stroke < 0 || stroke > MAX_STAMPS)
    return FALSE;
  stamp->adds = adds;
  stamp->stroke = (guint) stroke;

  return TRUE;
}

DipMaskEdits *
dip_mask_edits_new_from_json (json_t *json, const char *name, GError **error)
{
  g_autoptr (DipMaskEdits) self = dip_mask_edits_new ();

  for (gsize i = 0; i < json_array_size (json); i++)
    {
      DipBrushStamp stamp;

      if (!read_stamp (json_array_get (json, i), &stamp) || i >= MAX_STAMPS)
        {
          dip_storage_set_error (
              error, DIP_STORAGE_ERROR_VALUE, name,
              "brush stamp %" G_GSIZE_FORMAT " must be [x, y, radius, adds, stroke]", i);
          return NULL;
        }
      append (self, stamp);
    }
  if (!json_is_array (json))
    {
      dip_storage_set_error (error, DIP_STORAGE_ERROR_VALUE, name,
                             "a mask's edits must be an array");
      return NULL;
    }

  return g_steal_pointer (&self);
}
