#include "model/sampler/scheduler-config.h"

#include <math.h>

#include "model/sampler/schedule.h"
#include "model/sampler/scheduler-keys.h"
#include "model/storage/error.h"

/* "'a', 'b' or 'c'" of those of @names whose bit is set in @bits. */
static char *
list_choices (const char *const *names, guint bits)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; bits >> i != 0; i++)
    {
      if ((bits >> i & 1) == 0)
        continue;
      if (text->len > 0)
        g_string_append (text, bits >> i == 1 ? " or " : ", ");
      g_string_append_printf (text, "\"%s\"", names[i]);
    }

  return g_string_free (text, FALSE);
}

static gboolean
read_choice (DipJson *json,
             const DipSchedulerKey *key,
             guint bits,
             int *value,
             GError **error)
{
  const char *found = NULL;
  g_autofree char *wanted = NULL;

  if (!dip_json_has (json, key->name) ||
      (*value < 0 && dip_json_is_null (json, key->name)))
    return TRUE;

  if (!dip_json_get_string (json, key->name, &found, error))
    return FALSE;

  for (guint i = 0; bits >> i != 0; i++)
    if ((bits >> i & 1) != 0 && g_str_equal (key->choices[i], found))
      {
        *value = i;
        return TRUE;
      }

  wanted = list_choices (key->choices, bits);

  return dip_json_fail (json, key->name, wanted, error);
}

static gboolean
read_int (DipJson *json, const DipSchedulerKey *key, int *value, GError **error)
{
  gint64 wide = *value;

  if (!dip_json_get_int (json, key->name, key->min, key->max, &wide, error))
    return FALSE;
  *value = wide;

  return TRUE;
}

static gboolean
read_betas (DipSchedulerConfig *self,
            DipJson *json,
            const DipSchedulerKey *key,
            GError **error)
{
  g_autofree char *wanted = NULL;

  if (dip_json_is_null (json, key->name) || !dip_json_has (json, key->name))
    return TRUE;

  if (!dip_json_get_doubles (json, key->name, key->min, key->max, &self->trained_betas,
                             &self->n_trained_betas, error))
    return FALSE;

  if (self->n_trained_betas >= (gsize) self->num_train_timesteps &&
      self->n_trained_betas <= DIP_SCHEDULER_MAX_TIMESTEPS)
    return TRUE;

  wanted = g_strdup_printf ("a list of at least 'num_train_timesteps' (%d) numbers",
                            self->num_train_timesteps);

  return dip_json_fail (json, key->name, wanted, error);
}

static gboolean
read_false (DipJson *json, const DipSchedulerKey *key, GError **error)
{
  gboolean value = FALSE;

  if (dip_json_is_null (json, key->name))
    return TRUE;
  if (!dip_json_get_bool (json, key->name, &value, error))
    return FALSE;

  return !value || dip_json_fail (json, key->name, "false", error);
}

static gboolean
read_steps (DipSchedulerConfig *self,
            DipJson *json,
            const DipSchedulerKey *key,
            GError **error)
{
  return dip_json_get_ints (json, key->name, 0, DIP_SCHEDULER_MAX_TIMESTEPS,
                            &self->disable_corrector, &self->n_disable_corrector, error);
}

static gboolean
read_key (DipSchedulerConfig *self,
          DipJson *json,
          const DipSchedulerKey *key,
          GError **error)
{
  const DipSchedulerClass *klass = dip_scheduler_class_get (self->kind);
  gpointer field = G_STRUCT_MEMBER_P (self, key->offset);

  switch (key->type)
    {
    case DIP_KEY_BOOL:
      return dip_json_get_bool (json, key->name, field, error);

    case DIP_KEY_INT:
      return read_int (json, key, field, error);

    case DIP_KEY_OPTIONAL:
      if (dip_json_is_null (json, key->name))
        return TRUE;
      G_GNUC_FALLTHROUGH;

    case DIP_KEY_DOUBLE:
      return dip_json_get_double (json, key->name, key->min, key->max, field, error);

    case DIP_KEY_CHOICE:
      return read_choice (json, key, dip_scheduler_class_get_choices (klass, key), field,
                          error);

    case DIP_KEY_BETAS:
      return read_betas (self, json, key, error);

    case DIP_KEY_STEPS:
      return read_steps (self, json, key, error);

    case DIP_KEY_FALSE:
      return read_false (json, key, error);

    case DIP_KEY_NULL:
      return !dip_json_has (json, key->name) || dip_json_is_null (json, key->name) ||
             dip_json_fail (json, key->name, "null", error);
    }

  g_assert_not_reached ();
}

