#include "app/registration-button.h"

#include <glib/gi18n.h>

#include "app/registrar.h"

#define SHORT 150 /* milliseconds; what takes no longer is not told of */
#define PERIOD 50

/* Belongs to the button. */
typedef struct
{
  DipPairView *view;
  DipAnatomyOverlay *anatomy;
  DipRegistrar *registrar;
  GtkWidget *popover;
  GtkStack *pages; /* "figures", "busy", "stopped" */
  GtkLabel *figures;
  GtkProgressBar *progress;
  guint timer_id; /* while it is busy, or 0 */
} Panel;

static char *
describe (Panel *self)
{
  const DipRegistration *r = dip_registrar_get (self->registrar);
  const double spacing = dip_anatomy_overlay_get_spacing (self->anatomy);
  const double factor = spacing > 0.0 ? spacing : 1.0;
  const char *unit = spacing > 0.0 ? "mm" : "px";

  return g_strdup_printf (_ ("Outlines apart: %.1f %s, registered %.1f %s\n"
                             "Scale %.3f, turned by %.1f°, IoU registered %.3f"),
                          factor * r->residual_before, unit, factor * r->residual, unit,
                          dip_similarity_get_scale (&r->similarity),
                          dip_similarity_get_angle (&r->similarity), r->iou);
}

static gboolean
timer_cb (gpointer user_data)
{
  Panel *self = user_data;

  gtk_progress_bar_set_fraction (self->progress,
                                 dip_registrar_get_progress (self->registrar));
  gtk_stack_set_visible_child_name (self->pages, "busy");

  return G_SOURCE_CONTINUE;
}

static gboolean
first_timer_cb (gpointer user_data)
{
  Panel *self = user_data;

  timer_cb (self);
  self->timer_id = g_timeout_add (PERIOD, timer_cb, self);

  return G_SOURCE_REMOVE;
}

static void
changed_cb (Panel *self)
{
  const DipRegistrarState state = dip_registrar_get_state (self->registrar);
  g_autofree char *text = NULL;

  if (state == DIP_REGISTRAR_BUSY)
    {
      if (self->timer_id == 0)
        self->timer_id = g_timeout_add (SHORT, first_timer_cb, self);
      return;
    }

  g_clear_handle_id (&self->timer_id, g_source_remove);
  text = state == DIP_REGISTRAR_DONE ? describe (self)
                                     : g_strdup (_ ("No outlines of both views"));
  gtk_label_set_text (self->figures, text);
  gtk_stack_set_visible_child_name (
      self->pages, state == DIP_REGISTRAR_STOPPED ? "stopped" : "figures");
}

static void
mapped_cb (Panel *self)
{
  dip_registrar_set_watched (self->registrar, gtk_widget_get_mapped (self->popover));
}

static void
panel_free (gpointer data)
{
  Panel *self = data;

  g_clear_handle_id (&self->timer_id, g_source_remove);
  g_signal_handlers_disconnect_by_data (self->registrar, self);
  g_object_unref (self->registrar);
  g_object_unref (self->anatomy);
  g_object_unref (self->view);
  g_free (self);
}

static GtkWidget *
make_scale (Panel *self)
{
  GtkWidget *scale = gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL, 0, 1, 0.05);

  gtk_scale_add_mark (GTK_SCALE (scale), 0.0, GTK_POS_BOTTOM, _ ("none"));
  gtk_scale_add_mark (GTK_SCALE (scale), 0.5, GTK_POS_BOTTOM, NULL);
  gtk_scale_add_mark (GTK_SCALE (scale), 1.0, GTK_POS_BOTTOM, _ ("full"));
  gtk_widget_set_size_request (scale, 280, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (scale), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("How far the MLO is registered to the CC"), -1);
  g_object_bind_property (dip_pair_view_get_display (self->view), "registration",
                          gtk_range_get_adjustment (GTK_RANGE (scale)), "value",
                          G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);

  return scale;
}

