#include "app/runs/take.h"

#include <math.h>
#include <string.h>

#include "model/storage/json.h"

struct _DipTake
{
  GObject parent_instance;

  DipFilm *film;   /* or */
  DipFrame *still; /* the only frame */
  DipPair *ready;  /* of it, until somebody takes it; or NULL */
  DipThird third;
  char *title;
  char *path;

  DipOrigin *origin; /* of a branch, or NULL */
  guint n_foreign;
  guint n_pairs; /* of a strip, or 0 */
  double *plan;  /* (n_planned) or NULL */
  guint n_planned;

  GMutex mutex;
  json_t *provenance;  /* or NULL */
  json_t *provenances; /* array of what it was before: somebody may hold it */
  GArray **curves;     /* (dip_n_curve_kinds) of double, one a frame up to the last that
                        * was measured; NaN where none is known */
  GArray *is_measured; /* of guint8, as long as they */
  guint n_measured;
};

enum
{
  GREW,
  SAVED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DipTake, dip_take, G_TYPE_OBJECT)

static void
dip_take_finalize (GObject *object)
{
  DipTake *self = DIP_TAKE (object);

  g_clear_pointer (&self->film, dip_film_unref);
  g_clear_pointer (&self->still, dip_frame_unref);
  g_clear_pointer (&self->ready, dip_pair_free);
  g_clear_pointer (&self->provenance, json_decref);
  json_decref (self->provenances);
  for (guint i = 0; i < dip_n_curve_kinds; i++)
    g_array_unref (self->curves[i]);
  g_free (self->curves);
  g_array_unref (self->is_measured);
  g_clear_pointer (&self->origin, dip_origin_unref);
  g_free (self->plan);
  g_free (self->title);
  g_free (self->path);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (dip_take_parent_class)->finalize (object);
}

