#include "model/storage/json.h"

#include "model/storage/error.h"
#include "model/storage/json-private.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

struct _DipJson
{
  json_t *root;
  char *name;
  char *prefix; /* "outer." for an object inside another, else "" */
};

static DipJson *
json_new_take (json_t *root, const char *name, const char *prefix)
{
  DipJson *self = g_new0 (DipJson, 1);

  self->root = root;
  self->name = g_strdup (name);
  self->prefix = g_strdup (prefix);
  return self;
}

static DipJson *
load_text (const char *text, gsize n_bytes, const char *name, GError **error)
{
  const DipJsonLimits limits = { DIP_JSON_MAX_BYTES, DIP_JSON_MAX_STRING,
                                 DIP_JSON_MAX_DEPTH, DIP_JSON_MAX_VALUES };
  json_t *root = dip_json_parse (text, n_bytes, &limits, name, "the text", error);

  return root != NULL ? json_new_take (root, name, "") : NULL;
}

/* Before the file is read into memory. */
static gboolean
check_file (const char *path, const char *name, GError **error)
{
  struct stat st;

  if (stat (path, &st) != 0)
    {
      dip_storage_set_error_errno (error, name, errno, "cannot read");
      return FALSE;
    }

  if (!S_ISREG (st.st_mode))
    {
      dip_storage_set_error (error, DIP_STORAGE_ERROR_IO, name, "is not a regular file");
      return FALSE;
    }

  if (st.st_size > DIP_JSON_MAX_BYTES)
    {
      dip_storage_set_error (error, DIP_STORAGE_ERROR_TOO_LARGE, name,
                             "has %" G_GINT64_FORMAT " bytes, the limit for JSON is %d",
                             (gint64) st.st_size, DIP_JSON_MAX_BYTES);
      return FALSE;
    }

  return TRUE;
}

DipJson *
dip_json_load_file (const char *path, const char *name, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) cause = NULL;
  gsize n_bytes;

  g_return_val_if_fail (path != NULL, NULL);

  if (name == NULL)
    name = path;
  if (!check_file (path, name, error))
    return NULL;

  if (!g_file_get_contents (path, &text, &n_bytes, &cause))
    {
      dip_storage_set_error (error, DIP_STORAGE_ERROR_IO, name, "%s", cause->message);
      return NULL;
    }

  return load_text (text, n_bytes, name, error);
}

DipJson *
dip_json_load_bytes (GBytes *bytes, const char *name, GError **error)
{
  gsize n_bytes;
  const char *text = g_bytes_get_data (bytes, &n_bytes);

  return load_text (text != NULL ? text : "", n_bytes, name, error);
}

void
dip_json_free (DipJson *self)
{
  if (self == NULL)
    return;

  json_decref (self->root);
  g_free (self->name);
  g_free (self->prefix);
  g_free (self);
}

const char *
dip_json_get_name (DipJson *self)
{
  return self->name;
}

json_t *
dip_json_get_root (DipJson *self)
{
  return self->root;
}

gboolean
dip_json_has (DipJson *self, const char *key)
{
  return json_object_get (self->root, key) != NULL;
}

gboolean
dip_json_is_null (DipJson *self, const char *key)
{
  return json_is_null (json_object_get (self->root, key));
}

gboolean
dip_json_require (DipJson *self, const char *key, GError **error)
{
  if (dip_json_has (self, key))
    return TRUE;

  dip_storage_set_error (error, DIP_STORAGE_ERROR_NOT_FOUND, self->name,
                         "'%s%s' is missing", self->prefix, key);
  return FALSE;
}

static gboolean
fail_value (DipJson *self,
            const char *key,
            const char *wanted,
            const json_t *value,
            GError **error)
{
  g_autofree char *found = dip_json_describe (value);

  dip_storage_set_error (error, DIP_STORAGE_ERROR_VALUE, self->name,
                         "'%s%s' must be %s, found %s", self->prefix, key, wanted, found);
  return FALSE;
}

gboolean
dip_json_fail (DipJson *self, const char *key, const char *wanted, GError **error)
{
  return fail_value (self, key, wanted, json_object_get (self->root, key), error);
}

static char *
int_wanted (gint64 min, gint64 max)
{
  if (max != G_MAXINT64)
    return g_strdup_printf ("an integer from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT,
                            min, max);
  if (min == 1)
    return g_strdup ("a positive integer");
  if (min != G_MININT64)
    return g_strdup_printf ("an integer of at least %" G_GINT64_FORMAT, min);
  return g_strdup ("an integer");
}

static char *
double_wanted (double min, double max)
{
  if (min > -G_MAXDOUBLE && max < G_MAXDOUBLE)
    return g_strdup_printf ("a number from %g to %g", min, max);
  if (min > -G_MAXDOUBLE)
    return g_strdup_printf ("a number of at least %g", min);
  if (max < G_MAXDOUBLE)
    return g_strdup_printf ("a number of at most %g", max);
  return g_strdup ("a number");
}

static gboolean
read_int (DipJson *self,
          const char *key,
          const json_t *value,
          gint64 min,
          gint64 max,
          gint64 *result,
          GError **error)
{
  if (!json_is_integer (value) || json_integer_value (value) < min ||
      json_integer_value (value) > max)
    {
      g_autofree char *wanted = int_wanted (min, max);

      return fail_value (self, key, wanted, value, error);
    }

  *result = json_integer_value (value);
  return TRUE;
}

