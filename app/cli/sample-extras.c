#include "app/cli/sample-extras.h"

#include <string.h>

#include "model/pair/png.h"
#include "model/pair/spread.h"
#include "model/storage/json.h"
#include "model/storage/save.h"

struct _DipSampleExtras
{
  const DipSamplePlan *plan;
  guint n_pairs;
  guint n_pictures; /* of a pair */
  DipSpread *spreads[3];
  GPtrArray *strip; /* of DipPicture: the views of each pair, one above the other */
};

DipSampleExtras *
dip_sample_extras_new (const DipSamplePlan *plan)
{
  DipSampleExtras *self = g_new0 (DipSampleExtras, 1);

  self->plan = plan;
  self->n_pictures = plan->shape.in_channels == 1 ? 1 : 3;
  for (guint c = 0; c < self->n_pictures; c++)
    self->spreads[c] = dip_spread_new (plan->shape.width, plan->shape.height);
  self->strip = g_ptr_array_new_with_free_func ((GDestroyNotify) dip_picture_free);

  return self;
}

void
dip_sample_extras_free (DipSampleExtras *self)
{
  if (self == NULL)
    return;

  for (guint c = 0; c < self->n_pictures; c++)
    dip_spread_free (self->spreads[c]);
  g_ptr_array_unref (self->strip);
  g_free (self);
}

static guint
list_pictures (const DipPair *pair, const DipPicture *pictures[3])
{
  pictures[0] = pair->cc;
  pictures[1] = pair->mlo;
  pictures[2] = pair->third;

  return pair->mlo != NULL ? 3 : 1;
}

static void
add_to_strip (DipSampleExtras *self, const DipPair *pair)
{
  const DipPicture *pictures[3];
  guint n = list_pictures (pair, pictures);
  guint width = pair->cc->width;
  guint height = pair->cc->height;
  DipPicture *column = dip_picture_new (width, n * height);

  for (guint i = 0; i < n; i++)
    memcpy (column->values + (gsize) i * width * height, pictures[i]->values,
            sizeof (float) * width * height);
  g_ptr_array_add (self->strip, column);
}

void
dip_sample_extras_add (DipSampleExtras *self, const DipPair *pair)
{
  const DipPicture *pictures[3];
  guint n = list_pictures (pair, pictures);

  for (guint c = 0; c < n; c++)
    dip_spread_add (self->spreads[c], pictures[c]);
  self->n_pairs++;

  if (self->plan->edit.weights != NULL)
    add_to_strip (self, pair);
}

/* One PNG with its mark and settings. */
static gboolean
save (DipSampleExtras *self,
      const char *name,
      const char *what,
      GBytes *(*encode) (gpointer data,
                         const DipPngNotes *notes,
                         const char *path,
                         GError **error),
      gpointer data,
      GPtrArray *names,
      GError **error)
{
  const DipSampleOptions *options = self->plan->options;
  json_t *object = json_object ();
  g_autofree char *path = g_build_filename (options->folder, name, NULL);
  g_autofree char *text = NULL;
  g_autoptr (GBytes) bytes = NULL;
  DipPngNotes notes = { .source = DIP_DIGITAL_SOURCE_TRAINED };

  dip_json_set_string (object, "picture", what);
  dip_json_set_int (object, "seed", options->first_seed);
  dip_json_set_int (object, "count", self->n_pairs);
  if (g_str_equal (what, "standard deviation"))
    dip_json_set_double (object, "white", DIP_SPREAD_WHITE);
  json_object_update (object, self->plan->settings);
  text = dip_json_dump_line (object);
  json_decref (object);

  notes.diptych = text;
  bytes = encode (data, &notes, path, error);
  if (bytes == NULL || !dip_save_bytes (path, bytes, error))
    return FALSE;
  g_ptr_array_add (names, g_strdup (name));

  return TRUE;
}

static GBytes *
encode_pair (gpointer data, const DipPngNotes *notes, const char *path, GError **error)
{
  return dip_png_encode_pair (data, notes, path, error);
}

static GBytes *
encode_grey (gpointer data, const DipPngNotes *notes, const char *path, GError **error)
{
  return dip_png_encode_grey (data, 8, notes, path, error);
}

/* The mean, or the standard deviation in parts of DIP_SPREAD_WHITE. */
static DipPair *
make_statistic (DipSampleExtras *self, gboolean is_spread)
{
  DipPair *pair = g_new0 (DipPair, 1);
  DipPicture **pictures[3] = { &pair->cc, &pair->mlo, &pair->third };

  for (guint c = 0; c < self->n_pictures; c++)
    *pictures[c] = is_spread ? dip_spread_make_white (self->spreads[c])
                             : dip_spread_make_mean (self->spreads[c]);

  return pair;
}

static DipPicture *
make_strip (DipSampleExtras *self)
{
  const DipPicture *first = g_ptr_array_index (self->strip, 0);
  guint n = self->strip->len;
  DipPicture *strip = dip_picture_new (first->width * n, first->height);

  for (guint k = 0; k < n; k++)
    {
      const DipPicture *column = g_ptr_array_index (self->strip, k);

      for (guint y = 0; y < column->height; y++)
        memcpy (strip->values + ((gsize) y * n + k) * column->width,
                column->values + (gsize) y * column->width,
                sizeof (float) * column->width);
    }

  return strip;
}

gboolean
dip_sample_extras_save (DipSampleExtras *self, GPtrArray *names, GError **error)
{
  g_autoptr (DipPair) mean = NULL;
  g_autoptr (DipPair) spread = NULL;
  g_autoptr (DipPicture) strip = NULL;

  g_return_val_if_fail (self != NULL, FALSE);

  if (self->n_pairs < 2 || self->n_pairs < self->plan->options->n_pairs)
    return TRUE;

  if (self->strip->len > 0)
    {
      strip = make_strip (self);
      return save (self, "strip.png", "strip", encode_grey, strip, names, error);
    }
  if (self->plan->edit.guide.picture == NULL)
    return TRUE;

  mean = make_statistic (self, FALSE);
  spread = make_statistic (self, TRUE);

  return save (self, "mean.png", "mean", encode_pair, mean, names, error) &&
         save (self, "spread.png", "standard deviation", encode_pair, spread, names,
               error);
}