static void
dip_take_class_init (DipTakeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = dip_take_finalize;

  signals[GREW] = g_signal_new ("grew", DIP_TYPE_TAKE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 0);
  signals[SAVED] = g_signal_new ("saved", DIP_TYPE_TAKE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static void
dip_take_init (DipTake *self)
{
  g_mutex_init (&self->mutex);
  self->curves = g_new (GArray *, dip_n_curve_kinds);
  for (guint i = 0; i < dip_n_curve_kinds; i++)
    self->curves[i] = g_array_new (FALSE, FALSE, sizeof (double));
  self->is_measured = g_array_new (FALSE, TRUE, sizeof (guint8));
}

DipTake *
dip_take_new_live (DipFilm *film, DipThird third, json_t *provenance)
{
  DipTake *self = g_object_new (DIP_TYPE_TAKE, NULL);

  self->film = dip_film_ref (film);
  self->third = third;
  self->provenance = provenance;

  return self;
}

/* What was measured of the shared frames. */
static void
take_over_curves (DipTake *self)
{
  DipTake *parent = self->origin->take;
  guint n;

  g_mutex_lock (&parent->mutex);
  n = MIN (parent->is_measured->len, dip_take_get_n_shared (self));
  for (guint i = 0; i < dip_n_curve_kinds; i++)
    g_array_append_vals (self->curves[i], parent->curves[i]->data, n);
  g_array_append_vals (self->is_measured, parent->is_measured->data, n);
  for (guint i = 0; i < n; i++)
    self->n_measured += g_array_index (self->is_measured, guint8, i);
  g_mutex_unlock (&parent->mutex);
}

DipTake *
dip_take_new_branch (DipOrigin *origin,
                     DipFilm *film,
                     guint n_foreign,
                     DipThird third,
                     json_t *provenance)
{
  DipTake *self = dip_take_new_live (film, third, provenance);

  self->origin = dip_origin_ref (origin);
  self->n_foreign = n_foreign;
  take_over_curves (self);

  return self;
}

DipTake *
dip_take_new_still (const float *sample,
                    guint width,
                    guint height,
                    DipThird third,
                    json_t *provenance)
{
  DipTake *self = g_object_new (DIP_TYPE_TAKE, NULL);
  guint n_steps = json_integer_value (json_object_get (provenance, "steps"));
  DipSampleFrame frame = { .step = MAX (n_steps, 1),
                           .n_steps = MAX (n_steps, 1),
                           .n_images = 1,
                           .channels = 3,
                           .height = height,
                           .width = width,
                           .x_t = sample,
                           .pred_x0 = sample };

  self->still = dip_frame_new (&frame);
  self->third = third;
  self->provenance = provenance;

  return self;
}

DipTake *
dip_take_new_from_pair (const DipPair *pair, DipThird third, json_t *provenance)
{
  const DipPicture *pictures[] = { pair->cc, pair->mlo, pair->third };
  gsize n = (gsize) pair->cc->width * pair->cc->height;
  g_autofree float *sample = g_new0 (float, 3 * n);

  for (guint c = 0; c < 3; c++)
    for (gsize i = 0; pictures[c] != NULL && i < n; i++)
      sample[c * n + i] = dip_value_to_network (pictures[c]->values[i]);

  return dip_take_new_still (sample, pair->cc->width, pair->cc->height, third,
                             provenance);
}

void
dip_take_set_title (DipTake *self, const char *title)
{
  g_free (self->title);
  self->title = g_strdup (title);
}

const char *
dip_take_get_title (DipTake *self)
{
  return self->title;
}

gint64
dip_take_get_seed (DipTake *self)
{
  const json_t *seed = json_object_get (dip_take_get_provenance (self), "seed");

  return json_is_integer (seed) ? json_integer_value (seed) : -1;
}

const json_t *
dip_take_get_provenance (DipTake *self)
{
  const json_t *provenance;

  g_mutex_lock (&self->mutex);
  provenance = self->provenance;
  g_mutex_unlock (&self->mutex);

  return provenance;
}

/* Readers hold on to the one before. */
static void
replace_provenance (DipTake *self, json_t *provenance)
{
  g_mutex_lock (&self->mutex);
  if (self->provenances == NULL)
    self->provenances = json_array ();
  json_array_append_new (self->provenances, self->provenance);
  self->provenance = provenance;
  g_mutex_unlock (&self->mutex);
}

void
dip_take_note (DipTake *self, const char *key, json_t *value)
{
  json_t *provenance = json_copy (self->provenance);

  dip_json_set_take (provenance, key, value);
  replace_provenance (self, provenance);
}

void
dip_take_note_device (DipTake *self, const char *device, const char *kernels)
{
  json_t *provenance = json_copy (self->provenance);

  dip_json_set_string (provenance, "device", device);
  dip_json_set_string (provenance, "kernels", kernels);
  replace_provenance (self, provenance);
}

DipThird
dip_take_get_third (DipTake *self)
{
  return self->third;
}

gboolean
dip_take_is_synthetic (DipTake *self)
{
  return json_is_true (json_object_get (dip_take_get_provenance (self), "synthetic"));
}

double
dip_take_get_pixel_spacing_mm (DipTake *self)
{
  return json_number_value (
      json_object_get (dip_take_get_provenance (self), "pixel_spacing_mm"));
}

const char *
dip_take_get_path (DipTake *self)
{
  return self->path;
}

void
dip_take_set_path (DipTake *self, const char *path)
{
  g_free (self->path);
  self->path = g_strdup (path);
  g_signal_emit (self, signals[SAVED], 0);
}

DipTake *
dip_take_get_parent (DipTake *self)
{
  return self->origin != NULL ? self->origin->take : NULL;
}

guint
dip_take_get_n_shared (DipTake *self)
{
  return self->origin != NULL ? self->origin->position + 1 : 0;
}

guint
dip_take_get_n_foreign (DipTake *self)
{
  return self->n_foreign;
}

void
dip_take_set_n_pairs (DipTake *self, guint n_pairs)
{
  self->n_pairs = n_pairs;
}

guint
dip_take_get_n_pairs (DipTake *self)
{
  return self->n_pairs;
}

void
dip_take_set_plan (DipTake *self, const double *timesteps, guint n_steps)
{
  g_free (self->plan);
  self->plan = g_memdup2 (timesteps, n_steps * sizeof (double));
  self->n_planned = n_steps;
}

double
dip_take_get_level (DipTake *self, guint index)
{
  if (self->plan == NULL)
    return NAN;

  return index + 1 < self->n_planned ? self->plan[index + 1] : -1.0;
}

DipFilm *
dip_take_get_film (DipTake *self)
{
  return self->film;
}

guint
dip_take_get_n_frames (DipTake *self)
{
  return self->film != NULL ? dip_film_get_n_frames (self->film) : 1;
}

guint
dip_take_get_n_steps (DipTake *self)
{
  return self->film != NULL ? dip_film_get_n_steps (self->film) : 1;
}

gboolean
dip_take_is_complete (DipTake *self)
{
  guint n_frames = dip_take_get_n_frames (self);

  return n_frames > 0 && n_frames == dip_take_get_n_steps (self);
}

DipFrame *
dip_take_get_frame (DipTake *self, guint index, GError **error)
{
  return self->film != NULL ? dip_film_get_frame (self->film, index, error)
                            : dip_frame_ref (self->still);
}

DipPair *
dip_take_make_pair (DipTake *self, const DipFrame *frame, gboolean wants_pred_x0)
{
  DipPair *ready = NULL;

  if (frame == self->still)
    {
      g_mutex_lock (&self->mutex);
      ready = g_steal_pointer (&self->ready);
      g_mutex_unlock (&self->mutex);
    }
  if (ready != NULL)
    return ready;

  return dip_pair_new_from_network (wants_pred_x0 ? frame->pred_x0 : frame->x_t,
                                    frame->channels, frame->width, frame->height,
                                    self->third);
}

void
dip_take_prepare (DipTake *self)
{
  g_return_if_fail (self->still != NULL && self->ready == NULL);

  self->ready = dip_take_make_pair (self, self->still, FALSE);
}

double *
dip_take_get_curve (DipTake *self, guint kind, guint *n_values)
{
  double *values;

  g_return_val_if_fail (kind < dip_n_curve_kinds, NULL);

  g_mutex_lock (&self->mutex);
  *n_values = self->curves[kind]->len;
  values = g_memdup2 (self->curves[kind]->data, sizeof (double) * *n_values);
  g_mutex_unlock (&self->mutex);

  return values;
}

/* Without R, which is a curve of its own. */
static void
measure_views (const DipPair *pair, DipPairFigures *figures)
{
  g_autoptr (DipFoundView) cc =
      dip_found_view_new (pair->cc, DIP_VIEW_POSITION_CC, NULL, DIP_FLIP_NEVER);
  g_autoptr (DipFoundView) mlo = NULL;

  if (pair->mlo != NULL)
    mlo = dip_found_view_new (pair->mlo, DIP_VIEW_POSITION_MLO, NULL, DIP_FLIP_NEVER);
  dip_pair_figures_compute (figures, cc, mlo, NULL, DIP_THIRD_ABSDIFF, 0.0,
                            DIP_FIGURES_LIVE);
}

/* Frame @index as it was predicted; NULL where it cannot be read. */
static DipPair *
load_pair (DipTake *self, guint index)
{
  g_autoptr (DipFrame) frame = dip_take_get_frame (self, index, NULL);

  return frame != NULL ? dip_take_make_pair (self, frame, TRUE) : NULL;
}

/* Makes room for frame @index and notes its figures. */
static void
keep_figures (DipTake *self, guint index, const double *values)
{
  const double none = NAN;

  g_mutex_lock (&self->mutex);
  for (guint i = 0; i < dip_n_curve_kinds; i++)
    {
      while (self->curves[i]->len <= index)
        g_array_append_val (self->curves[i], none);
      g_array_index (self->curves[i], double, index) = values[i];
    }
  if (self->is_measured->len <= index)
    g_array_set_size (self->is_measured, index + 1);
  self->n_measured += !g_array_index (self->is_measured, guint8, index);
  g_array_index (self->is_measured, guint8, index) = TRUE;
  g_mutex_unlock (&self->mutex);
}

void
dip_take_measure (DipTake *self, guint index)
{
  g_autofree double *values = g_new (double, dip_n_curve_kinds);
  DipPair *pair = load_pair (self, index);
  DipPair *before = index > 0 ? load_pair (self, index - 1) : NULL;
  DipPairFigures figures;

  if (pair != NULL)
    measure_views (pair, &figures);
  for (guint i = 0; i < dip_n_curve_kinds; i++)
    values[i] = pair != NULL
                    ? dip_curve_kinds[i].measure (pair, before, self->third, &figures)
                    : (double) NAN;
  keep_figures (self, index, values);
  dip_pair_free (pair);
  dip_pair_free (before);
}

gboolean
dip_take_find_unmeasured (DipTake *self, gboolean newest, guint *index)
{
  const guint n_frames = dip_take_get_n_frames (self);
  gboolean is_found = FALSE;

  g_mutex_lock (&self->mutex);
  for (guint i = 0; self->n_measured < n_frames && i < n_frames && !is_found; i++)
    {
      *index = newest ? n_frames - 1 - i : i;
      is_found = *index >= self->is_measured->len ||
                 !g_array_index (self->is_measured, guint8, *index);
    }
  g_mutex_unlock (&self->mutex);

  return is_found;
}

guint
dip_take_get_n_measured (DipTake *self)
{
  guint n_measured;

  g_mutex_lock (&self->mutex);
  n_measured = self->n_measured;
  g_mutex_unlock (&self->mutex);

  return n_measured;
}

void
dip_take_emit_grew (DipTake *self)
{
  g_signal_emit (self, signals[GREW], 0);
}
