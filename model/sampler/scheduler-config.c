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

/* Names of another class's ways become the class's own. */
static void
settle_names (DipSchedulerConfig *self)
{
  if (self->kind == DIP_SCHEDULER_DEIS)
    {
      if (self->algorithm_type == DIP_ALGORITHM_DPM ||
          self->algorithm_type == DIP_ALGORITHM_DPM_PP)
        self->algorithm_type = DIP_ALGORITHM_DEIS;
      self->solver_type = DIP_SOLVER_TYPE_LOGRHO;
      return;
    }

  if (self->algorithm_type == DIP_ALGORITHM_DEIS)
    self->algorithm_type = DIP_ALGORITHM_DPM_PP;

  if (self->kind == DIP_SCHEDULER_UNIPC)
    {
      if (self->solver_type != DIP_SOLVER_TYPE_BH1)
        self->solver_type = DIP_SOLVER_TYPE_BH2;
    }
  else if (self->solver_type != DIP_SOLVER_TYPE_HEUN)
    self->solver_type = DIP_SOLVER_TYPE_MIDPOINT;
}

/* What diffusers looks at before it settles names. */
static gboolean
check_names (DipSchedulerConfig *self, DipJson *json, GError **error)
{
  gboolean is_dpm = self->kind == DIP_SCHEDULER_DPM_MULTISTEP ||
                    self->kind == DIP_SCHEDULER_DPM_SINGLESTEP;

  return !is_dpm || self->algorithm_type != DIP_ALGORITHM_DEIS ||
         self->final_sigmas_type != DIP_FINAL_SIGMA_ZERO ||
         dip_json_fail (json, "final_sigmas_type",
                        "\"sigma_min\" for an algorithm_type of \"deis\"", error);
}

/* Whether the solver can take a step to sigma 0, which is endless in log (sigma). */
static gboolean
check_last_step (DipSchedulerConfig *self, DipJson *json, GError **error)
{
  gboolean is_dpm = self->kind == DIP_SCHEDULER_DPM_MULTISTEP ||
                    self->kind == DIP_SCHEDULER_DPM_SINGLESTEP;
  gboolean is_unipc = self->kind == DIP_SCHEDULER_UNIPC;
  gboolean predicts_noise = (is_unipc && !self->predict_x0) ||
                            (is_dpm && (self->algorithm_type == DIP_ALGORITHM_DPM ||
                                        self->algorithm_type == DIP_ALGORITHM_SDE_DPM));

  if (self->final_sigmas_type != DIP_FINAL_SIGMA_ZERO)
    return TRUE;

  if (predicts_noise)
    return dip_json_fail (json, "final_sigmas_type",
                          "\"sigma_min\" for a solver over the predicted noise", error);

  if (is_unipc && self->solver_type == DIP_SOLVER_TYPE_BH1)
    return dip_json_fail (json, "final_sigmas_type", "\"sigma_min\" for \"bh1\"", error);

  if (is_unipc && self->solver_order > 1 && !self->lower_order_final)
    return dip_json_fail (json, "final_sigmas_type",
                          "\"sigma_min\" without lower_order_final", error);

  return TRUE;
}

/* What only one class wants. */
static gboolean
check_class (DipSchedulerConfig *self, DipJson *json, GError **error)
{
  g_autofree char *wanted = NULL;

  if (self->kind == DIP_SCHEDULER_DPM_SINGLESTEP &&
      self->algorithm_type == DIP_ALGORITHM_SDE_DPM)
    return dip_json_fail (json, "algorithm_type",
                          "\"dpmsolver\", \"dpmsolver++\" or \"sde-dpmsolver++\"", error);

  if (self->kind == DIP_SCHEDULER_DPM_SINGLESTEP && self->thresholding &&
      self->algorithm_type == DIP_ALGORITHM_DPM)
    return dip_json_fail (json, "thresholding", "false for \"dpmsolver\"", error);

  if (self->kind == DIP_SCHEDULER_DDIM_INVERSE &&
      self->timestep_spacing == DIP_SPACING_LINSPACE)
    return dip_json_fail (json, "timestep_spacing", "\"leading\" or \"trailing\"", error);

  if (self->kind == DIP_SCHEDULER_LCM &&
      self->original_inference_steps > self->num_train_timesteps)
    {
      wanted = g_strdup_printf ("at most 'num_train_timesteps' (%d)",
                                self->num_train_timesteps);
      return dip_json_fail (json, "original_inference_steps", wanted, error);
    }

  return TRUE;
}

