#include "app/check-checkpoint.h"

#include "model/checkpoint/checkpoint.h"

static void
check_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  DipCheckpoint *checkpoint = dip_checkpoint_open (data, &error);

  if (checkpoint != NULL)
    g_task_return_pointer (task, checkpoint, (GDestroyNotify) dip_checkpoint_unref);
  else
    g_task_return_error (task, error);
}

void
dip_check_checkpoint_async (const char *path,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);

  g_task_set_task_data (task, g_strdup (path), g_free);
  g_task_run_in_thread (task, check_in_thread);
}

double
dip_check_checkpoint_finish (GAsyncResult *result, char **path, GError **error)
{
  g_autoptr (DipCheckpoint) checkpoint =
      g_task_propagate_pointer (G_TASK (result), error);

  if (checkpoint == NULL)
    return 0;
  *path = g_strdup (dip_checkpoint_get_path (checkpoint));

  return dip_checkpoint_get_n_parameters (checkpoint);
}
