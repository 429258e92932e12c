#include "app/cli/sample-edit.h"

#include <math.h>
#include <string.h>

#include "app/cli/given-picture.h"
#include "app/cli/sample-fork.h"
#include "model/storage/json.h"

/* What inpainting and completion go back by where nothing is said: a compromise of time and
 * harmony, not the best of a search.  tests/bench/completion.py measures a choice.
 */
#define DEFAULT_JUMP_LENGTH 5
#define DEFAULT_REPEATS 3

/* diffusers' img2img. */
#define DEFAULT_STRENGTH 0.8

typedef struct
{
  DipSampleEdit *edit;
  DipCli *cli;
  const DipSampleOptions *options;
  const DipDenoiserShape *shape;
  DipThird third;
  json_t *settings;
} Making;

static gsize
count_values (const DipDenoiserShape *shape)
{
  return (gsize) shape->in_channels * shape->height * shape->width;
}

/* One picture for every pair; takes @picture (C, H, W) over. */
static void
repeat_picture (Making *self, float *picture)
{
  gsize n_values = count_values (self->shape);
  float *pictures = g_new (float, n_values * self->options->n_pairs);

  for (guint i = 0; i < self->options->n_pairs; i++)
    memcpy (pictures + i * n_values, picture, n_values * sizeof (float));
  g_free (picture);
  g_free ((float *) self->edit->guide.picture);
  self->edit->guide.picture = pictures;
}

static void
note_file (Making *self, const char *key, const char *path, const char *sha256)
{
  g_autofree char *name = g_path_get_basename (path);
  json_t *object = json_object ();

  dip_json_set_string (object, "file", name);
  dip_json_set_string (object, "sha256", sha256);
  dip_json_set_take (self->settings, key, object);
}

static gboolean
take_from (Making *self, GError **error)
{
  g_autofree char *sha256 = NULL;
  float *picture;

  if (self->options->from == NULL)
    return TRUE;
  picture =
      dip_given_load_pair (self->options->from, self->shape, self->third, &sha256, error);
  if (picture == NULL)
    return FALSE;

  repeat_picture (self, picture);
  note_file (self, "from", self->options->from, sha256);

  return TRUE;
}

static gboolean
take_mask (Making *self, GError **error)
{
  g_autofree char *sha256 = NULL;
  float *mask;

  if (self->options->mask == NULL)
    return TRUE;
  mask = dip_given_load_mask (self->options->mask, self->shape, &sha256, error);
  if (mask == NULL)
    return FALSE;

  g_free ((float *) self->edit->guide.mask);
  self->edit->guide.mask = mask;
  note_file (self, "mask", self->options->mask, sha256);

  return TRUE;
}

/* The known view stays, the rest is open; so does a third channel that is always zero. */
static gboolean
take_known (Making *self, GError **error)
{
  gsize n = (gsize) self->shape->height * self->shape->width;
  guint channel = self->options->known_channel;
  g_autofree char *sha256 = NULL;
  g_autofree float *view = NULL;
  float *picture, *mask;

  if (self->options->known == NULL)
    return TRUE;
  if (self->shape->in_channels < 2)
    return dip_cli_usage_error (self->cli, error,
                                "--known: the network makes one view, so that none is "
                                "left to complete");
  view = dip_given_load_view (self->options->known, channel, self->shape, &sha256, error);
  if (view == NULL)
    return FALSE;

  picture = g_new0 (float, count_values (self->shape));
  mask = g_new (float, count_values (self->shape));
  for (gsize i = 0; i < count_values (self->shape); i++)
    {
      gboolean is_zero = i / n == 2 && self->third == DIP_THIRD_ZERO;

      mask[i] = i / n == channel || is_zero ? 0.0f : 1.0f;
      picture[i] = i / n == channel ? view[i % n] : is_zero ? -1.0f : 0.0f;
    }

  g_free ((float *) self->edit->guide.mask);
  self->edit->guide.mask = mask;
  self->edit->known = channel;
  repeat_picture (self, picture);
  note_file (self, "known", self->options->known, sha256);
  dip_json_set_string (json_object_get (self->settings, "known"), "view",
                       channel == 0 ? "cc" : "mlo");

  return TRUE;
}

/* Where the walk begins and how it goes back. */
static gboolean
choose_walk (Making *self, DipSolver *solver, GError **error)
{
  DipSampleEdit *edit = self->edit;
  const DipSampleOptions *options = self->options;
  gboolean is_guided = dip_sample_edit_is_guided (edit);
  double strength = options->strength == DIP_NUMBER_UNSAID
                        ? (is_guided ? 1.0 : DEFAULT_STRENGTH)
                        : options->strength;

  if (is_guided)
    {
      edit->walk.jump_length =
          options->jump_length >= 0 ? options->jump_length : DEFAULT_JUMP_LENGTH;
      edit->walk.n_repeats = options->repeats >= 0 ? options->repeats : DEFAULT_REPEATS;
      if (options->repeats < 0 && !dip_solver_can_begin_later (solver))
        edit->walk.n_repeats = 1;
      dip_json_set_int (self->settings, "jump_length", edit->walk.jump_length);
      dip_json_set_int (self->settings, "repeats", edit->walk.n_repeats);
    }
  if (options->from == NULL || options->fork != NULL)
    return TRUE;

  edit->guide.begins_from_picture = !is_guided || strength < 1.0;
  edit->walk.begin = dip_find_strength_evaluation (solver, strength);
  dip_json_set_double (self->settings, "strength", strength);
  if (edit->walk.begin < dip_solver_get_n_evaluations (solver))
    return TRUE;
  if (!dip_solver_can_begin_later (solver))
    {
      g_set_error (
          error, DIP_CLI_ERROR, DIP_CLI_ERROR_FAILED,
          "%s cannot begin in the middle, as --from with --strength %g wants",
          dip_scheduler_kind_get_class_name (dip_solver_get_config (solver)->kind),
          strength);
      return FALSE;
    }

  return dip_cli_usage_error (self->cli, error,
                              "--strength %g of %" G_GINT64_FORMAT
                              " steps leaves none: wants at least %g",
                              strength, options->steps, 1.0 / options->steps);
}

