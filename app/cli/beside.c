#include "app/cli/beside.h"

#include "app/cli/cli.h"

struct _DipBeside
{
  char *command;
  GSubprocess *process;
  GOutputStream *to;
  GDataInputStream *from;
};

static gboolean
wait_for_line (DipBeside *self, GError **error)
{
  g_autoptr (GError) fault = NULL;
  g_autofree char *line = g_data_input_stream_read_line (self->from, NULL, NULL, &fault);

  if (line != NULL)
    return TRUE;
  g_set_error (error, DIP_CLI_ERROR, DIP_CLI_ERROR_FAILED, "%s: %s", self->command,
               fault != NULL ? fault->message : "it ended instead of answering");
  return FALSE;
}

DipBeside *
dip_beside_new (const char *command, GError **error)
{
  const char *const argv[] = { "/bin/sh", "-c", command, NULL };
  g_autoptr (DipBeside) self = g_new0 (DipBeside, 1);

  self->command = g_strdup (command);
  self->process = g_subprocess_newv (
      argv, G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, error);
  if (self->process == NULL)
    return NULL;
  self->to = g_object_ref (g_subprocess_get_stdin_pipe (self->process));
  self->from = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  if (!wait_for_line (self, error))
    return NULL;

  return g_steal_pointer (&self);
}

/* At the end of its input it is to end. */
void
dip_beside_free (DipBeside *self)
{
  if (self == NULL)
    return;

  if (self->to != NULL)
    g_output_stream_close (self->to, NULL, NULL);
  if (self->process != NULL)
    g_subprocess_wait (self->process, NULL, NULL);
  g_clear_object (&self->to);
  g_clear_object (&self->from);
  g_clear_object (&self->process);
  g_free (self->command);
  g_free (self);
}

gboolean
dip_beside_time (DipBeside *self, double *seconds, GError **error)
{
  gint64 start = g_get_monotonic_time ();

  if (!g_output_stream_write_all (self->to, "\n", 1, NULL, NULL, error) ||
      !wait_for_line (self, error))
    return FALSE;
  *seconds = (g_get_monotonic_time () - start) / 1e6;

  return TRUE;
}
