#include "model/pair/mask-set.h"

#include "model/storage/error.h"
#include "model/storage/json.h"
#include "model/storage/save.h"

#include <string.h>

#define FORMAT 1
#define MAX_MASKS 1000

struct _DipMaskSet
{
  GPtrArray *masks; /* of DipNamedMask */
  int shown;
};

static void
free_mask (gpointer mask)
{
  dip_named_mask_free (mask);
}

DipMaskSet *
dip_mask_set_new (void)
{
  DipMaskSet *self = g_new0 (DipMaskSet, 1);

  self->masks = g_ptr_array_new_with_free_func (free_mask);
  self->shown = -1;

  return self;
}

void
dip_mask_set_free (DipMaskSet *self)
{
  if (self == NULL)
    return;

  g_ptr_array_unref (self->masks);
  g_free (self);
}

guint
dip_mask_set_get_count (const DipMaskSet *self)
{
  return self->masks->len;
}

DipNamedMask *
dip_mask_set_get (const DipMaskSet *self, guint index)
{
  g_return_val_if_fail (index < self->masks->len, NULL);

  return g_ptr_array_index (self->masks, index);
}

int
dip_mask_set_find (const DipMaskSet *self, const char *name, guint version)
{
  int found = -1;

  for (guint i = 0; i < self->masks->len; i++)
    {
      const DipNamedMask *mask = dip_mask_set_get (self, i);

      if (!g_str_equal (mask->name, name))
        continue;
      if (mask->version == version)
        return (int) i;
      if (version == 0 &&
          (found < 0 || mask->version > dip_mask_set_get (self, (guint) found)->version))
        found = (int) i;
    }

  return found;
}

gboolean
dip_mask_set_is_newest (const DipMaskSet *self, guint index)
{
  return dip_mask_set_find (self, dip_mask_set_get (self, index)->name, 0) == (int) index;
}

int
dip_mask_set_get_shown (const DipMaskSet *self)
{
  return self->shown;
}

void
dip_mask_set_set_shown (DipMaskSet *self, int index)
{
  g_return_if_fail (index < (int) self->masks->len);

  self->shown = MAX (index, -1);
}

guint
dip_mask_set_add (DipMaskSet *self, DipNamedMask *mask)
{
  g_ptr_array_add (self->masks, mask);

  return self->masks->len - 1;
}

guint
dip_mask_set_add_version (DipMaskSet *self, guint index)
{
  DipNamedMask *mask = dip_named_mask_copy (dip_mask_set_get (self, index));
  const int newest = dip_mask_set_find (self, mask->name, 0);

  dip_named_mask_set_version (mask, dip_mask_set_get (self, (guint) newest)->version + 1);

  return dip_mask_set_add (self, mask);
}

void
dip_mask_set_remove (DipMaskSet *self, guint index)
{
  g_return_if_fail (index < self->masks->len);

  g_ptr_array_remove_index (self->masks, index);
  if (self->shown == (int) index)
    self->shown = -1;
  else if (self->shown > (int) index)
    self->shown--;
}

gboolean
dip_mask_set_rename (DipMaskSet *self, guint index, const char *name)
{
  g_autofree char *old = g_strdup (dip_mask_set_get (self, index)->name);

  if (!dip_named_mask_is_name (name) ||
      (!g_str_equal (name, old) && dip_mask_set_find (self, name, 0) >= 0))
    return FALSE;

  for (guint i = 0; i < self->masks->len; i++)
    {
      DipNamedMask *mask = dip_mask_set_get (self, i);

      if (!g_str_equal (mask->name, old))
        continue;
      g_free (mask->name);
      mask->name = g_strdup (name);
    }

  return TRUE;
}

char *
dip_mask_set_make_name (const DipMaskSet *self, const char *base)
{
  for (guint i = 1;; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s %u", base, i);

      if (dip_mask_set_find (self, name, 0) < 0)
        return g_steal_pointer (&name);
    }
}

/* The file -------------------------------------------------------------------------- */

char *
dip_mask_set_make_path (const char *picture_path)
{
  g_autofree char *stem = g_strdup (picture_path);

  if (g_str_has_suffix (stem, ".png"))
    stem[strlen (stem) - strlen (".png")] = '\0';
  else if (g_str_has_suffix (stem, ".safetensors"))
    stem[strlen (stem) - strlen (".safetensors")] = '\0';

  return g_strconcat (stem, ".masks.json", NULL);
}

gboolean
dip_mask_set_save (const DipMaskSet *self, const char *path, GError **error)
{
  json_t *root = json_object (), *masks = json_array (), *shown = json_null ();
  g_autofree char *text = NULL;
  g_autoptr (GBytes) bytes = NULL;

  for (guint i = 0; i < self->masks->len; i++)
    json_array_append_new (masks, dip_named_mask_to_json (dip_mask_set_get (self, i)));
  if (self->shown >= 0)
    {
      const DipNamedMask *mask = dip_mask_set_get (self, (guint) self->shown);

      shown = json_object ();
      dip_json_set_string (shown, "name", mask->name);
      dip_json_set_int (shown, "version", mask->version);
    }
  dip_json_set_int (root, "diptych_masks", FORMAT);
  dip_json_set_take (root, "shown", shown);
  dip_json_set_take (root, "masks", masks);
  text = dip_json_dump_line (root);
  json_decref (root);
  bytes = g_bytes_new (text, strlen (text));

  return dip_save_bytes (path, bytes, error);
}

static gboolean
read_masks (DipMaskSet *self, json_t *masks, const char *path, GError **error)
{
  const gsize n = json_array_size (masks);

  if (!json_is_array (masks) || n > MAX_MASKS)
    {
      dip_storage_set_error (error, DIP_STORAGE_ERROR_VALUE, path,
                             "'masks' must be an array of at most %d masks", MAX_MASKS);
      return FALSE;
    }
  for (gsize i = 0; i < n; i++)
    {
      DipNamedMask *mask =
          dip_named_mask_from_json (json_array_get (masks, i), path, error);

      if (mask == NULL)
        return FALSE;
      if (dip_mask_set_find (self, mask->name, mask->version) >= 0)
        {
          dip_storage_set_error (error, DIP_STORAGE_ERROR_VALUE, path,
                                 "holds version %u of the mask '%s' twice", mask->version,
                                 mask->name);
          dip_named_mask_free (mask);
          return FALSE;
        }
      dip_mask_set_add (self, mask);
    }

  return TRUE;
}

DipMaskSet *
dip_mask_set_load (const char *path, GError **error)
{
  g_autoptr (DipJson) json = dip_json_load_file (path, NULL, error);
  g_autoptr (DipMaskSet) self = dip_mask_set_new ();
  const json_t *shown;
  const char *name;
  gint64 format = 0;

  if (json == NULL || !dip_json_require (json, "diptych_masks", error) ||
      !dip_json_get_int (json, "diptych_masks", FORMAT, FORMAT, &format, error) ||
      !read_masks (self, json_object_get (dip_json_get_root (json), "masks"), path,
                   error))
    return NULL;

  shown = json_object_get (dip_json_get_root (json), "shown");
  name = json_string_value (json_object_get (shown, "name"));
  if (name != NULL)
    self->shown = dip_mask_set_find (
        self, name,
        (guint) CLAMP (json_integer_value (json_object_get (shown, "version")), 0,
                       G_MAXINT));

  return g_steal_pointer (&self);
}
