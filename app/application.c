#include "app/application.h"

#include <glib/gi18n.h>

#include "app/commands.h"
#include "app/preferences.h"
#include "app/save-take.h"
#include "app/settings.h"
#include "app/window.h"

struct _DipApplication
{
  AdwApplication parent_instance;

  DipFilmStore *store;
  DipLibrary *library;
  DipQueue *queue;
  char *folder; /* the library's, read by the sampling thread */
  gboolean is_demo;
};

G_DEFINE_FINAL_TYPE (DipApplication, dip_application, ADW_TYPE_APPLICATION)

/* The window, also while one of its dialogs is the active one. */
static DipWindow *
get_window (DipApplication *self)
{
  for (GList *l = gtk_application_get_windows (GTK_APPLICATION (self)); l != NULL;
       l = l->next)
    if (DIP_IS_WINDOW (l->data))
      return DIP_WINDOW (l->data);

  return dip_window_new (self);
}

/* Sampling thread. */
static char *
save_take (DipTake *take, double seconds, gpointer user_data, GError **error)
{
  return dip_save_take (take, DIP_APPLICATION (user_data)->folder, seconds, error);
}

static void
finished_cb (DipApplication *self, DipTake *take)
{
  dip_library_add (self->library, dip_take_get_path (take),
                   dip_take_get_provenance (take));
}

static void
library_loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!dip_library_load_finish (DIP_LIBRARY (source), result, &error))
    g_message ("%s", error->message);
}

static void
film_memory_changed_cb (DipApplication *self)
{
  guint mebibytes = g_settings_get_uint (dip_settings_get (), "film-memory");

  dip_film_store_set_max_memory (self->store, (guint64) mebibytes << 20);
}

static void
color_scheme_changed_cb (DipApplication *self)
{
  g_autofree char *scheme = g_settings_get_string (dip_settings_get (), "color-scheme");

  adw_style_manager_set_color_scheme (
      adw_application_get_style_manager (ADW_APPLICATION (self)),
      g_str_equal (scheme, "dark")    ? ADW_COLOR_SCHEME_FORCE_DARK
      : g_str_equal (scheme, "light") ? ADW_COLOR_SCHEME_FORCE_LIGHT
                                      : ADW_COLOR_SCHEME_DEFAULT);
}

static void
connect_settings (DipApplication *self)
{
  GSettings *settings = dip_settings_get ();

  g_signal_connect_object (settings, "changed::film-memory",
                           G_CALLBACK (film_memory_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::color-scheme",
                           G_CALLBACK (color_scheme_changed_cb), self, G_CONNECT_SWAPPED);
  film_memory_changed_cb (self);
  color_scheme_changed_cb (self);
}

static void
show_preferences_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  dip_preferences_present (DIP_APPLICATION (user_data),
                           GTK_WINDOW (get_window (user_data)));
}

static void
show_shortcuts_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  gtk_window_present (dip_commands_make_window (GTK_WINDOW (get_window (user_data))));
}

static void
show_about_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  adw_show_about_window (
      GTK_WINDOW (get_window (user_data)), "application-name", "Diptych",
      "application-icon", DIP_APPLICATION_ID, "version", DIPTYCH_VERSION, "comments",
      _ ("Generates and inspects dual-view mammograms: synthetic CC and MLO views of one "
         "breast.  Not a medical device and not for diagnosis."),
      "license-type", GTK_LICENSE_MIT_X11, "developer-name", _ ("The Diptych authors"),
      "translator-credits", _ ("translator-credits"), NULL);
}

/* Asks first where something would be lost. */
static void
quit_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  DipWindow *window = get_window (user_data);

  if (dip_window_would_lose (window))
    gtk_window_close (GTK_WINDOW (window));
  else
    g_application_quit (user_data);
}

