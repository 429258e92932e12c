#include "model/pair/landmarks.h"

#include "model/storage/json.h"

#include <math.h>
#include <string.h>

const char *
dip_view_position_get_name (DipViewPosition view)
{
  return view == DIP_VIEW_POSITION_CC ? "CC" : "MLO";
}

const char *
dip_landmark_get_name (DipLandmarkId id)
{
  static const char *const names[DIP_N_LANDMARK_POINTS] = { "nipple", "chest_wall",
                                                            "superior", "inferior" };

  g_return_val_if_fail ((guint) id < DIP_N_LANDMARK_POINTS, NULL);

  return names[id];
}

const DipLandmark *
dip_landmarks_peek (const DipLandmarks *self, DipLandmarkId id)
{
  switch (id)
    {
    case DIP_LANDMARK_NIPPLE:
      return &self->nipple;
    case DIP_LANDMARK_CHEST_WALL:
      return &self->chest_wall;
    case DIP_LANDMARK_SUPERIOR:
      return &self->superior;
    case DIP_LANDMARK_INFERIOR:
      return &self->inferior;
    default:
      g_return_val_if_reached (NULL);
    }
}

DipLandmark *
dip_landmarks_get (DipLandmarks *self, DipLandmarkId id)
{
  return (DipLandmark *) dip_landmarks_peek (self, id);
}

void
dip_landmarks_init (DipLandmarks *self, DipViewPosition view, DipChestSide chest_side)
{
  memset (self, 0, sizeof *self);
  self->view = view;
  self->chest_side = chest_side;
}

void
dip_landmarks_set_point (DipLandmarks *self, DipLandmarkId id, DipPoint at)
{
  DipLandmark *landmark = dip_landmarks_get (self, id);

  g_return_if_fail (isfinite (at.x) && isfinite (at.y));

  *landmark = (DipLandmark){ at, 1.0, TRUE, TRUE };
}

/* The muscle lies at the chest wall, over the line. */
static void
turn_from_chest (DipLine *line, DipChestSide chest_side)
{
  const gboolean points_right = line->normal_x > 0.0;

  if (points_right == (chest_side == DIP_CHEST_LEFT))
    return;

  line->normal_x = -line->normal_x;
  line->normal_y = -line->normal_y;
  line->distance = -line->distance;
}

void
dip_landmarks_set_pectoral (DipLandmarks *self, DipPoint top, DipPoint bottom)
{
  DipLandmarkLine *pectoral = &self->pectoral;

  g_return_if_fail (isfinite (top.x) && isfinite (top.y) && isfinite (bottom.x) &&
                    isfinite (bottom.y));
  if (top.x == bottom.x && top.y == bottom.y)
    return;

  pectoral->line = dip_line_through (top, bottom);
  turn_from_chest (&pectoral->line, self->chest_side);
  pectoral->top = top;
  pectoral->bottom = bottom;
  pectoral->confidence = 1.0;
  pectoral->is_found = pectoral->is_by_hand = TRUE;
}

void
dip_landmarks_remove_pectoral (DipLandmarks *self)
{
  memset (&self->pectoral, 0, sizeof self->pectoral);
  self->pectoral.is_by_hand = TRUE;
}

void
dip_landmarks_keep_by_hand (DipLandmarks *self, const DipLandmarks *by_hand)
{
  for (guint id = 0; id < DIP_N_LANDMARK_POINTS; id++)
    if (dip_landmarks_peek (by_hand, id)->is_by_hand)
      *dip_landmarks_get (self, id) = *dip_landmarks_peek (by_hand, id);
  if (!by_hand->pectoral.is_by_hand)
    return;

  self->pectoral = by_hand->pectoral;
  turn_from_chest (&self->pectoral.line, self->chest_side);
}

