#include "model/sampler/scheduler-config.h"

#include <string.h>

#include "model/sampler/scheduler-keys.h"
#include "model/storage/error.h"

/* A configuration with some keys set by hand, as diptych-cli --scheduler-option does. */

/* Longer than any list of betas that a command line can hold. */
#define MAX_OPTION (1024 * 1024)

static json_t *
read_value (const char *text)
{
  json_t *value = json_loads (text, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL);

  return value != NULL ? value : json_string (text);
}

static gboolean
check_key (DipSchedulerKind kind, const char *name, const char *key, GError **error)
{
  const DipSchedulerClass *klass = dip_scheduler_class_get (kind);
  g_autofree char *wanted = NULL;

  if (g_strv_contains (klass->keys, key))
    return TRUE;

  wanted = g_strjoinv (", ", (char **) klass->keys);
  dip_storage_set_error (error, DIP_STORAGE_ERROR_VALUE, name,
                         "%s takes no '%s', wanted one of %s", klass->class_name, key,
                         wanted);

  return FALSE;
}

static gboolean
set_option (json_t *object,
            DipSchedulerKind kind,
            const char *name,
            const char *option,
            GError **error)
{
  const char *equals = strchr (option, '=');
  g_autofree char *key = NULL;
  json_t *value;

  if (equals == NULL || equals == option || strlen (option) > MAX_OPTION)
    {
      dip_storage_set_error (error, DIP_STORAGE_ERROR_VALUE, name,
                             "wanted KEY=VALUE, found \"%.100s\"", option);
      return FALSE;
    }

  key = g_strndup (option, equals - option);
  if (!check_key (kind, name, key, error))
    return FALSE;

  value = read_value (equals + 1);
  if (value == NULL)
    {
      dip_storage_set_error (error, DIP_STORAGE_ERROR_VALUE, name, "'%s' is not UTF-8",
                             key);
      return FALSE;
    }
  json_object_set_new (object, key, value);

  return TRUE;
}

/* The class that the configuration is read as; FALSE if there is none of that name, which
 * is for dip_scheduler_config_parse() to say.
 */
static gboolean
find_kind (DipJson *json, const char *class_name, DipSchedulerKind *kind)
{
  if (class_name == NULL && !dip_json_get_string (json, "_class_name", &class_name, NULL))
    return FALSE;

  return class_name != NULL && dip_scheduler_kind_from_name (class_name, kind);
}

/* What @json says, with the options over it. */
static DipJson *
apply (DipJson *json, DipSchedulerKind kind, const char *const *options, GError **error)
{
  g_autofree char *name =
      g_strdup_printf ("%s with --scheduler-option", dip_json_get_name (json));
  g_autoptr (GBytes) bytes = NULL;
  json_t *object = json_copy (dip_json_get_root (json));
  gboolean is_set = TRUE;
  char *text;

  for (guint i = 0; is_set && options[i] != NULL; i++)
    is_set = set_option (object, kind, "--scheduler-option", options[i], error);
  text = is_set ? dip_json_dump_line (object) : NULL;
  json_decref (object);
  if (text == NULL)
    return NULL;

  bytes = g_bytes_new_take (text, strlen (text));

  return dip_json_load_bytes (bytes, name, error);
}

DipSchedulerConfig *
dip_scheduler_config_load_with (const char *path,
                                const char *name,
                                const char *class_name,
                                const char *const *options,
                                GError **error)
{
  g_autoptr (DipJson) json = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  json = dip_json_load_file (path, name, error);
  if (json == NULL)
    return NULL;

  return dip_scheduler_config_parse_with (json, class_name, options, error);
}

DipSchedulerConfig *
dip_scheduler_config_parse_with (DipJson *json,
                                 const char *class_name,
                                 const char *const *options,
                                 GError **error)
{
  g_autoptr (DipJson) changed = NULL;
  DipSchedulerKind kind;

  g_return_val_if_fail (json != NULL, NULL);

  if (options == NULL || options[0] == NULL || !find_kind (json, class_name, &kind))
    return dip_scheduler_config_parse (json, class_name, error);

  changed = apply (json, kind, options, error);
  if (changed == NULL)
    return NULL;

  return dip_scheduler_config_parse (changed, class_name, error);
}
