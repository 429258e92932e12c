#include "app/compare/setting.h"

#include <math.h>
#include <string.h>

#define MAX_STEPS 1000000
#define MAX_SEED ((guint64) G_MAXINT64 - 1000000)

void
dip_compare_setting_free (DipCompareSetting *self)
{
  if (self == NULL)
    return;

  g_strfreev (self->options);
  g_free (self->precision);
  g_free (self->name);
  g_free (self->label);
  g_free (self->stem);
  g_free (self);
}

static gboolean fail (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
fail (GError **error, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, text);

  return FALSE;
}

/* The text between commas, but for those in brackets or quotes. */
static char **
split (const char *text)
{
  g_autoptr (GStrvBuilder) parts = g_strv_builder_new ();
  const char *start = text;
  gboolean is_quoted = FALSE;
  int depth = 0;

  for (const char *p = text;; p++)
    {
      if (*p == '\0' || (*p == ',' && depth <= 0 && !is_quoted))
        {
          g_autofree char *part = g_strndup (start, p - start);

          g_strv_builder_add (parts, g_strstrip (part));
          start = p + 1;
        }
      if (*p == '\0')
        break;
      if (*p == '"')
        is_quoted = !is_quoted;
      else if (*p == '[' || *p == '{')
        depth++;
      else if (*p == ']' || *p == '}')
        depth--;
    }

  return g_strv_builder_end (parts);
}

/* One --settings before it is taken apart by steps. */
typedef struct
{
  const char *text;
  DipCompareSetting common;
  GArray *steps;       /* of guint */
  GStrvBuilder *words; /* "KEY=VALUE" of the scheduler */
  GHashTable *keys;    /* that were said */
  GString *said;       /* all of them, for people */
} Draft;

static void
draft_clear (Draft *self)
{
  g_clear_pointer (&self->steps, g_array_unref);
  g_clear_pointer (&self->words, g_strv_builder_unref);
  g_clear_pointer (&self->keys, g_hash_table_unref);
  if (self->said != NULL)
    g_string_free (self->said, TRUE);
  g_free (self->common.precision);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Draft, draft_clear)

static gboolean
read_number (Draft *self,
             const char *key,
             const char *value,
             double *number,
             GError **error)
{
  char *end = NULL;

  *number = g_ascii_strtod (value, &end);
  if (value[0] == '\0' || *end != '\0' || !isfinite (*number))
    return fail (error, "%s: %s wants a number, found '%s'", self->text, key, value);

  return TRUE;
}

static gboolean
set_lms_order (Draft *self, double order, const char *value, GError **error)
{
  if (order != floor (order) || order < 1.0 || order > 4.0)
    return fail (error, "%s: lms_order wants 1, 2, 3 or 4, found '%s'", self->text,
                 value);

  self->common.solver.lms_order = order;

  return TRUE;
}

static gboolean
take_key (Draft *self, const char *key, const char *value, GError **error)
{
  DipSolverSettings *solver = &self->common.solver;
  double lms_order = NAN;
  const struct
  {
    const char *key;
    double *number;
  } numbers[] = {
    { "eta", &solver->eta },
    { "churn", &solver->churn },
    { "churn_min", &solver->churn_min },
    { "churn_max", &solver->churn_max },
    { "churn_noise", &solver->churn_noise },
    { "lms_order", &lms_order },
  };
  g_autofree char *word = g_strdup_printf ("%s=%s", key, value);

  if (!g_hash_table_add (self->keys, g_strdup (key)))
    return fail (error, "%s: %s is said twice", self->text, key);
  g_string_append_printf (self->said, ", %s", word);

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    if (g_str_equal (key, numbers[i].key))
      {
        if (!read_number (self, key, value, numbers[i].number, error))
          return FALSE;
        return isnan (lms_order) || set_lms_order (self, lms_order, value, error);
      }

  if (g_str_equal (key, "precision"))
    {
      self->common.precision = g_strdup (value);
      return TRUE;
    }
  g_strv_builder_add (self->words, word);

  return TRUE;
}