/* Keys whose values cannot go together. */
static gboolean
check_together (DipSchedulerConfig *self, DipJson *json, GError **error)
{
  g_autofree char *wanted = NULL;

  if (self->steps_offset >= self->num_train_timesteps)
    {
      wanted =
          g_strdup_printf ("below 'num_train_timesteps' (%d)", self->num_train_timesteps);
      return dip_json_fail (json, "steps_offset", wanted, error);
    }

  if (self->use_karras_sigmas + self->use_exponential_sigmas + self->use_beta_sigmas +
          self->use_lu_lambdas >
      1)
    return dip_json_fail (json,
                          self->use_lu_lambdas    ? "use_lu_lambdas"
                          : self->use_beta_sigmas ? "use_beta_sigmas"
                                                  : "use_exponential_sigmas",
                          "false where the sigmas are spaced in another way", error);

  if (self->kind == DIP_SCHEDULER_DEIS && self->algorithm_type != DIP_ALGORITHM_DEIS)
    return dip_json_fail (json, "algorithm_type", "\"deis\"", error);

  if (self->algorithm_type == DIP_ALGORITHM_SDE_DPM && self->solver_order > 2)
    return dip_json_fail (json, "solver_order", "1 or 2 for \"sde-dpmsolver\"", error);

  return check_class (self, json, error) && check_last_step (self, json, error);
}

static gboolean
read_all (DipSchedulerConfig *self, DipJson *json, GError **error)
{
  const char *const *keys = dip_scheduler_class_get (self->kind)->keys;

  for (guint i = 0; keys[i] != NULL; i++)
    if (!read_key (self, json, dip_scheduler_key_find (keys[i]), error))
      return FALSE;

  if (!check_names (self, json, error))
    return FALSE;
  settle_names (self);

  return check_together (self, json, error);
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

static json_t *
betas_to_json (const DipSchedulerConfig *self)
{
  json_t *list;

  if (self->trained_betas == NULL)
    return json_null ();

  list = json_array ();
  for (gsize i = 0; i < self->n_trained_betas; i++)
    json_array_append_new (list, json_real (self->trained_betas[i]));

  return list;
}

static json_t *
steps_to_json (const DipSchedulerConfig *self)
{
  json_t *list = json_array ();

  for (gsize i = 0; i < self->n_disable_corrector; i++)
    json_array_append_new (list, json_integer (self->disable_corrector[i]));

  return list;
}

static json_t *
key_to_json (const DipSchedulerConfig *self, const DipSchedulerKey *key)
{
  gconstpointer field = G_STRUCT_MEMBER_P (self, key->offset);
  double number;
  int choice;

  switch (key->type)
    {
    case DIP_KEY_BOOL:
      return json_boolean (*(const gboolean *) field);

    case DIP_KEY_INT:
      return json_integer (*(const int *) field);

    case DIP_KEY_DOUBLE:
    case DIP_KEY_OPTIONAL:
      number = *(const double *) field;
      return isnan (number) ? json_null () : json_real (number);

    case DIP_KEY_CHOICE:
      choice = *(const int *) field;
      return choice < 0 ? json_null () : json_string (key->choices[choice]);

    case DIP_KEY_BETAS:
      return betas_to_json (self);

    case DIP_KEY_STEPS:
      return steps_to_json (self);

    case DIP_KEY_FALSE:
      return json_false ();

    case DIP_KEY_NULL:
      return json_null ();
    }

  g_assert_not_reached ();
}

json_t *
dip_scheduler_config_to_json (const DipSchedulerConfig *self)
{
  const DipSchedulerClass *klass;
  json_t *object;

  g_return_val_if_fail (self != NULL, NULL);

  klass = dip_scheduler_class_get (self->kind);
  object = json_object ();
  dip_json_set_string (object, "_class_name", klass->class_name);
  for (guint i = 0; klass->keys[i] != NULL; i++)
    dip_json_set_take (object, klass->keys[i],
                       key_to_json (self, dip_scheduler_key_find (klass->keys[i])));
  json_object_update_missing (object, self->extra);

  return object;
}
