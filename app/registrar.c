#include "app/registrar.h"

#include "model/pair/figures.h"

#define PARTS 1000 /* of the progress */

/* Freed with its task. */
typedef struct
{
  DipBreast *breasts[DIP_N_VIEW_POSITIONS];
  double pivot[2];
  guint width, height;
  gint progress;   /* of PARTS; atomic */
  gint is_stopped; /* atomic */
  DipRegistration registration;
  gboolean is_valid;
} Job;

struct _DipRegistrar
{
  GObject parent_instance;

  DipPairView *view;
  DipAnatomyOverlay *anatomy;
  gboolean is_watched;
  gboolean is_stale; /* the views have changed since */
  gboolean is_stopped;
  gboolean is_showing; /* the anatomy changes by our own hand */
  guint idle_id;       /* that begins, or 0 */
  Job *job;            /* its task's, or NULL */

  gboolean is_valid; /* what follows */
  guint width, height;
  DipRegistration registration;
  double pivot[2];
};

enum
{
  CHANGED,
  N_SIGNALS
};

G_DEFINE_FINAL_TYPE (DipRegistrar, dip_registrar, G_TYPE_OBJECT)

static guint signals[N_SIGNALS];

static double
get_amount (DipRegistrar *self)
{
  return dip_display_get_registration (dip_pair_view_get_display (self->view));
}

/* The outline over the CC goes along with the slider. */
static void
show (DipRegistrar *self)
{
  const double amount = get_amount (self);
  DipSimilarity similarity = dip_similarity_scale_amount (
      &self->registration.similarity, self->is_valid ? amount : 0.0, self->pivot);

  self->is_showing = TRUE;
  dip_anatomy_overlay_set_registered (
      self->anatomy, self->is_valid && amount > 0.0 ? &similarity : NULL);
  self->is_showing = FALSE;
  g_signal_emit (self, signals[CHANGED], 0);
}

/* The thread ------------------------------------------------------------------------ */

static void
job_free (gpointer data)
{
  Job *self = data;

  for (guint i = 0; i < DIP_N_VIEW_POSITIONS; i++)
    dip_breast_free (self->breasts[i]);
  g_free (self);
}

static gboolean
watch_cb (double done, gpointer user_data)
{
  Job *self = user_data;

  g_atomic_int_set (&self->progress, (gint) (PARTS * done));

  return !g_atomic_int_get (&self->is_stopped);
}

static void
run_job (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *self = data;

  self->is_valid = dip_breasts_register (self->breasts[DIP_VIEW_POSITION_CC],
                                         self->breasts[DIP_VIEW_POSITION_MLO],
                                         &self->registration, watch_cb, self);
  g_task_return_boolean (task, TRUE);
}

static void
set_result (DipRegistrar *self, const Job *job)
{
  self->is_valid = job != NULL && job->is_valid;
  if (self->is_valid)
    {
      self->registration = job->registration;
      self->pivot[0] = job->pivot[0];
      self->pivot[1] = job->pivot[1];
      self->width = job->width;
      self->height = job->height;
    }
  dip_pair_view_set_registration (
      self->view, self->is_valid ? &self->registration.similarity : NULL, self->pivot);
  show (self);
}

static void
done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  DipRegistrar *self = DIP_REGISTRAR (source);
  const Job *job = g_task_get_task_data (G_TASK (result));

  if (job != self->job)
    return; /* something newer is under way, or it was stopped */
  self->job = NULL;
  set_result (self, job);
}

/* Nobody waits for it any more. */
static void
drop_job (DipRegistrar *self)
{
  if (self->job != NULL)
    g_atomic_int_set (&self->job->is_stopped, TRUE);
  self->job = NULL;
}

static Job *
make_job (const DipFoundView *cc, const DipFoundView *mlo)
{
  const DipLandmark *nipple = &mlo->breast->landmarks.nipple;
  Job *self = g_new0 (Job, 1);

  self->breasts[DIP_VIEW_POSITION_CC] = dip_breast_copy (cc->breast);
  self->breasts[DIP_VIEW_POSITION_MLO] = dip_breast_copy (mlo->breast);
  self->width = mlo->picture->width;
  self->height = mlo->picture->height;
  self->pivot[0] = nipple->is_found ? nipple->at.x : self->width / 2.0;
  self->pivot[1] = nipple->is_found ? nipple->at.y : self->height / 2.0;

  return self;
}

