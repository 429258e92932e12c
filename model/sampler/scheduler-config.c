#include "model/sampler/scheduler-config.h"

#include "model/sampler/schedule.h"

typedef enum
{
  KEY_BOOL,
  KEY_INT,
  KEY_DOUBLE,
  KEY_CHOICE,
  KEY_DOUBLES, /* or null */
} KeyType;

/* One key of a scheduler_config.json and where its value is kept. */
typedef struct
{
  const char *name;
  KeyType type;
  gsize offset;               /* in DipSchedulerConfig; KEY_DOUBLES: see read_betas() */
  double min, max;            /* KEY_INT, KEY_DOUBLE */
  const char *const *choices; /* KEY_CHOICE: the names of the enum, in its order */
} Key;

/* A scheduler class of diffusers. */
typedef struct
{
  const char *class_name;
  const char *short_name;
  const char *const *keys;     /* NULL-terminated, in the order of its constructor */
  guint n_beta_schedules;      /* it knows the first of DipBetaSchedule */
  DipSchedulerConfig defaults; /* of the keys */
} Class;

static const char *const beta_schedules[] = {
  "linear", "scaled_linear", "squaredcos_cap_v2", "sigmoid", "laplace", NULL
};

static const char *const prediction_types[] = { "epsilon", "sample", "v_prediction",
                                                NULL };

static const char *const variance_types[] = { "fixed_small", "fixed_small_log",
                                              "fixed_large", "fixed_large_log",
                                              "learned",     "learned_range",
                                              NULL };

static const char *const spacings[] = { "leading", "trailing", "linspace", NULL };

#define FIELD(field) G_STRUCT_OFFSET (DipSchedulerConfig, field)

/* A range or ratio of 0 would divide by it or leave nothing of a picture. */
#define SMALLEST 1e-6
#define LARGEST 1e6

static const Key all_keys[] = {
  { "num_train_timesteps", KEY_INT, FIELD (num_train_timesteps), 1,
    DIP_SCHEDULER_MAX_TIMESTEPS },
  { "beta_start", KEY_DOUBLE, FIELD (beta_start), 0, 1 },
  { "beta_end", KEY_DOUBLE, FIELD (beta_end), 0, 1 },
  { "beta_schedule", KEY_CHOICE, FIELD (beta_schedule), .choices = beta_schedules },
  { "trained_betas", KEY_DOUBLES, 0, 0, 1 },
  { "variance_type", KEY_CHOICE, FIELD (variance_type), .choices = variance_types },
  { "clip_sample", KEY_BOOL, FIELD (clip_sample) },
  { "set_alpha_to_one", KEY_BOOL, FIELD (set_alpha_to_one) },
  { "prediction_type", KEY_CHOICE, FIELD (prediction_type), .choices = prediction_types },
  { "thresholding", KEY_BOOL, FIELD (thresholding) },
  { "dynamic_thresholding_ratio", KEY_DOUBLE, FIELD (dynamic_thresholding_ratio), 0, 1 },
  { "clip_sample_range", KEY_DOUBLE, FIELD (clip_sample_range), SMALLEST, LARGEST },
  { "sample_max_value", KEY_DOUBLE, FIELD (sample_max_value), SMALLEST, LARGEST },
  { "timestep_spacing", KEY_CHOICE, FIELD (timestep_spacing), .choices = spacings },
  { "steps_offset", KEY_INT, FIELD (steps_offset), 0, DIP_SCHEDULER_MAX_TIMESTEPS - 1 },
  { "rescale_betas_zero_snr", KEY_BOOL, FIELD (rescale_betas_zero_snr) },
};

static const char *const ddpm_keys[] = { "num_train_timesteps",
                                         "beta_start",
                                         "beta_end",
                                         "beta_schedule",
                                         "trained_betas",
                                         "variance_type",
                                         "clip_sample",
                                         "prediction_type",
                                         "thresholding",
                                         "dynamic_thresholding_ratio",
                                         "clip_sample_range",
                                         "sample_max_value",
                                         "timestep_spacing",
                                         "steps_offset",
                                         "rescale_betas_zero_snr",
                                         NULL };

static const char *const ddim_keys[] = { "num_train_timesteps",
                                         "beta_start",
                                         "beta_end",
                                         "beta_schedule",
                                         "trained_betas",
                                         "clip_sample",
                                         "set_alpha_to_one",
                                         "steps_offset",
                                         "prediction_type",
                                         "thresholding",
                                         "dynamic_thresholding_ratio",
                                         "clip_sample_range",
                                         "sample_max_value",
                                         "timestep_spacing",
                                         "rescale_betas_zero_snr",
                                         NULL };

/* What both have in common; a class overrides after it. */
#define COMMON_DEFAULTS                                                                  \
  .num_train_timesteps = 1000, .beta_start = 0.0001, .beta_end = 0.02,                   \
  .beta_schedule = DIP_BETA_SCHEDULE_LINEAR, .prediction_type = DIP_PREDICTION_EPSILON,  \
  .clip_sample_range = 1.0, .dynamic_thresholding_ratio = 0.995, .sample_max_value = 1.0

static const Class classes[DIP_N_SCHEDULERS] = {
  [DIP_SCHEDULER_DDPM] = { "DDPMScheduler",
                           "ddpm",
                           ddpm_keys,
                           DIP_BETA_SCHEDULE_LAPLACE + 1,
                           { .kind = DIP_SCHEDULER_DDPM,
                             COMMON_DEFAULTS,
                             .clip_sample = TRUE,
                             .variance_type = DIP_VARIANCE_FIXED_SMALL,
                             .timestep_spacing = DIP_SPACING_LEADING } },
  [DIP_SCHEDULER_DDIM] = { "DDIMScheduler",
                           "ddim",
                           ddim_keys,
                           DIP_BETA_SCHEDULE_SQUAREDCOS_CAP_V2 + 1,
                           { .kind = DIP_SCHEDULER_DDIM,
                             COMMON_DEFAULTS,
                             .clip_sample = TRUE,
                             .set_alpha_to_one = TRUE,
                             .timestep_spacing = DIP_SPACING_LEADING } },
};

