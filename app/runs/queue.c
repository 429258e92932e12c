#include "app/runs/queue-private.h"

guint dip_queue_signals[DIP_QUEUE_N_SIGNALS];

static void list_model_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (DipQueue,
                               dip_queue,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      list_model_iface_init))

/* The list ------------------------------------------------------------------------ */

static GType
get_item_type (GListModel *model)
{
  return DIP_TYPE_JOB;
}

static guint
get_n_items (GListModel *model)
{
  return DIP_QUEUE (model)->jobs->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  DipQueue *self = DIP_QUEUE (model);

  return position < self->jobs->len
             ? g_object_ref (g_ptr_array_index (self->jobs, position))
             : NULL;
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
insert_job (DipQueue *self, guint position, DipJob *job)
{
  g_ptr_array_insert (self->jobs, position, job);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 0, 1);
}

void
dip_queue_take_out (DipQueue *self, DipJob *job)
{
  guint position;

  if (!g_ptr_array_find (self->jobs, job, &position))
    return;
  g_ptr_array_remove_index (self->jobs, position);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
}

void
dip_queue_emit_changed (DipQueue *self)
{
  g_signal_emit (self, dip_queue_signals[DIP_QUEUE_CHANGED], 0);
}

/* The object --------------------------------------------------------------------- */

static void
dip_queue_finalize (GObject *object)
{
  DipQueue *self = DIP_QUEUE (object);

  g_clear_object (&self->current);
  g_clear_object (&self->run);
  g_clear_object (&self->cancellable);
  g_ptr_array_unref (self->jobs);
  dip_networks_unref (self->networks);
  dip_live_figures_unref (self->figures);
  dip_film_store_unref (self->store);

  G_OBJECT_CLASS (dip_queue_parent_class)->finalize (object);
}

static guint
add_signal (const char *name, guint n_params, GType first, GType second)
{
  return g_signal_new (name, DIP_TYPE_QUEUE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                       G_TYPE_NONE, n_params, first, second);
}

static void
dip_queue_class_init (DipQueueClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = dip_queue_finalize;

  dip_queue_signals[DIP_QUEUE_STARTED] =
      add_signal ("started", 1, DIP_TYPE_TAKE, G_TYPE_NONE);
  dip_queue_signals[DIP_QUEUE_FINISHED] =
      add_signal ("finished", 1, DIP_TYPE_TAKE, G_TYPE_NONE);
  dip_queue_signals[DIP_QUEUE_UNSAVED] =
      add_signal ("unsaved", 1, DIP_TYPE_TAKE, G_TYPE_NONE);
  dip_queue_signals[DIP_QUEUE_OVER] = add_signal ("over", 2, DIP_TYPE_JOB, G_TYPE_ERROR);
  dip_queue_signals[DIP_QUEUE_CHANGED] =
      add_signal ("changed", 0, G_TYPE_NONE, G_TYPE_NONE);
}

static void
dip_queue_init (DipQueue *self)
{
  self->jobs = g_ptr_array_new_with_free_func (g_object_unref);
  self->networks = dip_networks_new ();
  self->figures = dip_live_figures_new ();
}

DipQueue *
dip_queue_new (DipFilmStore *store, DipGenerationSaveFunc save, gpointer user_data)
{
  DipQueue *self = g_object_new (DIP_TYPE_QUEUE, NULL);

  self->store = dip_film_store_ref (store);
  self->save = save;
  self->user_data = user_data;

  return self;
}

DipJob *
dip_queue_append (DipQueue *self, const DipRunSettings *settings)
{
  DipJob *job = dip_job_new (settings);

  insert_job (self, self->jobs->len, job);
  dip_queue_start_next (self);

  return job;
}

DipJob *
dip_queue_generate (DipQueue *self, const DipRunSettings *settings)
{
  DipJob *job = dip_job_new (settings);

  insert_job (self, self->current != NULL ? 1 : 0, job);
  dip_queue_go_on (self);

  return job;
}

DipJob *
dip_queue_generate_step (DipQueue *self, const DipRunSettings *settings)
{
  self->begins_with_step = self->current == NULL;

  return dip_queue_generate (self, settings);
}

void
dip_queue_go_on (DipQueue *self)
{
  self->is_halted = FALSE;
  dip_queue_start_next (self);
}

void
dip_queue_remove (DipQueue *self, DipJob *job)
{
  if (job != self->current)
    dip_queue_take_out (self, job);
  dip_queue_emit_changed (self);
}

void
dip_queue_move (DipQueue *self, DipJob *job, guint position)
{
  guint first = self->current != NULL ? 1 : 0;

  if (job == self->current || !g_ptr_array_find (self->jobs, job, NULL))
    return;

  g_object_ref (job);
  dip_queue_take_out (self, job);
  insert_job (self, CLAMP (position, first, self->jobs->len), job);
  dip_queue_emit_changed (self);
}

void
dip_queue_clear (DipQueue *self)
{
  guint first = self->current != NULL ? 1 : 0;
  guint n = self->jobs->len - first;

  g_ptr_array_set_size (self->jobs, first);
  g_list_model_items_changed (G_LIST_MODEL (self), first, n, 0);
  dip_queue_emit_changed (self);
}

void
dip_queue_shut_down (DipQueue *self)
{
  dip_queue_clear (self);
  dip_queue_stop (self);
  while (self->current != NULL)
    g_main_context_iteration (NULL, TRUE);
  dip_live_figures_stop (self->figures);
  dip_networks_clear (self->networks);
}

void
dip_queue_free_network (DipQueue *self)
{
  dip_networks_clear (self->networks);
}