static void
begin (DipRegistrar *self)
{
  const DipFoundView *cc =
      dip_anatomy_overlay_get_view (self->anatomy, DIP_VIEW_POSITION_CC);
  const DipFoundView *mlo =
      dip_anatomy_overlay_get_view (self->anatomy, DIP_VIEW_POSITION_MLO);
  g_autoptr (GTask) task = NULL;

  drop_job (self);
  self->is_stale = FALSE;
  if (cc == NULL || mlo == NULL || cc->picture->width != mlo->picture->width ||
      cc->picture->height != mlo->picture->height)
    {
      set_result (self, NULL);
      return;
    }

  /* What is known stays until then, but of a pair of another size. */
  if (mlo->picture->width != self->width || mlo->picture->height != self->height)
    set_result (self, NULL);
  self->job = make_job (cc, mlo);
  task = g_task_new (self, NULL, done_cb, NULL);
  g_task_set_task_data (task, self->job, job_free);
  g_task_run_in_thread (task, run_job);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* From outside ---------------------------------------------------------------------- */

static gboolean
is_wanted (DipRegistrar *self)
{
  return get_amount (self) > 0.0 || self->is_watched;
}

static gboolean
idle_cb (gpointer user_data)
{
  DipRegistrar *self = user_data;

  self->idle_id = 0;
  if (!dip_anatomy_overlay_is_dragging (self->anatomy)) /* ::dragged follows */
    begin (self);

  return G_SOURCE_REMOVE;
}

/* Once, however much changes at a time. */
static void
update (DipRegistrar *self)
{
  dip_anatomy_overlay_set_need (self->anatomy, DIP_ANATOMY_FOR_REGISTRATION,
                                is_wanted (self));
  if (is_wanted (self) && self->is_stale && !self->is_stopped && self->idle_id == 0)
    self->idle_id = g_idle_add (idle_cb, self);
}

static void
amount_changed_cb (DipRegistrar *self)
{
  show (self);
  update (self);
}

static void
views_changed_cb (DipRegistrar *self)
{
  if (self->is_showing)
    return;

  self->is_stale = TRUE;
  self->is_stopped = FALSE;
  update (self);
}

static void
dip_registrar_dispose (GObject *object)
{
  DipRegistrar *self = DIP_REGISTRAR (object);

  drop_job (self);
  g_clear_handle_id (&self->idle_id, g_source_remove);
  g_clear_object (&self->anatomy);
  g_clear_object (&self->view);

  G_OBJECT_CLASS (dip_registrar_parent_class)->dispose (object);
}

static void
dip_registrar_class_init (DipRegistrarClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = dip_registrar_dispose;
  signals[CHANGED] = g_signal_new ("changed", DIP_TYPE_REGISTRAR, G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
dip_registrar_init (DipRegistrar *self)
{
  self->is_stale = TRUE;
  self->registration.similarity = DIP_SIMILARITY_NONE;
}

DipRegistrar *
dip_registrar_new (DipPairView *view, DipAnatomyOverlay *anatomy)
{
  DipRegistrar *self = g_object_new (DIP_TYPE_REGISTRAR, NULL);

  self->view = g_object_ref (view);
  self->anatomy = g_object_ref (anatomy);
  g_signal_connect_object (dip_pair_view_get_display (view), "notify::registration",
                           G_CALLBACK (amount_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (anatomy, "changed", G_CALLBACK (views_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (anatomy, "dragged", G_CALLBACK (views_changed_cb), self,
                           G_CONNECT_SWAPPED);

  return self;
}

void
dip_registrar_set_watched (DipRegistrar *self, gboolean is_watched)
{
  g_return_if_fail (DIP_IS_REGISTRAR (self));

  self->is_watched = is_watched;
  update (self);
}

DipRegistrarState
dip_registrar_get_state (DipRegistrar *self)
{
  g_return_val_if_fail (DIP_IS_REGISTRAR (self), DIP_REGISTRAR_NOTHING);

  if (self->job != NULL)
    return DIP_REGISTRAR_BUSY;
  if (self->is_stopped)
    return DIP_REGISTRAR_STOPPED;

  return self->is_valid ? DIP_REGISTRAR_DONE : DIP_REGISTRAR_NOTHING;
}

double
dip_registrar_get_progress (DipRegistrar *self)
{
  g_return_val_if_fail (DIP_IS_REGISTRAR (self), 0.0);

  return self->job != NULL ? (double) g_atomic_int_get (&self->job->progress) / PARTS
                           : 0.0;
}

const DipRegistration *
dip_registrar_get (DipRegistrar *self)
{
  g_return_val_if_fail (DIP_IS_REGISTRAR (self), NULL);

  return &self->registration;
}

void
dip_registrar_stop (DipRegistrar *self)
{
  g_return_if_fail (DIP_IS_REGISTRAR (self));

  if (self->job == NULL)
    return;

  drop_job (self);
  self->is_stopped = TRUE;
  set_result (self, NULL);
}

void
dip_registrar_go_on (DipRegistrar *self)
{
  g_return_if_fail (DIP_IS_REGISTRAR (self));

  if (!self->is_stopped)
    return;

  self->is_stopped = FALSE;
  self->is_stale = TRUE;
  update (self);
}
