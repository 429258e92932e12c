#include "harness.h"

#include <glib/gstdio.h>
#include <string.h>

static char *home;

void
make_home (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *data = NULL;
  g_autofree char *config = NULL;

  home = g_dir_make_tmp ("diptych-test-XXXXXX", &error);
  g_assert_no_error (error);
  data = g_build_filename (home, "data", NULL);
  config = g_build_filename (home, "config", NULL);
  g_setenv ("XDG_DATA_HOME", data, TRUE);
  g_setenv ("XDG_CONFIG_HOME", config, TRUE);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *inner = g_build_filename (path, name, NULL);

      if (g_file_test (inner, G_FILE_TEST_IS_DIR) &&
          !g_file_test (inner, G_FILE_TEST_IS_SYMLINK))
        remove_tree (inner);
      else
        g_remove (inner);
    }
  g_rmdir (path);
}

void
drop_home (void)
{
  remove_tree (home);
  g_clear_pointer (&home, g_free);
}

DipApplication *
start_application (void)
{
  DipApplication *application = dip_application_new ();
  g_autoptr (GError) error = NULL;

  g_application_set_flags (G_APPLICATION (application),
                           G_APPLICATION_HANDLES_OPEN | G_APPLICATION_NON_UNIQUE);
  g_application_register (G_APPLICATION (application), NULL, &error);
  g_assert_no_error (error);

  return application;
}

DipWindow *
get_test_window (DipApplication *application)
{
  g_application_activate (G_APPLICATION (application));

  return DIP_WINDOW (gtk_application_get_windows (GTK_APPLICATION (application))->data);
}

DipRunSettings *
make_quick_settings (const char *name, guint n_steps)
{
  DipRunSettings *settings = dip_run_settings_new ();

  settings->checkpoint =
      g_build_filename (g_getenv ("DIPTYCH_TEST_DATA"), "unet", name, "pipeline", NULL);
  settings->n_steps = n_steps;
  g_free (settings->precision);
  settings->precision = g_strdup ("fp32");

  return settings;
}

static gboolean
give_up (gpointer has_timed_out)
{
  *(gboolean *) has_timed_out = TRUE;

  return G_SOURCE_REMOVE;
}

void
wait_while (IsWaiting is_waiting, DipWindow *window)
{
  gboolean has_timed_out = FALSE;
  guint timeout = g_timeout_add_seconds (120, give_up, &has_timed_out);

  while (is_waiting (window) && !has_timed_out)
    g_main_context_iteration (NULL, TRUE);

  g_assert_false (has_timed_out);
  g_source_remove (timeout);
}

gboolean
is_busy (DipWindow *window)
{
  return dip_queue_is_busy (dip_window_get_queue (window));
}

static const char *
get_text (GtkWidget *widget)
{
  if (GTK_IS_PICTURE (widget))
    return gtk_picture_get_alternative_text (GTK_PICTURE (widget));
  if (GTK_IS_LABEL (widget))
    return gtk_label_get_text (GTK_LABEL (widget));

  return NULL;
}

GtkWidget *
find_widget (GtkWidget *widget, GType type, const char *text)
{
  const char *found =
      g_type_is_a (G_OBJECT_TYPE (widget), type) ? get_text (widget) : NULL;

  if (found != NULL && strstr (found, text) != NULL)
    return widget;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *deeper = find_widget (child, type, text);

      if (deeper != NULL)
        return deeper;
    }

  return NULL;
}

void
activate (DipWindow *window, const char *name)
{
  g_action_group_activate_action (G_ACTION_GROUP (window), name, NULL);
}

gboolean
is_enabled (DipWindow *window, const char *name)
{
  return g_action_group_get_action_enabled (G_ACTION_GROUP (window), name);
}
