#include "app/runs/run-settings.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <string.h>

#include "model/sampler/scheduler-config.h"
#include "model/storage/json.h"

DipRunSettings *
dip_run_settings_new (void)
{
  DipRunSettings *self = g_new0 (DipRunSettings, 1);

  self->precision = g_strdup ("auto");
  self->n_steps = 50;
  self->seed = 42;
  self->count = 1;
  self->batch = 1;

  return self;
}

DipRunSettings *
dip_run_settings_copy (const DipRunSettings *self)
{
  DipRunSettings *copy = g_memdup2 (self, sizeof *self);

  copy->checkpoint = g_strdup (self->checkpoint);
  copy->device = g_strdup (self->device);
  copy->precision = g_strdup (self->precision);
  copy->scheduler = g_strdup (self->scheduler);
  copy->scheduler_json = g_strdup (self->scheduler_json);
  if (self->origin != NULL)
    dip_origin_ref (self->origin);
  copy->scheduler_options = g_strdup (self->scheduler_options);

  return copy;
}

void
dip_run_settings_free (DipRunSettings *self)
{
  if (self == NULL)
    return;

  g_free (self->checkpoint);
  g_free (self->device);
  g_free (self->precision);
  g_free (self->scheduler);
  g_free (self->scheduler_json);
  g_clear_pointer (&self->origin, dip_origin_unref);
  g_free (self->scheduler_options);
  g_free (self);
}

void
dip_run_settings_leave_out (DipRunSettings *self, guint n_pairs)
{
  DipOrigin *origin = self->origin;

  g_return_if_fail (n_pairs < self->count);

  self->count -= n_pairs;
  if (origin == NULL || origin->kind != DIP_ORIGIN_BETWEEN)
    {
      self->seed += n_pairs;
      return;
    }
  self->origin = dip_origin_new_between (origin->seed_to, origin->weights + n_pairs,
                                         origin->n_weights - n_pairs);
  dip_origin_unref (origin);
}

static void
replace (char **where, char *value)
{
  g_free (*where);
  *where = value;
}

static double
get_number (const json_t *object, const char *key)
{
  return json_number_value (json_object_get (object, key));
}

static gint64
get_integer (const json_t *object, const char *key)
{
  return json_integer_value (json_object_get (object, key));
}

/* A pair between two seeds alone; of what else a run began from the provenance has only the
 * name.
 */
static void
restore_between (DipRunSettings *self, const json_t *between)
{
  const json_t *to = json_object_get (between, "to");
  const json_t *weight = json_object_get (between, "weight");
  double value = json_number_value (weight);

  g_clear_pointer (&self->origin, dip_origin_unref);
  if (json_is_integer (to) && json_is_number (weight) && value >= 0.0 && value <= 1.0)
    self->origin = dip_origin_new_between (json_integer_value (to), &value, 1);
}

gboolean
dip_run_settings_restore (DipRunSettings *self, const json_t *provenance)
{
  const json_t *seed = json_object_get (provenance, "seed");
  const json_t *steps = json_object_get (provenance, "steps");
  const json_t *config = json_object_get (provenance, "scheduler_config");
  const char *precision = json_string_value (json_object_get (provenance, "precision"));
  const char *scheduler = json_string_value (json_object_get (provenance, "scheduler"));
  DipSchedulerKind kind;

  if (!json_is_integer (seed) || json_integer_value (seed) < 0 ||
      !json_is_integer (steps) || json_integer_value (steps) < 1 ||
      json_integer_value (steps) > DIP_SCHEDULER_MAX_TIMESTEPS || scheduler == NULL ||
      !dip_scheduler_kind_from_name (scheduler, &kind))
    return FALSE;

  self->seed = json_integer_value (seed);
  self->n_steps = json_integer_value (steps);
  self->eta = CLAMP (get_number (provenance, "eta"), 0, 1);
  self->churn = MAX (get_number (provenance, "churn"), 0);
  self->width = CLAMP (get_integer (provenance, "width"), 0, G_MAXUINT16);
  self->height = CLAMP (get_integer (provenance, "height"), 0, G_MAXUINT16);
  self->class_label = MAX (get_integer (provenance, "class_label"), 0);
  self->count = 1;
  replace (&self->scheduler_options, NULL);
  replace (&self->scheduler, g_strdup (dip_scheduler_kind_get_short_name (kind)));
  replace (&self->scheduler_json,
           json_is_object (config) ? dip_json_dump_line (config) : NULL);
  if (precision != NULL)
    replace (&self->precision, g_strdup (precision));
  restore_between (self, json_object_get (provenance, "interpolate"));

  return TRUE;
}

/* "DDIMScheduler": diffusers' word without its ending. */
static char *
make_name (const DipRunSettings *self)
{
  DipSchedulerKind kind;
  char *name;

  if (self->scheduler == NULL || !dip_scheduler_kind_from_name (self->scheduler, &kind))
    return g_strdup (_ ("The checkpoint’s own"));
  name = g_strdup (dip_scheduler_kind_get_class_name (kind));
  if (g_str_has_suffix (name, "Scheduler"))
    name[strlen (name) - strlen ("Scheduler")] = '\0';

  return name;
}

static void
append_seeds (const DipRunSettings *self, GString *text)
{
  if (self->count > 1)
    g_string_append_printf (text, _ ("seeds %" PRIu64 " – %" PRIu64), self->seed,
                            self->seed + self->count - 1);
  else
    g_string_append_printf (text, _ ("seed %" PRIu64), self->seed);
}

char *
dip_run_settings_describe (const DipRunSettings *self, gboolean with_seed)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *origin =
      self->origin != NULL ? dip_origin_describe (self->origin) : NULL;
  g_autofree char *name = make_name (self);

  g_string_append (text, name);
  g_string_append (text, " · ");
  g_string_append_printf (text, ngettext ("%u step", "%u steps", self->n_steps),
                          self->n_steps);
  if (self->eta > 0)
    g_string_append_printf (text, " · η %g", self->eta);
  if (self->churn > 0)
    g_string_append_printf (text, _ (" · churn %g"), self->churn);
  if (self->width > 0)
    g_string_append_printf (text, " · %u × %u", self->width, self->height);
  if (self->scheduler_options != NULL)
    g_string_append_printf (text, " · %s", self->scheduler_options);
  if (with_seed)
    {
      g_string_append (text, " · ");
      append_seeds (self, text);
    }
  if (origin != NULL)
    g_string_append_printf (text, " · %s", origin);

  return g_string_free (g_steal_pointer (&text), FALSE);
}
