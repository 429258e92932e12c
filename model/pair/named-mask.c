#include "model/pair/named-mask.h"

#include "model/storage/error.h"
#include "model/storage/json.h"

#include <string.h>

#define MAX_SIDE 16384

static const char *const keys[DIP_N_VIEW_POSITIONS] = { "cc", "mlo" };

static void
set_time (DipNamedMask *self)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();

  g_free (self->modified);
  self->modified = g_date_time_format_iso8601 (now);
}

DipNamedMask *
dip_named_mask_new (const char *name,
                    const DipMaskRecipe *recipe,
                    guint width,
                    guint height)
{
  DipNamedMask *self = g_new0 (DipNamedMask, 1);

  self->name = g_strdup (name);
  self->version = 1;
  self->recipe = *recipe;
  self->width = width;
  self->height = height;
  for (guint i = 0; i < DIP_N_VIEW_POSITIONS; i++)
    {
      self->edits[i] = dip_mask_edits_new ();
      dip_landmarks_init (&self->by_hand[i], (DipViewPosition) i, DIP_CHEST_LEFT);
    }
  set_time (self);

  return self;
}

DipNamedMask *
dip_named_mask_copy (const DipNamedMask *self)
{
  DipNamedMask *copy = g_memdup2 (self, sizeof *self);

  copy->name = g_strdup (self->name);
  copy->modified = g_strdup (self->modified);
  for (guint i = 0; i < DIP_N_VIEW_POSITIONS; i++)
    copy->edits[i] = dip_mask_edits_copy (self->edits[i]);

  return copy;
}

void
dip_named_mask_free (DipNamedMask *self)
{
  if (self == NULL)
    return;

  for (guint i = 0; i < DIP_N_VIEW_POSITIONS; i++)
    dip_mask_edits_free (self->edits[i]);
  g_free (self->name);
  g_free (self->modified);
  g_free (self);
}

void
dip_named_mask_set_version (DipNamedMask *self, guint version)
{
  self->version = version;
  set_time (self);
}

void
dip_named_mask_set_edits (DipNamedMask *self,
                          const DipMaskEdits *cc,
                          const DipMaskEdits *mlo)
{
  const DipMaskEdits *const edits[] = { cc, mlo };

  for (guint i = 0; i < DIP_N_VIEW_POSITIONS; i++)
    {
      dip_mask_edits_free (self->edits[i]);
      self->edits[i] = dip_mask_edits_copy (edits[i]);
    }
  set_time (self);
}

void
dip_named_mask_set_by_hand (DipNamedMask *self,
                            DipViewPosition view,
                            const DipLandmarks *by_hand)
{
  dip_landmarks_init (&self->by_hand[view], view, by_hand->chest_side);
  dip_landmarks_keep_by_hand (&self->by_hand[view], by_hand);
  set_time (self);
}

/* {"cc": {…}, "mlo": {…}} */
static json_t *
by_hand_to_json (const DipNamedMask *self)
{
  json_t *object = json_object ();

  for (guint i = 0; i < DIP_N_VIEW_POSITIONS; i++)
    dip_json_set_take (object, keys[i],
                       dip_landmarks_by_hand_to_json (&self->by_hand[i]));

  return object;
}

static guint
count_strokes (const DipMaskEdits *edits)
{
  guint n = 0, last = G_MAXUINT;

  for (guint i = 0; i < dip_mask_edits_get_count (edits); i++)
    {
      const DipBrushStamp *stamp = dip_mask_edits_get (edits, i);

      n += stamp->stroke != last;
      last = stamp->stroke;
    }

  return n;
}

static gboolean
has_by_hand (const DipNamedMask *self)
{
  return dip_landmarks_has_by_hand (&self->by_hand[DIP_VIEW_POSITION_CC]) ||
         dip_landmarks_has_by_hand (&self->by_hand[DIP_VIEW_POSITION_MLO]);
}

json_t *
dip_named_mask_describe (const DipNamedMask *self)
{
  json_t *object = dip_mask_recipe_to_json (&self->recipe);
  json_t *corrected = json_object ();

  dip_json_set_string (corrected, "name", self->name);
  dip_json_set_int (corrected, "version", self->version);
  dip_json_set_string (corrected, "modified", self->modified);
  dip_json_set_int (corrected, "cc_strokes",
                    count_strokes (self->edits[DIP_VIEW_POSITION_CC]));
  dip_json_set_int (corrected, "mlo_strokes",
                    count_strokes (self->edits[DIP_VIEW_POSITION_MLO]));
  if (has_by_hand (self))
    dip_json_set_take (corrected, "landmarks", by_hand_to_json (self));
  dip_json_set_take (object, "corrected", corrected);

  return object;
}

