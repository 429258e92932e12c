#include "app/runs/run-scheduler.h"

#include <string.h>

/* "KEY=VALUE KEY='VALUE WITH SPACES'" as a list; empty for none. */
static gboolean
split_options (const char *text, char ***options, GError **error)
{
  *options = NULL;
  if (text == NULL || g_shell_parse_argv (text, NULL, options, error) ||
      g_error_matches (*error, G_SHELL_ERROR, G_SHELL_ERROR_EMPTY_STRING))
    {
      g_clear_error (error);
      return TRUE;
    }

  return FALSE;
}

DipSchedulerConfig *
dip_run_scheduler_load (const DipRunSettings *settings,
                        const char *path,
                        const char *name,
                        GError **error)
{
  const char *text = settings->scheduler_json;
  g_autoptr (GError) fault = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (DipJson) json = NULL;
  g_auto (GStrv) options = NULL;

  if (!split_options (settings->scheduler_options, &options, &fault))
    {
      g_propagate_error (error, g_steal_pointer (&fault));
      return NULL;
    }
  if (text != NULL)
    {
      bytes = g_bytes_new_static (text, strlen (text));
      json = dip_json_load_bytes (bytes, "scheduler_config of the picture", error);
      return json != NULL
                 ? dip_scheduler_config_parse_with (json, settings->scheduler,
                                                    (const char *const *) options, error)
                 : NULL;
    }
  if (path != NULL)
    return dip_scheduler_config_load_with (path, path, settings->scheduler,
                                           (const char *const *) options, error);

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
               "%s: has no scheduler_config.json, so it is not known how the network "
               "was trained",
               name);
  return NULL;
}
