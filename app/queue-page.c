#include "app/queue-page.h"

#include <glib/gi18n.h>
#include <inttypes.h>

struct _DipQueuePage
{
  AdwBin parent_instance;

  DipQueue *queue;
  GtkWidget *stack;
  GtkWidget *list;
};

G_DEFINE_FINAL_TYPE (DipQueuePage, dip_queue_page, ADW_TYPE_BIN)

static guint
find_position (DipQueue *queue, DipJob *job)
{
  guint n_jobs = g_list_model_get_n_items (G_LIST_MODEL (queue));

  for (guint i = 0; i < n_jobs; i++)
    {
      g_autoptr (DipJob) other = g_list_model_get_item (G_LIST_MODEL (queue), i);

      if (other == job)
        return i;
    }

  return 0;
}

static DipQueue *
get_queue (GtkWidget *button)
{
  GtkWidget *page = gtk_widget_get_ancestor (button, DIP_TYPE_QUEUE_PAGE);

  return DIP_QUEUE_PAGE (page)->queue;
}

/* Moving ------------------------------------------------------------------------------ */

/* Moving makes the row anew: the keys stay with the job. */
static void
move (GtkWidget *widget, DipJob *job, guint position)
{
  DipQueuePage *page =
      DIP_QUEUE_PAGE (gtk_widget_get_ancestor (widget, DIP_TYPE_QUEUE_PAGE));
  GtkListBoxRow *row;

  dip_queue_move (page->queue, job, position);
  row = gtk_list_box_get_row_at_index (GTK_LIST_BOX (page->list),
                                       find_position (page->queue, job));
  gtk_widget_grab_focus (GTK_WIDGET (row));
}

static void
up_cb (GtkWidget *button, DipJob *job)
{
  guint position = find_position (get_queue (button), job);

  if (position > 0)
    move (button, job, position - 1);
}

static void
down_cb (GtkWidget *button, DipJob *job)
{
  move (button, job, find_position (get_queue (button), job) + 1);
}

static void
remove_cb (GtkWidget *button, DipJob *job)
{
  dip_queue_remove (get_queue (button), job);
}

static gboolean
up_key_cb (GtkWidget *row, GVariant *arguments, gpointer job)
{
  up_cb (row, job);

  return TRUE;
}

static gboolean
down_key_cb (GtkWidget *row, GVariant *arguments, gpointer job)
{
  down_cb (row, job);

  return TRUE;
}

static gboolean
remove_key_cb (GtkWidget *row, GVariant *arguments, gpointer job)
{
  remove_cb (row, job);

  return TRUE;
}

static void
add_keys (GtkWidget *row, DipJob *job)
{
  static const struct
  {
    const char *trigger;
    GtkShortcutFunc function;
  } keys[] = { { "<Alt>Up", up_key_cb },
               { "<Alt>Down", down_key_cb },
               { "Delete|BackSpace", remove_key_cb } };
  GtkEventController *controller = gtk_shortcut_controller_new ();

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_shortcut_controller_add_shortcut (
        GTK_SHORTCUT_CONTROLLER (controller),
        gtk_shortcut_new (gtk_shortcut_trigger_parse_string (keys[i].trigger),
                          gtk_callback_action_new (keys[i].function, g_object_ref (job),
                                                   g_object_unref)));
  gtk_widget_add_controller (row, controller);
}

/* Dragging ----------------------------------------------------------------------------- */

static GdkContentProvider *
drag_cb (GtkDragSource *source, double x, double y, DipJob *job)
{
  GtkWidget *row = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (source));
  g_autoptr (GdkPaintable) picture = gtk_widget_paintable_new (row);

  if (dip_job_get_state (job) != DIP_JOB_WAITING)
    return NULL;
  gtk_drag_source_set_icon (source, picture, x, y);

  return gdk_content_provider_new_typed (DIP_TYPE_JOB, job);
}

static gboolean
drop_cb (GtkDropTarget *target, const GValue *value, double x, double y, DipJob *job)
{
  GtkWidget *row = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (target));
  DipJob *dragged = g_value_get_object (value);

  if (dragged == NULL || dragged == job)
    return FALSE;
  move (row, dragged, find_position (get_queue (row), job));

  return TRUE;
}

static void
add_dragging (GtkWidget *row, DipJob *job)
{
  GtkDragSource *source = gtk_drag_source_new ();
  GtkDropTarget *target = gtk_drop_target_new (DIP_TYPE_JOB, GDK_ACTION_MOVE);

  gtk_drag_source_set_actions (source, GDK_ACTION_MOVE);
  g_signal_connect_object (source, "prepare", G_CALLBACK (drag_cb), job, 0);
  g_signal_connect_object (target, "drop", G_CALLBACK (drop_cb), job, 0);
  gtk_widget_add_controller (row, GTK_EVENT_CONTROLLER (source));
  gtk_widget_add_controller (row, GTK_EVENT_CONTROLLER (target));
}

/* Rows ----------------------------------------------------------------------------------- */

static void
add_button (GtkWidget *box,
            const char *icon,
            const char *label,
            GCallback callback,
            DipJob *job)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label, -1);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "dip-small");
  g_signal_connect_object (button, "clicked", callback, job, 0);
  gtk_box_append (GTK_BOX (box), button);
}

static char *
describe_seeds (const DipRunSettings *settings)
{
  if (settings->count > 1)
    return g_strdup_printf (_ ("Seeds %" PRIu64 " – %" PRIu64), settings->seed,
                            settings->seed + settings->count - 1);

  return g_strdup_printf (_ ("Seed %" PRIu64), settings->seed);
}