void
dip_landmarks_flip (DipLandmarks *self, guint width)
{
  const double last = width - 1.0;
  DipLandmarkLine *pectoral = &self->pectoral;

  self->chest_side =
      self->chest_side == DIP_CHEST_LEFT ? DIP_CHEST_RIGHT : DIP_CHEST_LEFT;
  for (guint id = 0; id < DIP_N_LANDMARK_POINTS; id++)
    dip_landmarks_get (self, id)->at.x = last - dip_landmarks_get (self, id)->at.x;
  pectoral->top.x = last - pectoral->top.x;
  pectoral->bottom.x = last - pectoral->bottom.x;
  pectoral->line.distance -= pectoral->line.normal_x * last;
  pectoral->line.normal_x = -pectoral->line.normal_x;
}

/* A coordinate of a pixel's centre in a picture of another size. */
static double
scale_place (double at, double factor)
{
  return (at + 0.5) * factor - 0.5;
}

static void
scale_point (DipPoint *point, double factor_x, double factor_y)
{
  point->x = scale_place (point->x, factor_x);
  point->y = scale_place (point->y, factor_y);
}

void
dip_landmarks_scale (DipLandmarks *self, double factor_x, double factor_y)
{
  DipLandmarkLine *pectoral = &self->pectoral;

  g_return_if_fail (factor_x > 0.0 && factor_y > 0.0);

  for (guint id = 0; id < DIP_N_LANDMARK_POINTS; id++)
    scale_point (&dip_landmarks_get (self, id)->at, factor_x, factor_y);
  if (!pectoral->is_found)
    return;

  scale_point (&pectoral->top, factor_x, factor_y);
  scale_point (&pectoral->bottom, factor_x, factor_y);
  pectoral->line = dip_line_through (pectoral->top, pectoral->bottom);
  turn_from_chest (&pectoral->line, self->chest_side);
}

static double
rounded (double value, double steps)
{
  return floor (value * steps + 0.5) / steps;
}

static json_t *
make_numbers (double a, double b, double steps)
{
  json_t *numbers = json_array ();

  json_array_append_new (numbers, json_real (rounded (a, steps)));
  json_array_append_new (numbers, json_real (rounded (b, steps)));

  return numbers;
}

static void
set_certainty (json_t *object, double confidence, gboolean is_by_hand)
{
  dip_json_set_double (object, "confidence", rounded (confidence, 1e3));
  dip_json_set_bool (object, "by_hand", is_by_hand);
}

static json_t *
landmark_to_json (const DipLandmark *self)
{
  json_t *object;

  if (!self->is_found)
    return json_null ();

  object = json_object ();
  dip_json_set_take (object, "at", make_numbers (self->at.x, self->at.y, 1e3));
  set_certainty (object, self->confidence, self->is_by_hand);

  return object;
}

static json_t *
pectoral_to_json (const DipLandmarkLine *self)
{
  json_t *object, *ends;

  if (!self->is_found)
    return json_null ();

  object = json_object ();
  ends = json_array ();
  dip_json_set_take (object, "normal",
                     make_numbers (self->line.normal_x, self->line.normal_y, 1e5));
  dip_json_set_double (object, "distance", rounded (self->line.distance, 1e3));
  dip_json_set_double (object, "angle", rounded (dip_line_angle (&self->line), 1e3));
  json_array_append_new (ends, make_numbers (self->top.x, self->top.y, 1e3));
  json_array_append_new (ends, make_numbers (self->bottom.x, self->bottom.y, 1e3));
  dip_json_set_take (object, "line", ends);
  set_certainty (object, self->confidence, self->is_by_hand);

  return object;
}

json_t *
dip_landmarks_to_json (const DipLandmarks *self)
{
  json_t *object = json_object ();

  dip_json_set_string (object, "view", dip_view_position_get_name (self->view));
  dip_json_set_string (object, "chest_wall_side",
                       self->chest_side == DIP_CHEST_LEFT ? "left" : "right");
  for (guint id = 0; id < DIP_N_LANDMARK_POINTS; id++)
    dip_json_set_take (object, dip_landmark_get_name (id),
                       landmark_to_json (dip_landmarks_peek (self, id)));
  if (self->view == DIP_VIEW_POSITION_MLO)
    dip_json_set_take (object, "pectoral", pectoral_to_json (&self->pectoral));

  return object;
}