static const Key *
find_key (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (all_keys); i++)
    if (g_str_equal (all_keys[i].name, name))
      return &all_keys[i];

  g_assert_not_reached ();
}

/* "'a', 'b' or 'c'" of the first @n of @names. */
static char *
list_choices (const char *const *names, guint n)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    {
      if (i > 0)
        g_string_append (text, i + 1 == n ? " or " : ", ");
      g_string_append_printf (text, "\"%s\"", names[i]);
    }

  return g_string_free (text, FALSE);
}

static gboolean
read_choice (DipJson *json,
             const char *name,
             const char *const *choices,
             guint n_choices,
             int *value,
             GError **error)
{
  const char *found = choices[*value];
  g_autofree char *wanted = NULL;

  if (!dip_json_get_string (json, name, &found, error))
    return FALSE;

  for (guint i = 0; i < n_choices; i++)
    if (g_str_equal (choices[i], found))
      {
        *value = i;
        return TRUE;
      }

  wanted = list_choices (choices, n_choices);

  return dip_json_fail (json, name, wanted, error);
}

static gboolean
read_int (DipJson *json, const Key *key, int *value, GError **error)
{
  gint64 wide = *value;

  if (!dip_json_get_int (json, key->name, key->min, key->max, &wide, error))
    return FALSE;
  *value = wide;

  return TRUE;
}

static gboolean
read_betas (DipSchedulerConfig *self, DipJson *json, const Key *key, GError **error)
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
read_key (DipSchedulerConfig *self, DipJson *json, const Key *key, GError **error)
{
  const Class *klass = &classes[self->kind];
  gpointer field = G_STRUCT_MEMBER_P (self, key->offset);
  guint n_choices;

  switch (key->type)
    {
    case KEY_BOOL:
      return dip_json_get_bool (json, key->name, field, error);

    case KEY_INT:
      return read_int (json, key, field, error);

    case KEY_DOUBLE:
      return dip_json_get_double (json, key->name, key->min, key->max, field, error);

    case KEY_CHOICE:
      n_choices = key->choices == beta_schedules ? klass->n_beta_schedules
                                                 : g_strv_length ((char **) key->choices);
      return read_choice (json, key->name, key->choices, n_choices, field, error);

    case KEY_DOUBLES:
      return read_betas (self, json, key, error);
    }

  g_assert_not_reached ();
}

static gboolean
find_kind (DipJson *json, const char *class_name, DipSchedulerKind *kind, GError **error)
{
  const char *names[DIP_N_SCHEDULERS];
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
    names[i] = classes[i].class_name;
  wanted = list_choices (names, DIP_N_SCHEDULERS);

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
  const char *const *keys = classes[self->kind].keys;
  g_autofree char *wanted = NULL;

  for (guint i = 0; keys[i] != NULL; i++)
    if (!read_key (self, json, find_key (keys[i]), error))
      return FALSE;

  if (self->steps_offset < self->num_train_timesteps)
    return TRUE;

  wanted =
      g_strdup_printf ("below 'num_train_timesteps' (%d)", self->num_train_timesteps);

  return dip_json_fail (json, "steps_offset", wanted, error);
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

  self = g_memdup2 (&classes[kind].defaults, sizeof *self);
  g_atomic_ref_count_init (&self->n_refs);
  self->name = g_strdup (dip_json_get_name (json));
  self->extra = copy_extra (json, classes[kind].keys);

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

  return classes[kind].class_name;
}

const char *
dip_scheduler_kind_get_short_name (DipSchedulerKind kind)
{
  g_return_val_if_fail (kind < DIP_N_SCHEDULERS, NULL);

  return classes[kind].short_name;
}

gboolean
dip_scheduler_kind_from_name (const char *name, DipSchedulerKind *kind)
{
  g_return_val_if_fail (name != NULL && kind != NULL, FALSE);

  for (guint i = 0; i < DIP_N_SCHEDULERS; i++)
    if (g_str_equal (name, classes[i].class_name) ||
        g_ascii_strcasecmp (name, classes[i].short_name) == 0)
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
key_to_json (const DipSchedulerConfig *self, const Key *key)
{
  gconstpointer field = G_STRUCT_MEMBER_P (self, key->offset);

  switch (key->type)
    {
    case KEY_BOOL:
      return json_boolean (*(const gboolean *) field);

    case KEY_INT:
      return json_integer (*(const int *) field);

    case KEY_DOUBLE:
      return json_real (*(const double *) field);

    case KEY_CHOICE:
      return json_string (key->choices[*(const int *) field]);

    case KEY_DOUBLES:
      return betas_to_json (self);
    }

  g_assert_not_reached ();
}

json_t *
dip_scheduler_config_to_json (const DipSchedulerConfig *self)
{
  const Class *klass;
  json_t *object;

  g_return_val_if_fail (self != NULL, NULL);

  klass = &classes[self->kind];
  object = json_object ();
  dip_json_set_string (object, "_class_name", klass->class_name);
  for (guint i = 0; klass->keys[i] != NULL; i++)
    dip_json_set_take (object, klass->keys[i],
                       key_to_json (self, find_key (klass->keys[i])));
  json_object_update_missing (object, self->extra);

  return object;
}