/* A number of steps, or KEY=VALUE. */
static gboolean
take_part (Draft *self, const char *part, GError **error)
{
  const char *equals = strchr (part, '=');
  g_autofree char *key = NULL;
  guint64 n = 0;
  guint steps;

  if (equals != NULL && equals != part)
    {
      key = g_strndup (part, equals - part);
      return take_key (self, g_strstrip (key), equals + 1, error);
    }

  if (equals != NULL || !g_ascii_string_to_unsigned (part, 10, 1, MAX_STEPS, &n, NULL))
    return fail (
        error, "%s: wanted steps, a whole number from 1 to %d, or KEY=VALUE, found '%s'",
        self->text, MAX_STEPS, part);
  steps = n;
  g_array_append_val (self->steps, steps);

  return TRUE;
}

static gboolean
take_name (Draft *self, const char *name, GError **error)
{
  g_autoptr (GString) wanted = g_string_new (NULL);

  if (dip_scheduler_kind_from_name (name, &self->common.kind))
    return TRUE;

  for (guint i = 0; i < DIP_N_SCHEDULERS; i++)
    g_string_append_printf (wanted, "%s%s", i > 0 ? ", " : "",
                            dip_scheduler_kind_get_short_name (i));

  return fail (error, "%s: there is no solver \"%s\", wanted one of %s", self->text, name,
               wanted->str);
}

static gboolean
draft_read (Draft *self, const char *text, GError **error)
{
  const char *colon = strchr (text, ':');
  g_autofree char *name = NULL;
  g_auto (GStrv) parts = NULL;

  self->text = text;
  self->steps = g_array_new (FALSE, FALSE, sizeof (guint));
  self->words = g_strv_builder_new ();
  self->keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->said = g_string_new (NULL);
  if (colon == NULL)
    return fail (error, "wanted NAME:STEPS[,STEPS...][,KEY=VALUE...], found '%s'", text);

  name = g_strndup (text, colon - text);
  if (!take_name (self, g_strstrip (name), error))
    return FALSE;
  parts = split (colon + 1);
  for (guint i = 0; parts[i] != NULL; i++)
    if (!take_part (self, parts[i], error))
      return FALSE;
  if (self->steps->len == 0)
    return fail (error, "%s: says no number of steps", text);

  return TRUE;
}

static DipCompareSetting *
draft_make (const Draft *self, char **options, guint n_steps)
{
  DipCompareSetting *setting = g_memdup2 (&self->common, sizeof self->common);
  const char *name = dip_scheduler_kind_get_short_name (setting->kind);

  setting->options = g_strdupv (options);
  setting->precision = g_strdup (self->common.precision);
  setting->solver.n_steps = n_steps;
  setting->name = g_strdup_printf ("%s%s", name, self->said->str);
  setting->label = g_strdup_printf ("%s\n%u step%s%s", name, n_steps,
                                    n_steps == 1 ? "" : "s", self->said->str);
  setting->stem = g_strdup_printf ("%s-%u", name, n_steps);

  return setting;
}

/* Among those of the same name; FALSE if the very same is there. */
static gboolean
find_curve (const GPtrArray *settings, DipCompareSetting *setting)
{
  guint n_curves = 0;
  gboolean is_found = FALSE;

  for (guint i = 0; i < settings->len; i++)
    {
      const DipCompareSetting *other = g_ptr_array_index (settings, i);

      n_curves = MAX (n_curves, other->curve + 1);
      if (!g_str_equal (other->name, setting->name))
        continue;
      if (other->solver.n_steps == setting->solver.n_steps)
        return FALSE;
      setting->curve = other->curve;
      is_found = TRUE;
    }
  if (!is_found)
    setting->curve = n_curves;

  return TRUE;
}

