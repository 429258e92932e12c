#include "app/cli/measure-reference.h"

#include "app/cli/progress.h"
#include "model/pair/brightness.h"

/* Pair i's looks are 2 i (CC) and 2 i + 1 (MLO). */
struct _DipMeasureReference
{
  GPtrArray *files;
  GPtrArray *looks;
  DipBrightness cc, mlo; /* mean histograms */
};

static void
free_files (gpointer data)
{
  dip_measure_files_free (data);
}

static void
free_look (gpointer data)
{
  dip_look_free (data);
}

void
dip_measure_reference_free (DipMeasureReference *self)
{
  if (self == NULL)
    return;

  g_ptr_array_unref (self->files);
  g_ptr_array_unref (self->looks);
  g_free (self);
}

static void
add_pair (DipMeasureReference *self,
          const DipMeasured *measured,
          GPtrArray *cc,
          GPtrArray *mlo)
{
  DipBrightness *brightness[] = { g_new (DipBrightness, 1), g_new (DipBrightness, 1) };

  g_ptr_array_add (self->looks, dip_look_new (measured->cc->picture));
  g_ptr_array_add (self->looks, dip_look_new (measured->mlo->picture));
  dip_brightness_measure (brightness[0], measured->cc->picture,
                          measured->cc->breast->mask);
  dip_brightness_measure (brightness[1], measured->mlo->picture,
                          measured->mlo->breast->mask);
  g_ptr_array_add (cc, brightness[0]);
  g_ptr_array_add (mlo, brightness[1]);
}

DipMeasureReference *
dip_measure_reference_load (DipCli *cli,
                            const char *folder,
                            const DipMeasureHow *how,
                            GError **error)
{
  g_autoptr (DipMeasureReference) self = g_new0 (DipMeasureReference, 1);
  g_autoptr (GPtrArray) cc = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) mlo = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (DipProgress) progress = NULL;

  self->files = g_ptr_array_new_with_free_func (free_files);
  self->looks = g_ptr_array_new_with_free_func (free_look);
  if (!dip_measure_list (self->files, folder, error))
    return NULL;

  progress = dip_progress_new (cli, "Reading", self->files->len);
  for (guint i = 0; i < self->files->len; i++)
    {
      g_autoptr (DipMeasured) measured = NULL;

      if (g_cancellable_set_error_if_cancelled (cli->cancellable, error))
        return NULL;
      measured = dip_measure_load (g_ptr_array_index (self->files, i), how, error);
      if (measured == NULL)
        return NULL;
      add_pair (self, measured, cc, mlo);
      dip_progress_set (progress, i + 1, NULL);
    }
  dip_brightness_average (&self->cc, (const DipBrightness *const *) cc->pdata, cc->len);
  dip_brightness_average (&self->mlo, (const DipBrightness *const *) mlo->pdata,
                          mlo->len);

  return g_steal_pointer (&self);
}

/* Where the file's own looks begin, or past the end. */
static guint
find_self (const DipMeasureReference *self, const DipMeasureFiles *files)
{
  g_autofree char *path =
      g_canonicalize_filename (dip_measure_files_get_name (files), NULL);

  for (guint i = 0; i < self->files->len; i++)
    {
      g_autofree char *other = g_canonicalize_filename (
          dip_measure_files_get_name (g_ptr_array_index (self->files, i)), NULL);

      if (g_str_equal (path, other))
        return 2 * i;
    }

  return self->looks->len;
}

void
dip_measure_reference_compare (const DipMeasureReference *self,
                               DipMeasureResult *result,
                               const DipMeasured *measured)
{
  const DipFoundView *const views[] = { measured->cc, measured->mlo };
  const DipBrightness *const usual[] = { &self->cc, &self->mlo };
  const guint own = find_self (self, result->files);

  for (guint i = 0; i < G_N_ELEMENTS (views); i++)
    {
      g_autoptr (DipLook) look = dip_look_new (views[i]->picture);
      DipMeasureLookAlike *like = &result->nearest[i];
      DipBrightness brightness;
      DipNearest nearest;

      if (!dip_look_find_nearest (look, (const DipLook *const *) self->looks->pdata,
                                  self->looks->len, own, 2, &nearest))
        return;
      like->pair = g_strdup (dip_measure_files_get_name (
          g_ptr_array_index (self->files, nearest.index / 2)));
      like->view = nearest.index % 2 == 0 ? DIP_VIEW_POSITION_CC : DIP_VIEW_POSITION_MLO;
      like->likeness = nearest.likeness;
      dip_brightness_measure (&brightness, views[i]->picture, views[i]->breast->mask);
      like->histogram_distance = dip_brightness_get_distance (&brightness, usual[i]);
    }
}
