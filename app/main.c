#include "app/window.h"

static gboolean is_demo;

static DipWindow *
get_window (GtkApplication *application)
{
  GtkWindow *active = gtk_application_get_active_window (application);

  return active != NULL ? DIP_WINDOW (active)
                        : dip_window_new (ADW_APPLICATION (application));
}

static void
activate_cb (GtkApplication *application)
{
  DipWindow *window = get_window (application);

  gtk_window_present (GTK_WINDOW (window));
  if (is_demo)
    dip_window_generate (window);
}

static void
open_cb (GtkApplication *application, GFile **files, int n_files, const char *hint)
{
  DipWindow *window = get_window (application);
  g_autofree char *path = g_file_get_path (files[0]);

  dip_window_set_checkpoint (window, path);
  gtk_window_present (GTK_WINDOW (window));
  dip_window_generate (window);
}

static void
quit_cb (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  g_application_quit (G_APPLICATION (application));
}

int
main (int argc, char **argv)
{
  static const GActionEntry actions[] = { { "quit", quit_cb } };
  static const GOptionEntry options[] = { { "demo", 0, 0, G_OPTION_ARG_NONE, &is_demo,
                                            "Generate from the demo checkpoint", NULL },
                                          { NULL } };
  g_autoptr (AdwApplication) application =
      adw_application_new ("io.github.diptych.Diptych", G_APPLICATION_HANDLES_OPEN);
  GtkApplication *gtk_application = GTK_APPLICATION (application);

  g_application_add_main_option_entries (G_APPLICATION (application), options);
  g_application_set_option_context_parameter_string (G_APPLICATION (application),
                                                     "[CHECKPOINT]");
  g_signal_connect (application, "activate", G_CALLBACK (activate_cb), NULL);
  g_signal_connect (application, "open", G_CALLBACK (open_cb), NULL);
  g_action_map_add_action_entries (G_ACTION_MAP (application), actions,
                                   G_N_ELEMENTS (actions), application);
  gtk_application_set_accels_for_action (gtk_application, "app.quit",
                                         (const char *[]){ "<Control>q", NULL });
  gtk_application_set_accels_for_action (gtk_application, "win.generate",
                                         (const char *[]){ "<Control>Return", NULL });
  gtk_application_set_accels_for_action (gtk_application, "win.stop",
                                         (const char *[]){ "Escape", NULL });

  return g_application_run (G_APPLICATION (application), argc, argv);
}
