#include "app/window.h"

#include <glib/gi18n.h>

#include "app/commands.h"
#include "app/queue-page.h"
#include "app/settings.h"
#include "app/stage.h"
#include "app/start-page.h"
#include "app/window-private.h"

#define TOAST_RENEWAL (2500 * 1000) /* µs; a toast stays for five seconds */

G_DEFINE_FINAL_TYPE (DipWindow, dip_window, ADW_TYPE_APPLICATION_WINDOW)

/* Toasts and the bar ---------------------------------------------------------------- */

void
dip_window_toast (DipWindow *self, const char *text)
{
  dip_window_toast_with_button (self, text, NULL, NULL, NULL);
}

void
dip_window_toast_with_button (DipWindow *self,
                              const char *text,
                              const char *button,
                              const char *action,
                              GVariant *target)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);
  const gint64 now = g_get_monotonic_time ();
  AdwToast *toast;

  /* Several at once would be told one after the other, for seconds each.  (One that is
   * dismissed while it comes in crashes libadwaita 1.2.) */
  if (self->toast != NULL && action == NULL && !self->toast_has_button &&
      now - self->toast_time < TOAST_RENEWAL)
    {
      adw_toast_set_title (self->toast, escaped);
      return;
    }

  toast = adw_toast_new (escaped);
  if (action != NULL)
    {
      adw_toast_set_button_label (toast, button);
      adw_toast_set_action_name (toast, action);
      adw_toast_set_action_target_value (toast, target);
    }
  g_set_weak_pointer (&self->toast, toast);
  self->toast_has_button = action != NULL;
  self->toast_time = now;
  adw_toast_overlay_add_toast (self->toasts, toast);
}

void
dip_window_toast_undone (DipWindow *self)
{
  if (self->toast == NULL || !self->toast_has_button)
    return;
  adw_toast_set_title (self->toast, _ ("Undone"));
  adw_toast_set_button_label (self->toast, NULL);
}

void
dip_window_tell (DipWindow *self,
                 GtkMessageType type,
                 const char *text,
                 const char *button,
                 const char *action)
{
  gtk_info_bar_set_message_type (self->bar, type);
  gtk_label_set_text (self->bar_label, text);
  gtk_widget_set_visible (GTK_WIDGET (self->bar_button), action != NULL);
  gtk_button_set_label (self->bar_button, button != NULL ? button : "");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->bar_button), action);
  gtk_revealer_set_reveal_child (self->bar_revealer, TRUE);
}

void
dip_window_untell (DipWindow *self)
{
  gtk_revealer_set_reveal_child (self->bar_revealer, FALSE);
}

/* Actions -------------------------------------------------------------------------- */

static void
toggle_kind_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  DipWindow *self = user_data;

  dip_shown_set_pred_x0 (self->shown, !dip_shown_get_pred_x0 (self->shown));
}

static void
fullscreen_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkWindow *window = user_data;

  g_object_set (window, "fullscreened", !gtk_window_is_fullscreen (window), NULL);
}

static void
menu_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  gtk_menu_button_popup (DIP_WINDOW (user_data)->menu_button);
}

static void
close_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  gtk_window_close (user_data);
}

static void
add_actions (DipWindow *self)
{
  static const GActionEntry entries[] = { { "toggle-kind", toggle_kind_cb },
                                          { "fullscreen", fullscreen_cb },
                                          { "menu", menu_cb },
                                          { "close", close_cb } };
  GSettings *settings = dip_settings_get ();
  static const char *const keys[] = { "sidebar-visible", "library-visible" };
  static const char *const names[] = { "show-sidebar", "show-library" };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries),
                                   self);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autoptr (GPropertyAction) action = NULL;

      if (i == 0)
        action = g_property_action_new (names[i], self->flap, "reveal-flap");
      else
        action = g_property_action_new (names[i], self->library_revealer, "reveal-child");
      g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (action));
    }
  g_settings_bind (settings, keys[0], self->flap, "reveal-flap", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, keys[1], self->library_revealer, "reveal-child",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "shows-pred-x0", self->shown, "pred-x0",
                   G_SETTINGS_BIND_DEFAULT);
}

void
dip_window_enable (DipWindow *self, const char *name, gboolean enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

/* The object ------------------------------------------------------------------------ */

/* GTK 4.8 keeps the groups of a window's actions, and theirs of properties keep widgets. */
static void
remove_actions (DipWindow *self)
{
  g_auto (GStrv) names = g_action_group_list_actions (G_ACTION_GROUP (self));

  for (guint i = 0; names[i] != NULL; i++)
    g_action_map_remove_action (G_ACTION_MAP (self), names[i]);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "compare", NULL);
}

static void
dip_window_dispose (GObject *object)
{
  DipWindow *self = DIP_WINDOW (object);

  remove_actions (self);
  gtk_widget_dispose_template (GTK_WIDGET (object), DIP_TYPE_WINDOW);
  g_clear_pointer (&self->films, g_ptr_array_unref);
  g_clear_weak_pointer (&self->toast);
  g_clear_object (&self->strip_take);
  g_clear_weak_pointer (&self->strip_job);
  g_clear_pointer (&self->deleted, g_ptr_array_unref);
  g_clear_pointer (&self->unsaved, g_ptr_array_unref);
  g_clear_pointer (&self->failed, dip_run_settings_free);
  g_clear_error (&self->problem);
  g_clear_object (&self->masks);
  g_clear_object (&self->completions);
  g_clear_object (&self->original);
  g_clear_object (&self->brush);
  g_clear_object (&self->shown);
  g_clear_object (&self->queue);
  g_clear_object (&self->library);

  G_OBJECT_CLASS (dip_window_parent_class)->dispose (object);
}