static gboolean
read_double (DipJson *self,
             const char *key,
             const json_t *value,
             double min,
             double max,
             double *result,
             GError **error)
{
  if (!json_is_number (value) || json_number_value (value) < min ||
      json_number_value (value) > max)
    {
      g_autofree char *wanted = double_wanted (min, max);

      return fail_value (self, key, wanted, value, error);
    }

  *result = json_number_value (value);
  return TRUE;
}

static gboolean
read_string (DipJson *self,
             const char *key,
             const json_t *value,
             const char **result,
             GError **error)
{
  if (!json_is_string (value))
    return fail_value (self, key, "a string", value, error);

  *result = json_string_value (value);
  return TRUE;
}

gboolean
dip_json_get_bool (DipJson *self, const char *key, gboolean *value, GError **error)
{
  const json_t *found = json_object_get (self->root, key);

  if (found == NULL)
    return TRUE;
  if (!json_is_boolean (found))
    return fail_value (self, key, "true or false", found, error);

  *value = json_is_true (found);
  return TRUE;
}

gboolean
dip_json_get_int (DipJson *self,
                  const char *key,
                  gint64 min,
                  gint64 max,
                  gint64 *value,
                  GError **error)
{
  const json_t *found = json_object_get (self->root, key);

  return found == NULL || read_int (self, key, found, min, max, value, error);
}

gboolean
dip_json_get_double (DipJson *self,
                     const char *key,
                     double min,
                     double max,
                     double *value,
                     GError **error)
{
  const json_t *found = json_object_get (self->root, key);

  return found == NULL || read_double (self, key, found, min, max, value, error);
}

gboolean
dip_json_get_string (DipJson *self, const char *key, const char **value, GError **error)
{
  const json_t *found = json_object_get (self->root, key);

  return found == NULL || read_string (self, key, found, value, error);
}

/* The list under @key, or NULL: absent, or not a list (then *failed). */
static const json_t *
get_list (DipJson *self, const char *key, gboolean *failed, GError **error)
{
  const json_t *found = json_object_get (self->root, key);

  *failed = found != NULL && !json_is_array (found);
  if (*failed)
    fail_value (self, key, "a list", found, error);

  return *failed ? NULL : found;
}

gboolean
dip_json_get_ints (DipJson *self,
                   const char *key,
                   gint64 min,
                   gint64 max,
                   gint64 **values,
                   gsize *n_values,
                   GError **error)
{
  gboolean failed;
  const json_t *list = get_list (self, key, &failed, error);
  gsize n = json_array_size (list);
  g_autofree gint64 *result = g_new (gint64, n + 1);

  if (list == NULL)
    return !failed;

  for (gsize i = 0; i < n; i++)
    {
      g_autofree char *place = g_strdup_printf ("%s[%" G_GSIZE_FORMAT "]", key, i);

      if (!read_int (self, place, json_array_get (list, i), min, max, &result[i], error))
        return FALSE;
    }

  *values = g_steal_pointer (&result);
  *n_values = n;
  return TRUE;
}

gboolean
dip_json_get_doubles (DipJson *self,
                      const char *key,
                      double min,
                      double max,
                      double **values,
                      gsize *n_values,
                      GError **error)
{
  gboolean failed;
  const json_t *list = get_list (self, key, &failed, error);
  gsize n = json_array_size (list);
  g_autofree double *result = g_new (double, n + 1);

  if (list == NULL)
    return !failed;

  for (gsize i = 0; i < n; i++)
    {
      g_autofree char *place = g_strdup_printf ("%s[%" G_GSIZE_FORMAT "]", key, i);

      if (!read_double (self, place, json_array_get (list, i), min, max, &result[i],
                        error))
        return FALSE;
    }

  *values = g_steal_pointer (&result);
  *n_values = n;
  return TRUE;
}

gboolean
dip_json_get_strings (DipJson *self,
                      const char *key,
                      const char ***values,
                      gsize *n_values,
                      GError **error)
{
  gboolean failed;
  const json_t *list = get_list (self, key, &failed, error);
  gsize n = json_array_size (list);
  g_autofree const char **result = g_new0 (const char *, n + 1);

  if (list == NULL)
    return !failed;

  for (gsize i = 0; i < n; i++)
    {
      g_autofree char *place = g_strdup_printf ("%s[%" G_GSIZE_FORMAT "]", key, i);

      if (!read_string (self, place, json_array_get (list, i), &result[i], error))
        return FALSE;
    }

  *values = g_steal_pointer (&result);
  *n_values = n;
  return TRUE;
}

gboolean
dip_json_get_object (DipJson *self, const char *key, DipJson **value, GError **error)
{
  json_t *found = json_object_get (self->root, key);
  g_autofree char *prefix = NULL;

  if (found == NULL)
    return TRUE;
  if (!json_is_object (found))
    return fail_value (self, key, "an object", found, error);

  prefix = g_strdup_printf ("%s%s.", self->prefix, key);
  *value = json_new_take (json_incref (found), self->name, prefix);
  return TRUE;
}
