#include "app/runs/origin.h"

#include "app/runs/take.h"

static DipOrigin *
origin_new (DipOriginKind kind)
{
  DipOrigin *self = g_atomic_rc_box_new0 (DipOrigin);

  self->kind = kind;

  return self;
}

/* A frame that a branch shares with its parent is the parent's. */
DipOrigin *
dip_origin_new_fork (DipTake *take, guint position, GError **error)
{
  DipFrame *frame = dip_take_get_frame (take, position, error);
  DipOrigin *self;

  if (frame == NULL)
    return NULL;
  while (position < dip_take_get_n_shared (take))
    take = dip_take_get_parent (take);

  self = origin_new (DIP_ORIGIN_FORK);
  self->take = g_object_ref (take);
  self->position = position;
  self->frame = frame;

  return self;
}

DipOrigin *
dip_origin_new_picture (const DipPair *pair,
                        DipThird third,
                        double strength,
                        json_t *facts)
{
  return dip_origin_new_part (pair, third, NULL, strength, 0, 0, facts);
}

DipOrigin *
dip_origin_new_part (const DipPair *pair,
                     DipThird third,
                     const float *mask,
                     double strength,
                     guint jump_length,
                     guint n_repeats,
                     json_t *facts)
{
  DipOrigin *self = origin_new (DIP_ORIGIN_PICTURE);
  gsize n = (gsize) pair->cc->width * pair->cc->height;

  self->width = pair->cc->width;
  self->height = pair->cc->height;
  self->picture = g_new (float, 3 * n);
  for (gsize i = 0; i < n; i++)
    {
      float cc = pair->cc->values[i];
      float mlo = pair->mlo != NULL ? pair->mlo->values[i] : 0.0f;
      float value =
          pair->third != NULL ? pair->third->values[i] : dip_third_value (third, cc, mlo);

      self->picture[i] = dip_value_to_network (cc);
      self->picture[n + i] = dip_value_to_network (mlo);
      self->picture[2 * n + i] = dip_value_to_network (value);
    }
  self->mask = mask != NULL ? g_memdup2 (mask, 3 * n * sizeof (float)) : NULL;
  self->third = third;
  self->strength = strength;
  self->jump_length = jump_length;
  self->n_repeats = n_repeats;
  self->facts = facts;

  return self;
}

DipOrigin *
dip_origin_new_between (guint64 seed_to, const double *weights, guint n_weights)
{
  DipOrigin *self = origin_new (DIP_ORIGIN_BETWEEN);

  self->seed_to = seed_to;
  self->weights = g_memdup2 (weights, n_weights * sizeof (double));
  self->n_weights = n_weights;

  return self;
}

DipOrigin *
dip_origin_ref (DipOrigin *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
origin_clear (gpointer data)
{
  DipOrigin *self = data;

  g_clear_object (&self->take);
  g_clear_pointer (&self->frame, dip_frame_unref);
  g_free (self->picture);
  g_free (self->mask);
  json_decref (self->facts);
  g_free (self->weights);
}

void
dip_origin_unref (DipOrigin *self)
{
  g_atomic_rc_box_release_full (self, origin_clear);
}

char *
dip_origin_describe (const DipOrigin *self)
{
  switch (self->kind)
    {
    case DIP_ORIGIN_FORK:
      return g_strdup_printf ("fork of %" G_GINT64_FORMAT " at %u",
                              dip_take_get_seed (self->take), self->position + 1);

    case DIP_ORIGIN_PICTURE:
      return g_strdup_printf ("%s %g", self->mask != NULL ? "inpaint" : "SDEdit",
                              self->strength);

    case DIP_ORIGIN_BETWEEN:
      return g_strdup_printf ("slerp to %" G_GUINT64_FORMAT, self->seed_to);

    default:
      g_return_val_if_reached (NULL);
    }
}