static gboolean
add_settings (GPtrArray *settings, const char *text, GError **error)
{
  g_auto (Draft) draft = { 0 };
  g_auto (GStrv) options = NULL;

  if (!draft_read (&draft, text, error))
    return FALSE;

  options = g_strv_builder_end (draft.words);
  for (guint i = 0; i < draft.steps->len; i++)
    {
      guint n_steps = g_array_index (draft.steps, guint, i);
      g_autoptr (DipCompareSetting) setting = draft_make (&draft, options, n_steps);

      if (!find_curve (settings, setting))
        return fail (error, "%s: %u steps of %s are said twice", text, n_steps,
                     setting->name);
      g_ptr_array_add (settings, g_steal_pointer (&setting));
      if (settings->len > DIP_COMPARE_MAX_CELLS)
        return fail (error, "more than %d settings", DIP_COMPARE_MAX_CELLS);
    }

  return TRUE;
}

GPtrArray *
dip_compare_settings_parse (const char *const *texts, GError **error)
{
  g_autoptr (GPtrArray) settings =
      g_ptr_array_new_with_free_func ((GDestroyNotify) dip_compare_setting_free);

  for (guint i = 0; texts != NULL && texts[i] != NULL; i++)
    if (!add_settings (settings, texts[i], error))
      return NULL;

  if (settings->len == 0)
    {
      fail (error, "there is nothing to compare, wanted NAME:STEPS[,STEPS...]"
                   "[,KEY=VALUE...] at least once");
      return NULL;
    }

  return g_steal_pointer (&settings);
}

/* "7" or "7-9" */
static gboolean
read_range (const char *text, guint64 *first, guint64 *last)
{
  g_auto (GStrv) ends = g_strsplit (text, "-", 3);
  guint n = g_strv_length (ends);

  if (n < 1 || n > 2 ||
      !g_ascii_string_to_unsigned (g_strstrip (ends[0]), 10, 0, MAX_SEED, first, NULL))
    return FALSE;
  *last = *first;

  return n == 1 || g_ascii_string_to_unsigned (g_strstrip (ends[1]), 10, *first, MAX_SEED,
                                               last, NULL);
}

GArray *
dip_compare_seeds_parse (const char *text, GError **error)
{
  g_autoptr (GArray) seeds = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_auto (GStrv) parts = g_strsplit (text, ",", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      guint64 first = 0, last = 0;

      if (!read_range (parts[i], &first, &last))
        {
          fail (error, "wanted seeds such as 0-3 or 1,5,7-9, found '%s'", text);
          return NULL;
        }
      if (last - first >= DIP_COMPARE_MAX_CELLS - seeds->len)
        {
          fail (error, "'%s' are more than %d seeds", text, DIP_COMPARE_MAX_CELLS);
          return NULL;
        }
      for (guint64 seed = first; seed <= last; seed++)
        {
          for (guint j = 0; j < seeds->len; j++)
            if (g_array_index (seeds, guint64, j) == seed)
              {
                fail (error, "'%s' says seed %" G_GUINT64_FORMAT " twice", text, seed);
                return NULL;
              }
          g_array_append_val (seeds, seed);
        }
    }

  if (seeds->len == 0)
    {
      fail (error, "wanted seeds such as 0-3 or 1,5,7-9, found none");
      return NULL;
    }

  return g_steal_pointer (&seeds);
}

GArray *
dip_compare_list_cells (const GArray *seeds, const GPtrArray *settings, GError **error)
{
  g_autoptr (GArray) cells = g_array_new (FALSE, FALSE, sizeof (DipCompareCell));

  if ((guint64) seeds->len * settings->len > DIP_COMPARE_MAX_CELLS)
    {
      fail (error,
            "%u seeds by %u settings are %" G_GUINT64_FORMAT " cells, wanted at most %d",
            seeds->len, settings->len, (guint64) seeds->len * settings->len,
            DIP_COMPARE_MAX_CELLS);
      return NULL;
    }

  for (guint column = 0; column < settings->len; column++)
    for (guint row = 0; row < seeds->len; row++)
      {
        DipCompareCell cell = { row, column, g_array_index (seeds, guint64, row),
                                g_ptr_array_index (settings, column) };

        g_array_append_val (cells, cell);
      }

  return g_steal_pointer (&cells);
}
