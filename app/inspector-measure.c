#include "app/inspector-private.h"

typedef struct
{
  DipPair *pair;
  DipThird third;
  double spacing_mm;
  DipMaskRecipe recipe;
  DipMaskEdits *edits[DIP_N_VIEW_POSITIONS]; /* or NULL */
  DipLandmarks by_hand[DIP_N_VIEW_POSITIONS];

  DipFoundView *cc, *mlo;
  DipLandmarks landmarks[DIP_N_VIEW_POSITIONS]; /* corrected */
  DipPairFigures figures;
} Job;

static void
job_free (gpointer data)
{
  Job *self = data;

  for (guint i = 0; i < DIP_N_VIEW_POSITIONS; i++)
    dip_mask_edits_free (self->edits[i]);
  dip_pair_free (self->pair);
  dip_found_view_free (self->cc);
  dip_found_view_free (self->mlo);
  g_free (self);
}

static DipPicture *
copy_or_null (const DipPicture *picture)
{
  return picture != NULL ? dip_picture_copy (picture) : NULL;
}

static DipPair *
copy_pair (const DipPair *pair)
{
  DipPair *copy = g_new0 (DipPair, 1);

  copy->cc = dip_picture_copy (pair->cc);
  copy->mlo = copy_or_null (pair->mlo);
  copy->third = copy_or_null (pair->third);

  return copy;
}

/* The view with all that was done by hand; NULL where nothing was. */
static DipFoundView *
correct (const Job *job, const DipFoundView *view, DipViewPosition position)
{
  g_autoptr (DipMaskEdits) none = dip_mask_edits_new ();
  const DipMaskEdits *edits = job->edits[position];
  DipFoundView *corrected;

  if (view == NULL ||
      (edits == NULL && !dip_landmarks_has_by_hand (&job->by_hand[position])))
    return NULL;

  corrected = dip_found_view_copy (view);
  dip_found_view_correct (corrected, edits != NULL ? edits : none,
                          &job->by_hand[position]);

  return corrected;
}

/* Of the corrected views; the overlay corrects its own, with what was painted since. */
static void
compute_figures (Job *job)
{
  g_autoptr (DipFoundView) cc = correct (job, job->cc, DIP_VIEW_POSITION_CC);
  g_autoptr (DipFoundView) mlo = correct (job, job->mlo, DIP_VIEW_POSITION_MLO);

  job->landmarks[DIP_VIEW_POSITION_CC] = (cc != NULL ? cc : job->cc)->breast->landmarks;
  if (job->mlo != NULL)
    job->landmarks[DIP_VIEW_POSITION_MLO] =
        (mlo != NULL ? mlo : job->mlo)->breast->landmarks;
  dip_pair_figures_compute (&job->figures, cc != NULL ? cc : job->cc,
                            mlo != NULL ? mlo : job->mlo, job->pair->third, job->third,
                            job->spacing_mm, DIP_FIGURES_ALL);
}

/* Worker's thread. */
static void
run_job (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;

  job->cc = dip_found_view_new (job->pair->cc, DIP_VIEW_POSITION_CC, &job->recipe,
                                DIP_FLIP_NEVER);
  if (job->pair->mlo != NULL)
    job->mlo = dip_found_view_new (job->pair->mlo, DIP_VIEW_POSITION_MLO, &job->recipe,
                                   DIP_FLIP_NEVER);
  compute_figures (job);
  g_task_return_boolean (task, TRUE);
}

static void
measured_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  DipInspector *self = DIP_INSPECTOR (source);
  Job *job = g_task_get_task_data (G_TASK (result));

  self->is_measuring = FALSE;
  if (self->shown == NULL || dip_anatomy_overlay_is_dragging (self->overlay))
    return;

  g_clear_pointer (&self->pair, dip_pair_free);
  self->pair = g_steal_pointer (&job->pair);
  self->third = job->third;
  self->spacing_mm = job->spacing_mm;
  self->figures = job->figures;
  self->has_figures = TRUE;
  dip_anatomy_overlay_take_views (self->overlay, g_steal_pointer (&job->cc),
                                  g_steal_pointer (&job->mlo), job->spacing_mm);
  if (!self->is_stale && dip_anatomy_overlay_is_large (self->overlay))
    for (guint i = 0; i < DIP_N_VIEW_POSITIONS; i++)
      if (dip_anatomy_overlay_get_view (self->overlay, (DipViewPosition) i) != NULL)
        dip_anatomy_overlay_take_landmarks (self->overlay, (DipViewPosition) i,
                                            &job->landmarks[i]);
  dip_inspector_show_figures (self);
  if (self->is_stale)
    dip_inspector_measure (self);
}

static void
forget (DipInspector *self)
{
  self->has_figures = FALSE;
  dip_anatomy_overlay_take_views (self->overlay, NULL, NULL, 0.0);
  dip_inspector_show_figures (self);
}

static gboolean
is_wanted (DipInspector *self)
{
  gboolean is_needed;

  g_object_get (self->overlay, "needed", &is_needed, NULL);

  return is_needed || gtk_widget_get_mapped (GTK_WIDGET (self));
}

void
dip_inspector_measure (DipInspector *self)
{
  const DipPair *pair = dip_shown_get_pair (self->shown);
  DipTake *take = dip_shown_get_take (self->shown);
  g_autoptr (GTask) task = NULL;
  Job *job;

  self->is_stale = self->is_measuring;
  if (self->is_measuring || !is_wanted (self))
    return;
  if (pair == NULL || take == NULL)
    {
      forget (self);
      return;
    }

  job = g_new0 (Job, 1);
  job->pair = copy_pair (pair);
  job->third = dip_take_get_third (take);
  job->spacing_mm = dip_take_get_pixel_spacing_mm (take);
  job->recipe = self->recipe;
  for (guint i = 0; i < DIP_N_VIEW_POSITIONS; i++)
    {
      job->edits[i] = dip_anatomy_overlay_copy_edits (self->overlay, (DipViewPosition) i);
      job->by_hand[i] =
          *dip_anatomy_overlay_get_by_hand (self->overlay, (DipViewPosition) i);
    }
  self->is_measuring = TRUE;
  task = g_task_new (self, NULL, measured_cb, NULL);
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, run_job);
}

void
dip_inspector_measure_dragged (DipInspector *self)
{
  const DipFoundView *cc =
      dip_anatomy_overlay_get_view (self->overlay, DIP_VIEW_POSITION_CC);

  if (cc == NULL || self->pair == NULL)
    return;
  if (dip_anatomy_overlay_is_large (self->overlay))
    {
      dip_inspector_measure (self);
      return;
    }

  dip_pair_figures_compute (
      &self->figures, cc,
      dip_anatomy_overlay_get_view (self->overlay, DIP_VIEW_POSITION_MLO),
      self->pair->third, self->third, self->spacing_mm, DIP_FIGURES_ALL);
  dip_inspector_show_figures (self);
}
