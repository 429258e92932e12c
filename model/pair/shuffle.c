#include "model/pair/shuffle.h"

#include "model/pair/figures.h"
#include "model/pair/overlap.h"
#include "model/pair/profile.h"
#include "model/pair/resize.h"
#include "model/pair/statistics.h"

#include <math.h>

#define SIDE 96

typedef struct
{
  DipPicture *picture;
  DipMask *mask;
  DipProfile *profile;
  double pnl; /* of the width */
} Reduced;

typedef struct
{
  Reduced cc, mlo;
  DipPicture *third; /* or NULL */
  DipThird encoding;
} Entry;

struct _DipShuffle
{
  GPtrArray *entries;
};

static void
reduce (Reduced *self, const DipFoundView *view)
{
  DipPnl pnl;

  dip_found_view_get_pnl (view, &pnl);
  self->pnl = pnl.length / view->picture->width;
  self->picture = dip_picture_resize (view->picture, SIDE, SIDE);
  self->mask = dip_mask_resize (view->breast->mask, SIDE, SIDE);
  self->profile = dip_profile_new (self->picture, self->mask);
}

static void
reduced_clear (Reduced *self)
{
  dip_picture_free (self->picture);
  dip_mask_free (self->mask);
  dip_profile_free (self->profile);
}

static void
entry_free (gpointer data)
{
  Entry *self = data;

  reduced_clear (&self->cc);
  reduced_clear (&self->mlo);
  dip_picture_free (self->third);
  g_free (self);
}

DipShuffle *
dip_shuffle_new (void)
{
  DipShuffle *self = g_new0 (DipShuffle, 1);

  self->entries = g_ptr_array_new_with_free_func (entry_free);

  return self;
}

void
dip_shuffle_free (DipShuffle *self)
{
  if (self == NULL)
    return;

  g_ptr_array_unref (self->entries);
  g_free (self);
}

void
dip_shuffle_add (DipShuffle *self,
                 const DipFoundView *cc,
                 const DipFoundView *mlo,
                 const DipPicture *third,
                 DipThird encoding)
{
  Entry *entry;

  if (self->entries->len >= DIP_SHUFFLE_MAX_PAIRS)
    return;

  entry = g_new0 (Entry, 1);
  reduce (&entry->cc, cc);
  reduce (&entry->mlo, mlo);
  entry->third = third != NULL ? dip_picture_resize (third, SIDE, SIDE) : NULL;
  entry->encoding = encoding;
  g_ptr_array_add (self->entries, entry);
}

static void
compare (const Entry *a, const Entry *b, double *figures)
{
  const DipOverlap overlap = dip_overlap_count (a->cc.mask, b->mlo.mask);

  for (guint i = 0; i < DIP_N_SHUFFLED; i++)
    figures[i] = NAN;
  figures[DIP_SHUFFLED_PNL_RATIO] = a->cc.pnl / b->mlo.pnl;
  if (overlap.n_a == 0 || overlap.n_b == 0)
    return;

  figures[DIP_SHUFFLED_IOU] = dip_overlap_get_iou (&overlap);
  figures[DIP_SHUFFLED_DICE] = dip_overlap_get_dice (&overlap);
  figures[DIP_SHUFFLED_AP_DISTANCE] =
      dip_profile_get_distance (a->cc.profile, b->mlo.profile);
  figures[DIP_SHUFFLED_AP_CORRELATION] =
      dip_profile_get_correlation (a->cc.profile, b->mlo.profile);
  if (a->third != NULL)
    {
      g_autoptr (DipMask) either = dip_mask_union (a->cc.mask, b->mlo.mask);
      const DipPair pair = { a->cc.picture, b->mlo.picture, a->third };

      figures[DIP_SHUFFLED_THIRD_RESIDUAL] =
          dip_third_residual (a->encoding, &pair, either);
    }
}

guint
dip_shuffle_compute (const DipShuffle *self, DipBand bands[DIP_N_SHUFFLED])
{
  const guint n = self->entries->len;
  const guint n_wanted = n > 1 ? MIN (DIP_SHUFFLE_WANTED, n * (n - 1)) : 0;
  g_autofree double *values = g_new (double, DIP_N_SHUFFLED *(n_wanted + 1));

  for (guint s = 0; s < n_wanted; s++)
    {
      const guint i = s % n, k = 1 + s / n;
      double figures[DIP_N_SHUFFLED];

      compare (g_ptr_array_index (self->entries, i),
               g_ptr_array_index (self->entries, (i + k) % n), figures);
      for (guint f = 0; f < DIP_N_SHUFFLED; f++)
        values[f * n_wanted + s] = figures[f];
    }
  for (guint f = 0; f < DIP_N_SHUFFLED; f++)
    dip_band_compute (&bands[f], values + f * n_wanted, n_wanted);

  return n_wanted;
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  const double left = *(const double *) a, right = *(const double *) b;

  return (left > right) - (left < right);
}

static double
percentile (const double *sorted, guint n, double share)
{
  const double at = share * (n - 1);
  const guint low = (guint) at, high = MIN (low + 1, n - 1);

  return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
}

void
dip_band_compute (DipBand *self, const double *values, guint n_values)
{
  g_autofree double *sorted = g_new (double, n_values + 1);

  *self = (DipBand){ 0, NAN, NAN, NAN };
  for (guint i = 0; i < n_values; i++)
    if (!isnan (values[i]))
      sorted[self->n++] = values[i];
  if (self->n == 0)
    return;

  qsort (sorted, self->n, sizeof *sorted, compare_doubles);
  self->low = percentile (sorted, self->n, 0.05);
  self->median = percentile (sorted, self->n, 0.5);
  self->high = percentile (sorted, self->n, 0.95);
}

const char *
dip_shuffled_get_key (DipShuffledFigure figure)
{
  static const char *const keys[] = { "iou",         "dice",           "pnl_ratio",
                                      "ap_distance", "ap_correlation", "third_residual" };

  g_return_val_if_fail ((guint) figure < DIP_N_SHUFFLED, NULL);

  return keys[figure];
}
