#include "app/view/pair-view-private.h"

#include <glib/gi18n.h>

#define AT_ONCE (512 * 512) /* pixels; to move more takes a good part of a frame */

/* An MLO on its way, read by the thread. */
struct _DipLaying
{
  const DipPicture *mlo; /* of a pair that lives as long */
  DipPair *pair;         /* that pair where no slot has it any more, or NULL */
  DipSimilarity similarity;
  double amount;
  DipPicture *laid;
};

static void
laying_free (gpointer data)
{
  DipLaying *self = data;

  dip_pair_free (self->pair);
  dip_picture_free (self->laid);
  g_free (self);
}

/* Worker's thread. */
static void
lay (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  DipLaying *self = data;

  self->laid = dip_similarity_warp (&self->similarity, self->mlo);
  g_task_return_boolean (task, TRUE);
}

static double
get_amount (DipPairView *self)
{
  return self->has_registration ? dip_display_get_registration (self->display) : 0.0;
}

/* The panes let go of what was registered before, and take this one; NULL for none. */
static void
take_registered (DipPairView *self, DipPicture *registered, double amount)
{
  DipPairSlot *slot = &self->slots[0];

  if (registered == NULL && slot->registered == NULL)
    return;

  dip_pair_view_release_pictures (self);
  dip_picture_free (slot->registered);
  slot->registered = registered;
  slot->amount = amount;
  dip_pair_view_derive (self, slot);
  dip_pair_view_update_panes (self);
}

static void
laid_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  DipPairView *self = DIP_PAIR_VIEW (source);
  DipLaying *laying = g_task_get_task_data (G_TASK (result));
  const DipPair *pair = self->slots[0].pair;

  self->laying = NULL;
  if (self->all == NULL) /* disposed of */
    return;
  if (laying->pair == NULL && pair != NULL && get_amount (self) > 0.0)
    take_registered (self, g_steal_pointer (&laying->laid), laying->amount);
  if (self->is_laying_late)
    dip_pair_view_register (self);
}

static void
start_laying (DipPairView *self, const DipSimilarity *similarity, double amount)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, laid_cb, NULL);
  DipLaying *laying = g_new0 (DipLaying, 1);

  laying->mlo = self->slots[0].pair->mlo;
  laying->similarity = *similarity;
  laying->amount = amount;
  self->laying = laying;
  self->is_laying_late = FALSE;
  g_task_set_task_data (task, laying, laying_free);
  g_task_run_in_thread (task, lay);
}

void
dip_pair_view_register (DipPairView *self)
{
  const DipPair *pair = self->slots[0].pair;
  const double amount = get_amount (self);
  DipSimilarity similarity;

  self->is_laying_late = self->laying != NULL;
  if (amount <= 0.0 || pair == NULL || pair->mlo == NULL)
    {
      take_registered (self, NULL, 0.0);
      return;
    }

  similarity = dip_similarity_scale_amount (&self->similarity, amount, self->pivot);
  if ((gsize) pair->mlo->width * pair->mlo->height <= AT_ONCE)
    take_registered (self, dip_similarity_warp (&similarity, pair->mlo), amount);
  else if (self->laying == NULL)
    start_laying (self, &similarity, amount);
}

void
dip_pair_view_drop_pair (DipPairView *self, DipPairSlot *slot)
{
  DipPair *pair = g_steal_pointer (&slot->pair);

  g_clear_pointer (&slot->registered, dip_picture_free);
  if (self->laying != NULL && pair != NULL && self->laying->mlo == pair->mlo)
    self->laying->pair = pair;
  else
    dip_pair_free (pair);
}

char *
dip_pair_view_describe_registration (DipPairView *self)
{
  const DipPairSlot *slot = &self->slots[0];

  if (slot->registered == NULL)
    return g_strdup ("");

  return g_strdup_printf (_ ("MLO registered, %.0f %%"), 100.0 * slot->amount);
}

void
dip_pair_view_set_registration (DipPairView *self,
                                const DipSimilarity *similarity,
                                const double pivot[2])
{
  g_return_if_fail (DIP_IS_PAIR_VIEW (self));
  g_return_if_fail (similarity == NULL || pivot != NULL);

  if (similarity == NULL && !self->has_registration)
    return;

  self->has_registration = similarity != NULL;
  if (similarity != NULL)
    {
      self->similarity = *similarity;
      self->pivot[0] = pivot[0];
      self->pivot[1] = pivot[1];
    }
  dip_pair_view_register (self);
}
