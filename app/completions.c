#include "app/completions.h"

#include <glib/gi18n.h>
#include <math.h>

#include "app/save-take.h"
#include "model/pair/spread.h"
#include "model/storage/json.h"

struct _DipCompletions
{
  GObject parent_instance;

  DipQueue *queue; /* borrowed: it outlives windows */
  DipLibrary *library;

  /* Of the job under way. */
  DipJob *job; /* only compared */
  DipSpread *spread;
  DipTake *first;
  json_t *seeds;
  double known_error;
};

enum
{
  SUMMARISED,
  FAILED,
  N_SIGNALS
};

G_DEFINE_FINAL_TYPE (DipCompletions, dip_completions, G_TYPE_OBJECT)

static guint signals[N_SIGNALS];

gboolean
dip_provenance_is_completion (const json_t *provenance)
{
  return json_is_object (json_object_get (provenance, "known")) &&
         !dip_provenance_is_summary (provenance);
}

gboolean
dip_provenance_is_summary (const json_t *provenance)
{
  return json_is_object (json_object_get (provenance, "completions"));
}

/* "0/255", "0.3/255"; NaN if it does not say. */
static double
get_error (const json_t *provenance)
{
  const json_t *error = json_object_get (provenance, "known_error");
  const json_t *max = json_object_get (error, "max");

  return json_is_number (max) ? json_number_value (max) : (double) NAN;
}

char *
dip_provenance_describe_completion (const json_t *provenance)
{
  const json_t *completions = json_object_get (provenance, "completions");
  const double error = 255.0 * get_error (provenance);
  const guint n = (guint) json_integer_value (json_object_get (completions, "n"));
  g_autofree char *off = NULL;

  if (isnan (error))
    return NULL;
  off = json_object_get (provenance, "known") != NULL
            ? g_strdup_printf (_ ("known view off by %.3g/255"), error)
            : g_strdup_printf (_ ("the rest off by %.3g/255"), error);
  if (!json_is_object (completions))
    return g_steal_pointer (&off);

  return g_strdup_printf (
      ngettext ("mean of %u completion · %s", "mean of %u completions · %s", n), n, off);
}

/* The job ----------------------------------------------------------------------------- */

static void
forget (DipCompletions *self)
{
  self->job = NULL;
  self->known_error = 0.0;
  g_clear_pointer (&self->spread, dip_spread_free);
  g_clear_object (&self->first);
  g_clear_pointer (&self->seeds, json_decref);
}

static gboolean
is_cc_known (DipTake *take)
{
  const json_t *known = json_object_get (dip_take_get_provenance (take), "known");

  return g_strcmp0 (json_string_value (json_object_get (known, "view")), "cc") == 0;
}

static DipPair *
make_last_pair (DipTake *take)
{
  g_autoptr (DipFrame) frame =
      dip_take_get_frame (take, dip_take_get_n_frames (take) - 1, NULL);

  return frame != NULL ? dip_take_make_pair (take, frame, FALSE) : NULL;
}

static void
finished_cb (DipCompletions *self, DipTake *take)
{
  DipJob *job = dip_queue_get_current (self->queue);
  g_autoptr (DipPair) pair = NULL;
  const DipPicture *missing;

  if (job == NULL || !dip_provenance_is_completion (dip_take_get_provenance (take)))
    return;
  pair = make_last_pair (take);
  if (pair == NULL || pair->mlo == NULL)
    return;

  if (job != self->job)
    forget (self);
  self->job = job;
  missing = is_cc_known (take) ? pair->mlo : pair->cc;
  if (self->spread == NULL)
    {
      self->spread = dip_spread_new (missing->width, missing->height);
      self->first = g_object_ref (take);
      self->seeds = json_array ();
    }
  dip_spread_add (self->spread, missing);
  json_array_append_new (self->seeds, json_integer (dip_take_get_seed (take)));
  self->known_error =
      fmax (self->known_error, get_error (dip_take_get_provenance (take)));
}