static void
take_interpolation (Making *self)
{
  const DipSampleOptions *options = self->options;
  json_t *object;

  if (options->interpolate == NULL)
    return;

  self->edit->seed_to = options->seed_to;
  self->edit->weights = g_new (double, options->n_pairs);
  for (guint i = 0; i < options->n_pairs; i++)
    self->edit->weights[i] = (double) i / (options->n_pairs - 1);

  object = json_object ();
  dip_json_set_int (object, "from", options->first_seed);
  dip_json_set_int (object, "to", options->seed_to);
  dip_json_set_int (object, "n", options->n_pairs);
  dip_json_set_take (self->settings, "interpolate", object);
}

gboolean
dip_sample_edit_prepare (DipSampleEdit *self,
                         DipCli *cli,
                         const DipSampleOptions *options,
                         const DipDenoiserShape *shape,
                         DipThird third,
                         DipSolver *solver,
                         json_t *settings,
                         GError **error)
{
  Making making = { .edit = self,
                    .cli = cli,
                    .options = options,
                    .shape = shape,
                    .third = third,
                    .settings = settings };
  g_autofree guint *walk = NULL;
  guint n;

  self->known = G_MAXUINT;
  if (!take_from (&making, error) || !take_mask (&making, error) ||
      !take_known (&making, error) || !choose_walk (&making, solver, error))
    return FALSE;
  take_interpolation (&making);
  if (options->fork != NULL &&
      !dip_sample_fork_prepare (self, cli, options, shape, solver, settings, error))
    return FALSE;

  walk = dip_walk_list (&self->walk, solver, &n, error);

  return walk != NULL;
}

void
dip_sample_edit_clear (DipSampleEdit *self)
{
  g_free ((float *) self->guide.picture);
  g_free ((float *) self->guide.mask);
  g_free (self->weights);
  g_free (self->x_t);
  g_free (self->memory);
}

gboolean
dip_sample_edit_is_guided (const DipSampleEdit *self)
{
  return self->guide.mask != NULL;
}

void
dip_sample_edit_apply (const DipSampleEdit *self,
                       guint first_pair,
                       const DipDenoiserShape *shape,
                       DipSampleSettings *settings,
                       DipSampleStart *start)
{
  gsize offset = first_pair * count_values (shape);

  settings->walk = self->walk;
  settings->guide = self->guide;
  if (self->guide.picture != NULL)
    settings->guide.picture = self->guide.picture + offset;
  if (self->weights != NULL)
    {
      settings->weights = self->weights + first_pair;
      settings->seed_to = self->seed_to;
    }
  if (self->x_t == NULL)
    return;

  *start = (DipSampleStart){
    .x_t = self->x_t + offset,
    .memory = self->memory != NULL ? self->memory + offset * self->n_history : NULL,
    .n_done = self->n_done,
    .n_draws = self->n_draws,
  };
  settings->start = start;
}

double
dip_sample_edit_finish (const DipSampleEdit *self,
                        const DipDenoiserShape *shape,
                        DipThird third,
                        float *sample)
{
  gsize n = (gsize) shape->height * shape->width;
  double sum = 0.0;
  gsize n_made = 0;

  if (!dip_sample_edit_is_guided (self) || shape->in_channels != 3)
    return NAN;

  for (gsize i = 0; i < n; i++)
    {
      float made = dip_third_value (third, dip_value_from_network (sample[i]),
                                    dip_value_from_network (sample[n + i]));

      if (self->guide.mask[2 * n + i] == 0.0f)
        continue;
      sum += fabs (dip_value_from_network (sample[2 * n + i]) - made);
      n_made++;
      sample[2 * n + i] = dip_value_to_network (made);
    }

  return n_made > 0 ? sum / n_made : NAN;
}

void
dip_sample_edit_measure_known (const DipSampleEdit *self,
                               const DipDenoiserShape *shape,
                               guint pair,
                               const float *sample,
                               double *max_error,
                               double *rms_error)
{
  gsize n = (gsize) shape->height * shape->width;
  const float *given = self->guide.picture + pair * count_values (shape);
  double squares = 0.0;

  *max_error = 0.0;
  for (gsize i = self->known * n; i < (self->known + 1) * n; i++)
    {
      double difference =
          dip_value_from_network (sample[i]) - dip_value_from_network (given[i]);

      *max_error = MAX (*max_error, fabs (difference));
      squares += difference * difference;
    }
  *rms_error = sqrt (squares / n);
}
