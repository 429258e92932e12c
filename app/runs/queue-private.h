#pragma once

#include "app/runs/job-private.h"
#include "app/runs/queue.h"

G_BEGIN_DECLS

/* Shared by queue.c (what waits) and queue-run.c (what is under way). */

struct _DipQueue
{
  GObject parent_instance;

  DipNetworks *networks;
  DipFilmStore *store;
  DipLiveFigures *figures;
  DipGenerationSaveFunc save;
  gpointer user_data;

  GPtrArray *jobs; /* of DipJob, the running one first */

  /* The run under way. */
  DipJob *current; /* or NULL; also the first of jobs */
  DipRun *run;
  DipGeneration *generation; /* the run's */
  GCancellable *cancellable;
  guint n_images;
  gboolean has_announced; /* ::started was emitted */

  gboolean is_halted;
  gboolean stops_after;
  gboolean begins_with_step; /* the next run pauses after its first step */
};

typedef enum
{
  DIP_QUEUE_STARTED,
  DIP_QUEUE_FINISHED,
  DIP_QUEUE_UNSAVED,
  DIP_QUEUE_OVER,
  DIP_QUEUE_CHANGED,
  DIP_QUEUE_N_SIGNALS
} DipQueueSignal;

extern guint dip_queue_signals[DIP_QUEUE_N_SIGNALS];

void dip_queue_emit_changed (DipQueue *self);

/* Begins the first job if none is under way and the queue is not halted. */
void dip_queue_start_next (DipQueue *self);

/* Takes a job that is over, or that is not wanted, off the list. */
void dip_queue_take_out (DipQueue *self, DipJob *job);

G_END_DECLS