void
dip_named_mask_apply (const DipNamedMask *self, DipViewPosition view, DipFoundView *found)
{
  dip_found_view_correct (found, self->edits[view], &self->by_hand[view]);
}

gboolean
dip_named_mask_is_name (const char *name)
{
  return name != NULL && *name != '\0' && strlen (name) <= DIP_MASK_NAME_MAX;
}

json_t *
dip_named_mask_to_json (const DipNamedMask *self)
{
  json_t *object = json_object ();

  dip_json_set_string (object, "name", self->name);
  dip_json_set_int (object, "version", self->version);
  dip_json_set_string (object, "modified", self->modified);
  dip_json_set_take (object, "recipe", dip_mask_recipe_to_json (&self->recipe));
  dip_json_set_int (object, "width", self->width);
  dip_json_set_int (object, "height", self->height);
  dip_json_set_take (object, "cc",
                     dip_mask_edits_to_json (self->edits[DIP_VIEW_POSITION_CC]));
  dip_json_set_take (object, "mlo",
                     dip_mask_edits_to_json (self->edits[DIP_VIEW_POSITION_MLO]));
  if (has_by_hand (self))
    dip_json_set_take (object, "landmarks", by_hand_to_json (self));

  return object;
}

static gboolean
read_number (const json_t *json, const char *key, guint max, guint *value)
{
  const json_t *number = json_object_get (json, key);

  if (!json_is_integer (number) || json_integer_value (number) < 1 ||
      json_integer_value (number) > max)
    return FALSE;
  *value = (guint) json_integer_value (number);

  return TRUE;
}

static DipMaskEdits *
read_edits (const json_t *json, const char *key, const char *path, GError **error)
{
  return dip_mask_edits_new_from_json (json_object_get (json, key), path, error);
}

/* Files from before landmarks were kept have none. */
static gboolean
read_by_hand (DipNamedMask *self, const json_t *json, const char *path, GError **error)
{
  for (guint i = 0; i < DIP_N_VIEW_POSITIONS; i++)
    {
      const json_t *by_hand = json_object_get (json, keys[i]);

      if (by_hand != NULL &&
          !dip_landmarks_by_hand_from_json (&self->by_hand[i], by_hand, path, error))
        return FALSE;
    }

  return TRUE;
}

DipNamedMask *
dip_named_mask_from_json (const json_t *json, const char *path, GError **error)
{
  const char *name = json_string_value (json_object_get (json, "name"));
  const char *modified = json_string_value (json_object_get (json, "modified"));
  g_autoptr (DipMaskEdits) cc = NULL;
  g_autoptr (DipMaskEdits) mlo = NULL;
  DipMaskRecipe recipe;
  guint version, width, height;
  g_autoptr (DipNamedMask) self = NULL;

  if (!dip_named_mask_is_name (name) ||
      !read_number (json, "version", G_MAXINT, &version) ||
      !read_number (json, "width", MAX_SIDE, &width) ||
      !read_number (json, "height", MAX_SIDE, &height))
    {
      dip_storage_set_error (error, DIP_STORAGE_ERROR_VALUE, path,
                             "a mask wants a name, a version from 1, width and height "
                             "from 1 to %d",
                             MAX_SIDE);
      return NULL;
    }
  dip_mask_recipe_init (&recipe, DIP_MASK_BACKGROUND);
  if (!dip_mask_recipe_from_json (&recipe, json_object_get (json, "recipe"), path, error))
    return NULL;
  cc = read_edits (json, "cc", path, error);
  mlo = cc != NULL ? read_edits (json, "mlo", path, error) : NULL;
  if (mlo == NULL)
    return NULL;

  self = dip_named_mask_new (name, &recipe, width, height);
  dip_named_mask_set_edits (self, cc, mlo);
  self->version = version;
  if (modified != NULL)
    {
      g_free (self->modified);
      self->modified = g_strdup (modified);
    }
  if (!read_by_hand (self, json_object_get (json, "landmarks"), path, error))
    return NULL;

  return g_steal_pointer (&self);
}