static gboolean
find_kind (DipJson *json, const char *class_name, DipSchedulerKind *kind, GError **error)
{
  const char *names[DIP_N_SCHEDULERS];
  gboolean is_asked = class_name != NULL;
  g_autofree char *wanted = NULL;

  if (class_name == NULL)
    {
      if (!dip_json_require (json, "_class_name", error) ||
          !dip_json_get_string (json, "_class_name", &class_name, error))
        return FALSE;
    }

  if (dip_scheduler_kind_from_name (class_name, kind))
    return TRUE;

  for (guint i = 0; i < DIP_N_SCHEDULERS; i++)
    names[i] = dip_scheduler_class_get (i)->class_name;
  wanted = list_choices (names, (1u << DIP_N_SCHEDULERS) - 1);

  if (is_asked)
    {
      dip_storage_set_error (error, DIP_STORAGE_ERROR_VALUE, dip_json_get_name (json),
                             "there is no solver \"%s\", wanted %s", class_name, wanted);
      return FALSE;
    }

  return dip_json_fail (json, "_class_name", wanted, error);
}

/* The keys of the file that the class does not take, and its own. */
static json_t *
copy_extra (DipJson *json, const char *const *keys)
{
  json_t *extra = json_object ();
  const char *name;
  json_t *value;

  json_object_foreach (dip_json_get_root (json), name, value)
  {
    if (!g_strv_contains (keys, name) && !g_str_equal (name, "_class_name"))
      json_object_set (extra, name, value);
  }

  return extra;
}

static gboolean
read_all (DipSchedulerConfig *self, DipJson *json, GError **error)
{
  const char *const *keys = dip_scheduler_class_get (self->kind)->keys;

  for (guint i = 0; keys[i] != NULL; i++)
    if (!read_key (self, json, dip_scheduler_key_find (keys[i]), error))
      return FALSE;

  return dip_scheduler_config_settle (self, json, error);
}

DipSchedulerConfig *
dip_scheduler_config_parse (DipJson *json, const char *class_name, GError **error)
{
  g_autoptr (DipSchedulerConfig) self = NULL;
  g_autoptr (DipSchedule) schedule = NULL;
  DipSchedulerKind kind;

  g_return_val_if_fail (json != NULL, NULL);

  if (!find_kind (json, class_name, &kind, error))
    return NULL;

  self = g_memdup2 (&dip_scheduler_class_get (kind)->defaults, sizeof *self);
  g_atomic_ref_count_init (&self->n_refs);
  self->name = g_strdup (dip_json_get_name (json));
  self->extra = copy_extra (json, dip_scheduler_class_get (kind)->keys);

  if (!read_all (self, json, error))
    return NULL;

  /* Numbers that are each in range can still make an impossible schedule. */
  schedule = dip_schedule_new (self, error);
  if (schedule == NULL)
    return NULL;

  return g_steal_pointer (&self);
}

DipSchedulerConfig *
dip_scheduler_config_load (const char *path,
                           const char *name,
                           const char *class_name,
                           GError **error)
{
  g_autoptr (DipJson) json = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  json = dip_json_load_file (path, name, error);
  if (json == NULL)
    return NULL;

  return dip_scheduler_config_parse (json, class_name, error);
}

DipSchedulerConfig *
dip_scheduler_config_ref (DipSchedulerConfig *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->n_refs);

  return self;
}

void
dip_scheduler_config_unref (DipSchedulerConfig *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->n_refs))
    return;

  g_free (self->trained_betas);
  g_free (self->disable_corrector);
  g_free (self->name);
  json_decref (self->extra);
  g_free (self);
}

const char *
dip_scheduler_config_get_name (const DipSchedulerConfig *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->name;
}

const char *
dip_scheduler_kind_get_class_name (DipSchedulerKind kind)
{
  g_return_val_if_fail (kind < DIP_N_SCHEDULERS, NULL);

  return dip_scheduler_class_get (kind)->class_name;
}

const char *
dip_scheduler_kind_get_short_name (DipSchedulerKind kind)
{
  g_return_val_if_fail (kind < DIP_N_SCHEDULERS, NULL);

  return dip_scheduler_class_get (kind)->short_name;
}

gboolean
dip_scheduler_kind_from_name (const char *name, DipSchedulerKind *kind)
{
  g_return_val_if_fail (name != NULL && kind != NULL, FALSE);

  for (guint i = 0; i < DIP_N_SCHEDULERS; i++)
    if (g_str_equal (name, dip_scheduler_class_get (i)->class_name) ||
        g_ascii_strcasecmp (name, dip_scheduler_class_get (i)->short_name) == 0)
      {
        *kind = i;
        return TRUE;
      }

  return FALSE;
}

gboolean
dip_scheduler_config_wants_variance (const DipSchedulerConfig *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->kind == DIP_SCHEDULER_DDPM &&
         (self->variance_type == DIP_VARIANCE_LEARNED ||
          self->variance_type == DIP_VARIANCE_LEARNED_RANGE);
}
