/* What was set by hand, as files of masks keep it. */

#include "model/pair/landmarks.h"

#include "model/storage/error.h"
#include "model/storage/json.h"

#include <math.h>

#define FARTHEST 1e6 /* pixels, from the picture's corner */

gboolean
dip_landmarks_has_by_hand (const DipLandmarks *self)
{
  for (guint id = 0; id < DIP_N_LANDMARK_POINTS; id++)
    if (dip_landmarks_peek (self, (DipLandmarkId) id)->is_by_hand)
      return TRUE;

  return self->pectoral.is_by_hand;
}

static json_t *
point_to_json (DipPoint point)
{
  json_t *pair = json_array ();

  json_array_append_new (pair, json_real (point.x));
  json_array_append_new (pair, json_real (point.y));

  return pair;
}

json_t *
dip_landmarks_by_hand_to_json (const DipLandmarks *self)
{
  json_t *object = json_object ();

  for (guint id = 0; id < DIP_N_LANDMARK_POINTS; id++)
    {
      const DipLandmark *point = dip_landmarks_peek (self, (DipLandmarkId) id);

      if (point->is_by_hand)
        dip_json_set_take (object, dip_landmark_get_name ((DipLandmarkId) id),
                           point_to_json (point->at));
    }
  if (self->pectoral.is_by_hand && self->pectoral.is_found)
    {
      json_t *ends = json_array ();

      json_array_append_new (ends, point_to_json (self->pectoral.top));
      json_array_append_new (ends, point_to_json (self->pectoral.bottom));
      dip_json_set_take (object, "pectoral", ends);
    }
  else if (self->pectoral.is_by_hand)
    dip_json_set_take (object, "pectoral", json_null ());

  return object;
}

static gboolean
read_number (const json_t *json, double *value)
{
  *value = json_number_value (json);

  return json_is_number (json) && isfinite (*value) && fabs (*value) <= FARTHEST;
}

static gboolean
read_point (const json_t *json, DipPoint *point)
{
  return json_is_array (json) && json_array_size (json) == 2 &&
         read_number (json_array_get (json, 0), &point->x) &&
         read_number (json_array_get (json, 1), &point->y);
}

static gboolean
read_pectoral (DipLandmarks *self, const json_t *json)
{
  DipPoint top, bottom;

  if (json_is_null (json))
    {
      dip_landmarks_remove_pectoral (self);
      return TRUE;
    }
  if (!json_is_array (json) || json_array_size (json) != 2 ||
      !read_point (json_array_get (json, 0), &top) ||
      !read_point (json_array_get (json, 1), &bottom) ||
      (top.x == bottom.x && top.y == bottom.y))
    return FALSE;
  dip_landmarks_set_pectoral (self, top, bottom);

  return TRUE;
}

gboolean
dip_landmarks_by_hand_from_json (DipLandmarks *self,
                                 const json_t *json,
                                 const char *name,
                                 GError **error)
{
  gboolean is_good = json_is_object (json);

  for (guint id = 0; is_good && id < DIP_N_LANDMARK_POINTS; id++)
    {
      const json_t *point =
          json_object_get (json, dip_landmark_get_name ((DipLandmarkId) id));
      DipPoint at;

      if (point == NULL)
        continue;
      is_good = read_point (point, &at);
      if (is_good)
        dip_landmarks_set_point (self, (DipLandmarkId) id, at);
    }
  if (is_good && json_object_get (json, "pectoral") != NULL)
    is_good = read_pectoral (self, json_object_get (json, "pectoral"));
  if (!is_good)
    dip_storage_set_error (error, DIP_STORAGE_ERROR_VALUE, name,
                           "landmarks by hand want places [x, y] within %g pixels, the "
                           "pectoral line two of them that differ, or null",
                           FARTHEST);

  return is_good;
}
