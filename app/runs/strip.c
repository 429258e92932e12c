#include "app/runs/strip.h"

#include "model/storage/json.h"

DipTake *
dip_strip_new (DipFilmStore *store, DipTake *first, guint n_pairs, json_t *provenance)
{
  g_autoptr (DipFrame) frame = dip_take_get_frame (first, 0, NULL);
  g_autoptr (DipFilm) film = NULL;
  const json_t *between = json_object_get (provenance, "interpolate");
  g_autofree char *title = NULL;
  DipTake *self;

  g_return_val_if_fail (frame != NULL, NULL);

  title = g_strdup_printf ("%" JSON_INTEGER_FORMAT " → %" JSON_INTEGER_FORMAT,
                           json_integer_value (json_object_get (between, "from")),
                           json_integer_value (json_object_get (between, "to")));
  film = dip_film_new (store, frame->channels, frame->height, frame->width);
  self = dip_take_new_live (film, dip_take_get_third (first), provenance);
  dip_take_set_title (self, title);
  dip_take_set_n_pairs (self, n_pairs);

  return self;
}

gboolean
dip_strip_add (DipTake *self, DipTake *pair, double weight, GError **error)
{
  g_autoptr (DipFrame) last =
      dip_take_get_frame (pair, dip_take_get_n_frames (pair) - 1, error);
  DipSampleFrame frame;

  if (last == NULL)
    return FALSE;

  frame = (DipSampleFrame){ .step = dip_take_get_n_frames (self) + 1,
                            .n_steps = dip_take_get_n_pairs (self),
                            .timestep = weight,
                            .n_images = 1,
                            .channels = last->channels,
                            .height = last->height,
                            .width = last->width,
                            .x_t = last->x_t,
                            .pred_x0 = last->x_t };
  if (!dip_film_add (dip_take_get_film (self), &frame, 0, error))
    return FALSE;
  dip_take_measure (self, dip_take_get_n_frames (self) - 1);
  dip_take_emit_grew (self);

  return TRUE;
}

json_t *
dip_strip_make_provenance (const json_t *pair)
{
  json_t *provenance = json_copy ((json_t *) pair);
  json_t *between = json_copy (json_object_get (provenance, "interpolate"));

  json_object_del (between, "index");
  json_object_del (between, "weight");
  dip_json_set_take (provenance, "interpolate", between);

  return provenance;
}

const json_t *
dip_strip_read_place (const json_t *provenance,
                      double *weight,
                      guint *index,
                      guint *n_pairs)
{
  const json_t *between = json_object_get (provenance, "interpolate");
  const json_t *at = json_object_get (between, "weight");

  if (!json_is_number (at))
    return NULL;
  *weight = json_number_value (at);
  *index = json_integer_value (json_object_get (between, "index"));
  *n_pairs = json_integer_value (json_object_get (between, "n"));

  return between;
}