/* What the runs share, and what it is. */
static json_t *
make_provenance (DipCompletions *self)
{
  json_t *provenance = json_copy ((json_t *) dip_take_get_provenance (self->first));
  json_t *completions = json_object (), *error = json_object ();

  json_object_del (provenance, "third_residual");
  dip_json_set_int (completions, "n", dip_spread_get_count (self->spread));
  dip_json_set_take (completions, "seeds", json_incref (self->seeds));
  dip_json_set_string (completions, "third_channel", "standard deviation");
  dip_json_set_double (completions, "white", DIP_SPREAD_WHITE);
  dip_json_set_take (provenance, "completions", completions);
  dip_json_set_double (error, "max", self->known_error);
  dip_json_set_take (provenance, "known_error", error);

  return provenance;
}

static DipTake *
make_summary (DipCompletions *self)
{
  g_autoptr (DipPair) pair = make_last_pair (self->first);
  g_autoptr (DipPicture) mean = dip_spread_make_mean (self->spread);
  g_autoptr (DipPicture) deviation = dip_spread_make_white (self->spread);
  const gboolean is_cc = is_cc_known (self->first);
  DipPair summary;

  if (pair == NULL)
    return NULL;
  summary = (DipPair){ .cc = is_cc ? pair->cc : mean,
                       .mlo = is_cc ? mean : pair->mlo,
                       .third = deviation };

  return dip_take_new_from_pair (&summary, dip_take_get_third (self->first),
                                 make_provenance (self));
}

/* What it is stands below it in the strip; a note that cannot be kept is no loss. */
static void
note_down (DipCompletions *self, DipLibraryEntry *entry)
{
  json_t *provenance = dip_library_entry_make_provenance (entry);
  g_autofree char *text = dip_provenance_describe_completion (provenance);

  json_decref (provenance);
  if (text != NULL)
    dip_library_set_note (self->library, entry, text, NULL);
}

static void
summarise (DipCompletions *self)
{
  g_autoptr (DipTake) take = make_summary (self);
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;

  if (take == NULL)
    return;
  path = dip_save_take (take, dip_library_get_folder (self->library), 0, &error);
  if (path == NULL)
    {
      g_signal_emit (self, signals[FAILED], 0, error->message);
      return;
    }
  dip_take_set_path (take, path);
  note_down (self, dip_library_add (self->library, path, dip_take_get_provenance (take)));
  g_signal_emit (self, signals[SUMMARISED], 0, take);
}

/* Also of a job that was stopped: what is finished counts. */
static void
over_cb (DipCompletions *self, DipJob *job)
{
  if (job != self->job)
    return;
  if (dip_spread_get_count (self->spread) > 1)
    summarise (self);
  forget (self);
}

/* The object -------------------------------------------------------------------------- */

static void
dip_completions_finalize (GObject *object)
{
  DipCompletions *self = DIP_COMPLETIONS (object);

  forget (self);
  g_clear_object (&self->library);

  G_OBJECT_CLASS (dip_completions_parent_class)->finalize (object);
}

static void
dip_completions_class_init (DipCompletionsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = dip_completions_finalize;
  signals[SUMMARISED] =
      g_signal_new ("summarised", DIP_TYPE_COMPLETIONS, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 1, DIP_TYPE_TAKE);
  signals[FAILED] = g_signal_new ("failed", DIP_TYPE_COMPLETIONS, G_SIGNAL_RUN_LAST, 0,
                                  NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
dip_completions_init (DipCompletions *self)
{
}

DipCompletions *
dip_completions_new (DipQueue *queue, DipLibrary *library)
{
  DipCompletions *self = g_object_new (DIP_TYPE_COMPLETIONS, NULL);

  self->queue = queue;
  self->library = g_object_ref (library);
  g_signal_connect_object (queue, "finished", G_CALLBACK (finished_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (queue, "over", G_CALLBACK (over_cb), self, G_CONNECT_SWAPPED);

  return self;
}