static GtkWidget *
make_layouts (void)
{
  static const struct
  {
    const char *label, *nick;
  } layouts[] = { { N_ ("Wipe"), "wipe" },
                  { N_ ("Flicker"), "flicker" },
                  { N_ ("Checkerboard"), "checkerboard" },
                  { N_ ("Difference"), "difference" } };
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  gtk_widget_add_css_class (box, "linked");
  gtk_box_set_homogeneous (GTK_BOX (box), TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (layouts); i++)
    {
      GtkWidget *button = gtk_toggle_button_new_with_label (_ (layouts[i].label));

      gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", layouts[i].nick);
      gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "view.layout");
      gtk_box_append (GTK_BOX (box), button);
    }

  return box;
}

static GtkWidget *
make_figures (Panel *self)
{
  GtkWidget *figures = gtk_label_new (NULL);

  self->figures = GTK_LABEL (figures);
  gtk_label_set_xalign (self->figures, 0.0f);
  gtk_label_set_selectable (self->figures, TRUE);
  gtk_widget_add_css_class (figures, "numeric");

  return figures;
}

static GtkWidget *
make_row (GtkWidget *first, const char *label, GCallback callback, Panel *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *button = gtk_button_new_with_mnemonic (label);

  gtk_widget_set_hexpand (first, TRUE);
  gtk_widget_set_valign (first, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_signal_connect_swapped (button, "clicked", callback, self->registrar);
  gtk_box_append (GTK_BOX (box), first);
  gtk_box_append (GTK_BOX (box), button);

  return box;
}

/* Of one size, so that the popover does not change with what it says. */
static GtkWidget *
make_pages (Panel *self)
{
  GtkWidget *pages = gtk_stack_new ();
  GtkWidget *progress = gtk_progress_bar_new ();
  GtkWidget *stopped = gtk_label_new (_ ("Registration was stopped"));

  self->pages = GTK_STACK (pages);
  self->progress = GTK_PROGRESS_BAR (progress);
  gtk_progress_bar_set_text (self->progress, _ ("Registering…"));
  gtk_progress_bar_set_show_text (self->progress, TRUE);
  gtk_label_set_xalign (GTK_LABEL (stopped), 0.0f);
  gtk_stack_add_named (self->pages, make_figures (self), "figures");
  gtk_stack_add_named (
      self->pages,
      make_row (progress, _ ("_Stop"), G_CALLBACK (dip_registrar_stop), self), "busy");
  gtk_stack_add_named (
      self->pages,
      make_row (stopped, _ ("_Register"), G_CALLBACK (dip_registrar_go_on), self),
      "stopped");

  return pages;
}

static GtkWidget *
make_popover (Panel *self)
{
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  GtkWidget *title = gtk_label_new (_ ("Register the MLO to the CC"));

  gtk_widget_add_css_class (title, "heading");
  gtk_label_set_xalign (GTK_LABEL (title), 0.0f);
  gtk_box_append (GTK_BOX (box), title);
  gtk_box_append (GTK_BOX (box), make_scale (self));
  gtk_box_append (GTK_BOX (box), make_layouts ());
  gtk_box_append (GTK_BOX (box), make_pages (self));
  gtk_popover_set_child (GTK_POPOVER (popover), box);
  g_signal_connect_swapped (popover, "map", G_CALLBACK (mapped_cb), self);
  g_signal_connect_swapped (popover, "unmap", G_CALLBACK (mapped_cb), self);

  return popover;
}

GtkWidget *
dip_registration_button_new (DipPairView *view, DipAnatomyOverlay *anatomy)
{
  GtkWidget *button = gtk_menu_button_new ();
  Panel *self = g_new0 (Panel, 1);

  self->view = g_object_ref (view);
  self->anatomy = g_object_ref (anatomy);
  self->registrar = dip_registrar_new (view, anatomy);
  self->popover = make_popover (self);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (button), self->popover);
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), "dip-register-symbolic");
  gtk_widget_set_tooltip_text (button, _ ("Register the MLO to the CC"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Register the MLO to the CC"), -1);
  g_signal_connect_swapped (self->registrar, "changed", G_CALLBACK (changed_cb), self);
  changed_cb (self);
  g_object_set_data_full (G_OBJECT (button), "panel", self, panel_free);

  return button;
}