static void
dip_window_class_init (DipWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = dip_window_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/diptych/ui/window.ui");
  gtk_widget_class_bind_template_child (widget_class, DipWindow, begin_section);
  gtk_widget_class_bind_template_child (widget_class, DipWindow, export_section);
  gtk_widget_class_bind_template_child (widget_class, DipWindow, title);
  gtk_widget_class_bind_template_child (widget_class, DipWindow, pause_button);
  gtk_widget_class_bind_template_child (widget_class, DipWindow, menu_button);
  gtk_widget_class_bind_template_child (widget_class, DipWindow, view_tools);
  gtk_widget_class_bind_template_child (widget_class, DipWindow, bar_revealer);
  gtk_widget_class_bind_template_child (widget_class, DipWindow, bar);
  gtk_widget_class_bind_template_child (widget_class, DipWindow, bar_label);
  gtk_widget_class_bind_template_child (widget_class, DipWindow, bar_button);
  gtk_widget_class_bind_template_child (widget_class, DipWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, DipWindow, flap);
  gtk_widget_class_bind_template_child (widget_class, DipWindow, pages);
  gtk_widget_class_bind_template_child (widget_class, DipWindow, page_switcher);
  gtk_widget_class_bind_template_child (widget_class, DipWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, DipWindow, waiting_page);
  gtk_widget_class_bind_template_child (widget_class, DipWindow, start_box);
  gtk_widget_class_bind_template_child (widget_class, DipWindow, stage_box);
  gtk_widget_class_bind_template_child (widget_class, DipWindow, timeline_box);
  gtk_widget_class_bind_template_child (widget_class, DipWindow, library_revealer);
  gtk_widget_class_bind_template_child (widget_class, DipWindow, status_box);
}

static void
dip_window_init (DipWindow *self)
{
  self->films = g_ptr_array_new_with_free_func (g_object_unref);
  self->shown = dip_shown_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (self->bar, "response", G_CALLBACK (dip_window_untell), self);
}

static void
remember_size (DipWindow *self)
{
  GSettings *settings = dip_settings_get ();

  g_settings_bind (settings, "window-width", self, "default-width",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "window-height", self, "default-height",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "window-maximized", self, "maximized",
                   G_SETTINGS_BIND_DEFAULT);
}

static void
fill (DipWindow *self)
{
  self->settings_page = DIP_SETTINGS_PAGE (dip_settings_page_new ());
  dip_window_add_page (self, "run", _ ("Run"), GTK_WIDGET (self->settings_page));
  dip_window_add_page (self, "queue", _ ("Queue"), dip_queue_page_new (self->queue));
  gtk_box_append (self->start_box, dip_start_page_new (self->library));
  self->stage = dip_stage_new (self->shown);
  gtk_widget_set_vexpand (self->stage, TRUE);
  gtk_box_append (self->stage_box, self->stage);
  self->status = DIP_RUN_STATUS (dip_run_status_new (self->queue));
  gtk_box_append (self->status_box, GTK_WIDGET (self->status));
}

DipWindow *
dip_window_new (DipApplication *application)
{
  DipWindow *self = g_object_new (DIP_TYPE_WINDOW, "application", application, NULL);

  self->queue = g_object_ref (dip_application_get_queue (application));
  self->library = g_object_ref (dip_application_get_library (application));
  remember_size (self);
  fill (self);
  add_actions (self);
  dip_window_add_run_actions (self);
  dip_window_add_errors (self);
  dip_window_add_open_actions (self);
  dip_window_add_library (self);
  dip_window_add_export (self);
  dip_window_add_film (self);
  dip_window_add_branches (self);
  dip_window_add_begin (self);
  dip_window_add_comparison (self);
  dip_window_add_takes (self);
  dip_window_add_view (self);
  dip_window_add_inspector (self);
  dip_window_add_brush (self);
  dip_window_add_masks (self);
  dip_window_add_parts (self);
  dip_window_add_drop_target (self);
  dip_commands_add_shortcuts (GTK_WIDGET (self));

  return self;
}

DipApplication *
dip_window_get_application (DipWindow *self)
{
  return DIP_APPLICATION (gtk_window_get_application (GTK_WINDOW (self)));
}

DipShown *
dip_window_get_shown (DipWindow *self)
{
  return self->shown;
}

DipQueue *
dip_window_get_queue (DipWindow *self)
{
  return self->queue;
}

void
dip_window_add_page (DipWindow *self,
                     const char *name,
                     const char *title,
                     GtkWidget *page)
{
  gtk_stack_add_titled (self->pages, page, name, title);
}

void
dip_window_show_page (DipWindow *self, const char *name)
{
  adw_flap_set_reveal_flap (self->flap, TRUE);
  gtk_stack_set_visible_child_name (self->pages, name);
}

void
dip_window_add_view_tool (DipWindow *self, GtkWidget *tool)
{
  gtk_box_append (self->view_tools, tool);
}

DipRunSettings *
dip_window_get_settings (DipWindow *self)
{
  return dip_settings_page_get (self->settings_page);
}

void
dip_window_set_settings (DipWindow *self, const DipRunSettings *settings)
{
  dip_settings_page_restore (self->settings_page, settings);
}

void
dip_window_show_take (DipWindow *self, DipTake *take)
{
  dip_shown_set_other (self->shown, NULL);
  dip_shown_set_take (self->shown, take);
  dip_window_update_page (self);
}
