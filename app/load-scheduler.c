#include "app/load-scheduler.h"

#include "app/runs/generation.h"
#include "model/checkpoint/checkpoint.h"
#include "model/checkpoint/demo.h"
#include "model/storage/json.h"

static gboolean
load (DipRunSettings *settings, GError **error)
{
  g_autofree char *path =
      settings->checkpoint != NULL ? g_strdup (settings->checkpoint) : dip_demo_find ();
  g_autoptr (DipCheckpoint) checkpoint = dip_checkpoint_open (path, error);
  g_autoptr (DipSchedulerConfig) config =
      checkpoint != NULL ? dip_generation_load_scheduler (settings, checkpoint, error)
                         : NULL;
  json_t *json;

  if (config == NULL)
    return FALSE;

  json = dip_scheduler_config_to_json (config);
  g_free (settings->scheduler);
  g_free (settings->scheduler_json);
  settings->scheduler = g_strdup (dip_scheduler_kind_get_short_name (config->kind));
  settings->scheduler_json = dip_json_dump_line (json);
  json_decref (json);

  return TRUE;
}

static void
load_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_autoptr (DipRunSettings) settings = dip_run_settings_copy (data);
  GError *error = NULL;

  if (load (settings, &error))
    g_task_return_pointer (task, g_steal_pointer (&settings),
                           (GDestroyNotify) dip_run_settings_free);
  else
    g_task_return_error (task, error);
}

void
dip_load_scheduler_async (const DipRunSettings *settings,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);

  g_task_set_task_data (task, dip_run_settings_copy (settings),
                        (GDestroyNotify) dip_run_settings_free);
  g_task_run_in_thread (task, load_in_thread);
}

DipRunSettings *
dip_load_scheduler_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