static void
dip_application_startup (GApplication *application)
{
  static const GActionEntry actions[] = { { "preferences", show_preferences_cb },
                                          { "shortcuts", show_shortcuts_cb },
                                          { "about", show_about_cb },
                                          { "quit", quit_cb } };
  DipApplication *self = DIP_APPLICATION (application);
  g_autofree char *folder = NULL;

  G_APPLICATION_CLASS (dip_application_parent_class)->startup (application);

  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions),
                                   self);
  dip_commands_set_accels (GTK_APPLICATION (self));
  gtk_window_set_default_icon_name (DIP_APPLICATION_ID);

  folder = g_settings_get_string (dip_settings_get (), "library-folder");
  self->library = dip_library_new (*folder != '\0' ? folder : NULL);
  self->folder = g_strdup (dip_library_get_folder (self->library));
  self->store = dip_film_store_new (DIP_FILM_DEFAULT_MEMORY, NULL);
  self->queue = dip_queue_new (self->store, save_take, self);
  g_signal_connect_object (self->queue, "finished", G_CALLBACK (finished_cb), self,
                           G_CONNECT_SWAPPED);
  connect_settings (self);
  dip_library_load_async (self->library, library_loaded_cb, NULL);
}

static void
dip_application_shutdown (GApplication *application)
{
  DipApplication *self = DIP_APPLICATION (application);
  GtkApplication *windows = GTK_APPLICATION (application);

  dip_queue_shut_down (self->queue);
  while (gtk_application_get_windows (windows) != NULL)
    gtk_window_destroy (gtk_application_get_windows (windows)->data);
  dip_library_empty_deleted (self->library);
  g_settings_sync ();

  G_APPLICATION_CLASS (dip_application_parent_class)->shutdown (application);
}

static void
dip_application_activate (GApplication *application)
{
  DipApplication *self = DIP_APPLICATION (application);
  DipWindow *window = get_window (self);

  gtk_window_present (GTK_WINDOW (window));
  if (self->is_demo)
    {
      self->is_demo = FALSE;
      dip_window_try_demo (window);
    }
}

static void
dip_application_open (GApplication *application,
                      GFile **files,
                      int n_files,
                      const char *hint)
{
  DipWindow *window = get_window (DIP_APPLICATION (application));

  gtk_window_present (GTK_WINDOW (window));
  dip_window_open (window, files, n_files);
}

static int
dip_application_handle_local_options (GApplication *application, GVariantDict *options)
{
  if (g_variant_dict_contains (options, "version"))
    {
      g_print ("diptych %s\n", DIPTYCH_VERSION);
      return 0;
    }
  DIP_APPLICATION (application)->is_demo = g_variant_dict_contains (options, "demo");

  return -1;
}

static void
dip_application_finalize (GObject *object)
{
  DipApplication *self = DIP_APPLICATION (object);

  g_clear_object (&self->queue);
  g_clear_object (&self->library);
  g_clear_pointer (&self->store, dip_film_store_unref);
  g_free (self->folder);

  G_OBJECT_CLASS (dip_application_parent_class)->finalize (object);
}

static void
dip_application_class_init (DipApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = dip_application_finalize;
  application_class->startup = dip_application_startup;
  application_class->shutdown = dip_application_shutdown;
  application_class->activate = dip_application_activate;
  application_class->open = dip_application_open;
  application_class->handle_local_options = dip_application_handle_local_options;
}

static void
dip_application_init (DipApplication *self)
{
  static const GOptionEntry options[] = {
    { "demo", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Generate from the demo checkpoint"),
      NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Show the version"), NULL },
    { NULL }
  };

  g_application_add_main_option_entries (G_APPLICATION (self), options);
  g_application_set_option_context_parameter_string (G_APPLICATION (self), "[PATH…]");
  g_application_set_option_context_summary (G_APPLICATION (self),
                                            _ ("PATH is a checkpoint's folder, a picture "
                                               "of a pair, or two grey pictures: CC and "
                                               "MLO."));
}

DipApplication *
dip_application_new (void)
{
  return g_object_new (DIP_TYPE_APPLICATION, "application-id", DIP_APPLICATION_ID,
                       "flags", G_APPLICATION_HANDLES_OPEN, "resource-base-path",
                       "/diptych", NULL);
}

DipQueue *
dip_application_get_queue (DipApplication *self)
{
  return self->queue;
}

DipLibrary *
dip_application_get_library (DipApplication *self)
{
  return self->library;
}

DipFilmStore *
dip_application_get_film_store (DipApplication *self)
{
  return self->store;
}