static void
update_row (GtkWidget *row, DipJob *job)
{
  const DipRunSettings *settings = dip_job_get_settings (job);
  gboolean is_running = dip_job_get_state (job) == DIP_JOB_RUNNING;
  g_autofree char *what = dip_run_settings_describe (settings, FALSE);
  g_autofree char *state = NULL;
  g_autofree char *text = NULL;
  g_autofree char *escaped = NULL;

  if (is_running)
    state = g_strdup_printf (_ ("Running: %u of %u made"), dip_job_get_n_made (job),
                             settings->count);
  else
    state = g_strdup_printf (
        ngettext ("Waiting: %u pair", "Waiting: %u pairs", settings->count),
        settings->count);
  text = g_strdup_printf ("%s\n%s", what, state);
  escaped = g_markup_escape_text (text, -1);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), escaped);
  gtk_widget_set_visible (g_object_get_data (G_OBJECT (row), "buttons"), !is_running);
}

static void
job_changed_cb (DipJob *job, GParamSpec *pspec, GtkWidget *row)
{
  update_row (row, job);
}

static GtkWidget *
make_row (gpointer item, gpointer user_data)
{
  DipJob *job = item;
  g_autofree char *title = describe_seeds (dip_job_get_settings (job));
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 1);
  gtk_widget_set_tooltip_text (
      row, _ ("Drag to another place, or Alt+Up and Alt+Down; Delete removes"));
  add_button (box, "go-up-symbolic", _ ("Move up"), G_CALLBACK (up_cb), job);
  add_button (box, "go-down-symbolic", _ ("Move down"), G_CALLBACK (down_cb), job);
  add_button (box, "list-remove-symbolic", _ ("Remove from the queue"),
              G_CALLBACK (remove_cb), job);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), box);
  g_object_set_data (G_OBJECT (row), "buttons", box);
  add_keys (row, job);
  add_dragging (row, job);
  g_signal_connect_object (job, "notify", G_CALLBACK (job_changed_cb), row, 0);
  update_row (row, job);

  return row;
}

static void
items_changed_cb (DipQueuePage *self)
{
  guint n_jobs = g_list_model_get_n_items (G_LIST_MODEL (self->queue));

  gtk_stack_set_visible_child_name (GTK_STACK (self->stack),
                                    n_jobs > 0 ? "list" : "none");
}

static void
dip_queue_page_dispose (GObject *object)
{
  DipQueuePage *self = DIP_QUEUE_PAGE (object);

  if (self->list != NULL)
    gtk_list_box_bind_model (GTK_LIST_BOX (self->list), NULL, NULL, NULL, NULL);
  self->list = NULL;
  g_clear_object (&self->queue);

  G_OBJECT_CLASS (dip_queue_page_parent_class)->dispose (object);
}

static void
dip_queue_page_class_init (DipQueuePageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = dip_queue_page_dispose;
}

static GtkWidget *
make_buttons (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  static const struct
  {
    const char *label;
    const char *action;
  } buttons[] = { { N_ ("Run"), "win.go-on" },
                  { N_ ("Skip"), "win.skip" },
                  { N_ ("Empty"), "win.clear-queue" } };
  GtkWidget *after = gtk_toggle_button_new_with_label (_ ("Stop after"));

  for (guint i = 0; i < G_N_ELEMENTS (buttons); i++)
    {
      GtkWidget *button = gtk_button_new_with_label (_ (buttons[i].label));

      gtk_actionable_set_action_name (GTK_ACTIONABLE (button), buttons[i].action);
      gtk_box_append (GTK_BOX (box), button);
    }
  gtk_actionable_set_action_name (GTK_ACTIONABLE (after), "win.stop-after");
  gtk_widget_set_tooltip_text (after, _ ("Stop when the pair under way is finished"));
  gtk_box_append (GTK_BOX (box), after);
  gtk_widget_set_halign (box, GTK_ALIGN_CENTER);

  return box;
}

static void
dip_queue_page_init (DipQueuePage *self)
{
  GtkWidget *none = adw_status_page_new ();
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  adw_status_page_set_title (ADW_STATUS_PAGE (none), _ ("Nothing Waits"));
  adw_status_page_set_description (
      ADW_STATUS_PAGE (none), _ ("Ctrl+E adds a run with the settings as they are."));
  gtk_widget_add_css_class (none, "compact");
  self->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (self->list, "boxed-list");
  gtk_widget_set_valign (self->list, GTK_ALIGN_START);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Queue"), -1);
  gtk_box_append (GTK_BOX (box), make_buttons ());
  gtk_box_append (GTK_BOX (box), self->list);
  gtk_widget_set_margin_start (box, 12);
  gtk_widget_set_margin_end (box, 12);
  gtk_widget_set_margin_top (box, 6);
  gtk_widget_set_margin_bottom (box, 12);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), box);

  self->stack = gtk_stack_new ();
  gtk_stack_add_named (GTK_STACK (self->stack), none, "none");
  gtk_stack_add_named (GTK_STACK (self->stack), scrolled, "list");
  adw_bin_set_child (ADW_BIN (self), self->stack);
}

GtkWidget *
dip_queue_page_new (DipQueue *queue)
{
  DipQueuePage *self = g_object_new (DIP_TYPE_QUEUE_PAGE, NULL);

  self->queue = g_object_ref (queue);
  gtk_list_box_bind_model (GTK_LIST_BOX (self->list), G_LIST_MODEL (queue), make_row,
                           self, NULL);
  g_signal_connect_object (queue, "items-changed", G_CALLBACK (items_changed_cb), self,
                           G_CONNECT_SWAPPED);
  items_changed_cb (self);

  return GTK_WIDGET (self);
}
