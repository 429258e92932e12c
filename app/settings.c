#include "app/settings.h"

#define N_RECENT 10
#define N_CHECKPOINTS 100

/* From the build tree, whose schema need not be installed. */
static GSettingsSchemaSource *
find_source (void)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);

  if (program != NULL && g_str_has_prefix (program, DIPTYCH_BUILD_ROOT "/"))
    return g_settings_schema_source_new_from_directory (DIPTYCH_SCHEMA_DIR, source, FALSE,
                                                        NULL);

  return source != NULL ? g_settings_schema_source_ref (source) : NULL;
}

GSettings *
dip_settings_get (void)
{
  static GSettings *settings;
  g_autoptr (GSettingsSchema) schema = NULL;
  GSettingsSchemaSource *source;

  if (settings != NULL)
    return settings;

  source = find_source ();
  if (source != NULL)
    schema = g_settings_schema_source_lookup (source, DIP_APPLICATION_ID, TRUE);
  if (schema == NULL)
    g_error ("The settings schema " DIP_APPLICATION_ID
             " is not installed: run 'ninja install' or start from the build tree");
  settings = g_settings_new_full (schema, NULL, NULL);
  g_settings_schema_source_unref (source);

  return settings;
}

/* A string where "" stands for NULL. */
static char *
get_optional (const char *key)
{
  char *text = g_settings_get_string (dip_settings_get (), key);

  if (*text != '\0')
    return text;
  g_free (text);

  return NULL;
}

DipRunSettings *
dip_settings_load_run (void)
{
  GSettings *settings = dip_settings_get ();
  DipRunSettings *run = dip_run_settings_new ();

  g_free (run->precision);
  run->checkpoint = get_optional ("checkpoint");
  run->device = get_optional ("device");
  run->precision = g_settings_get_string (settings, "precision");
  run->scheduler = get_optional ("scheduler");
  run->n_steps = g_settings_get_uint (settings, "steps");
  run->eta = g_settings_get_double (settings, "eta");
  run->churn = g_settings_get_double (settings, "churn");
  run->scheduler_options = get_optional ("scheduler-options");
  run->width = g_settings_get_uint (settings, "width");
  run->height = g_settings_get_uint (settings, "height");
  run->class_label = g_settings_get_uint (settings, "class-label");
  run->seed = g_settings_get_uint64 (settings, "seed");
  run->count = g_settings_get_uint (settings, "count");
  run->batch = g_settings_get_uint (settings, "batch");

  return run;
}

static void
set_optional (const char *key, const char *text)
{
  g_settings_set_string (dip_settings_get (), key, text != NULL ? text : "");
}

void
dip_settings_store_run (const DipRunSettings *run)
{
  GSettings *settings = dip_settings_get ();

  set_optional ("checkpoint", run->checkpoint);
  set_optional ("device", run->device);
  g_settings_set_string (settings, "precision", run->precision);
  set_optional ("scheduler", run->scheduler);
  g_settings_set_uint (settings, "steps", CLAMP (run->n_steps, 1, 1000));
  g_settings_set_double (settings, "eta", CLAMP (run->eta, 0, 1));
  g_settings_set_double (settings, "churn", CLAMP (run->churn, 0, 100));
  set_optional ("scheduler-options", run->scheduler_options);
  g_settings_set_uint (settings, "width", MIN (run->width, 16384));
  g_settings_set_uint (settings, "height", MIN (run->height, 16384));
  g_settings_set_uint (settings, "class-label", CLAMP (run->class_label, 0, 100000));
  g_settings_set_uint64 (settings, "seed", run->seed & G_MAXUINT32);
  g_settings_set_uint (settings, "count", CLAMP (run->count, 1, 100000));
  g_settings_set_uint (settings, "batch", CLAMP (run->batch, 1, 64));
}

void
dip_settings_add_recent (const char *key, const char *path)
{
  GSettings *settings = dip_settings_get ();
  g_auto (GStrv) old = g_settings_get_strv (settings, key);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) list = NULL;

  g_strv_builder_add (builder, path);
  for (guint i = 0, n = 1; old[i] != NULL && n < N_RECENT; i++)
    if (!g_str_equal (old[i], path))
      {
        g_strv_builder_add (builder, old[i]);
        n++;
      }
  list = g_strv_builder_end (builder);
  g_settings_set_strv (settings, key, (const char *const *) list);
}

char **
dip_settings_get_recent (const char *key)
{
  g_auto (GStrv) paths = g_settings_get_strv (dip_settings_get (), key);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; paths[i] != NULL; i++)
    if (g_file_test (paths[i], G_FILE_TEST_EXISTS))
      g_strv_builder_add (builder, paths[i]);

  return g_strv_builder_end (builder);
}

void
dip_settings_note_checkpoint (const char *sha256, const char *path)
{
  GSettings *settings = dip_settings_get ();
  g_autoptr (GVariant) old = g_settings_get_value (settings, "checkpoints-by-hash");
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{ss}"));
  g_variant_builder_add (&builder, "{ss}", sha256, path);
  for (gsize i = 0; i < MIN (g_variant_n_children (old), N_CHECKPOINTS - 1); i++)
    {
      const char *key, *value;

      g_variant_get_child (old, i, "{&s&s}", &key, &value);
      if (!g_str_equal (key, sha256))
        g_variant_builder_add (&builder, "{ss}", key, value);
    }
  g_settings_set_value (settings, "checkpoints-by-hash",
                        g_variant_builder_end (&builder));
}

char *
dip_settings_find_checkpoint (const char *sha256)
{
  g_autoptr (GVariant) value =
      g_settings_get_value (dip_settings_get (), "checkpoints-by-hash");
  char *path = NULL;

  if (sha256 == NULL || !g_variant_lookup (value, sha256, "s", &path))
    return NULL;
  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    return path;
  g_free (path);

  return NULL;
}
