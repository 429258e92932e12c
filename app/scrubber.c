#include "app/scrubber.h"

#include <glib/gi18n.h>

struct _DipScrubber
{
  GtkWidget parent_instance;

  DipShown *shown;
  GtkWidget *box;
  GtkWidget *scale;
  GtkWidget *position;
  gboolean is_updating;
};

G_DEFINE_FINAL_TYPE (DipScrubber, dip_scrubber, GTK_TYPE_WIDGET)

static void
update_cb (DipScrubber *self)
{
  DipTake *take = dip_shown_get_take (self->shown);
  guint n_steps = take != NULL ? dip_take_get_n_steps (take) : 0;
  guint n_frames = dip_shown_get_n_frames (self->shown);
  guint position = dip_shown_get_position (self->shown);
  g_autofree char *text = g_strdup_printf ("%u / %u", position + 1, n_steps);

  gtk_widget_set_visible (self->box, n_steps > 1);
  self->is_updating = TRUE;
  gtk_range_set_range (GTK_RANGE (self->scale), 1, MAX (n_steps, 2));
  gtk_range_set_fill_level (GTK_RANGE (self->scale), n_frames);
  gtk_range_set_value (GTK_RANGE (self->scale), position + 1);
  self->is_updating = FALSE;
  gtk_label_set_text (GTK_LABEL (self->position), text);
}

static void
scrubbed_cb (DipScrubber *self)
{
  if (!self->is_updating)
    dip_shown_set_position (self->shown,
                            gtk_range_get_value (GTK_RANGE (self->scale)) - 1);
}

static void
dip_scrubber_dispose (GObject *object)
{
  DipScrubber *self = DIP_SCRUBBER (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->shown);

  G_OBJECT_CLASS (dip_scrubber_parent_class)->dispose (object);
}

static void
dip_scrubber_class_init (DipScrubberClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = dip_scrubber_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass),
                                            GTK_TYPE_BIN_LAYOUT);
}

static void
dip_scrubber_init (DipScrubber *self)
{
  GtkWidget *play = gtk_toggle_button_new ();

  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  gtk_widget_set_margin_start (self->box, 12);
  gtk_widget_set_margin_end (self->box, 12);
  gtk_button_set_icon_name (GTK_BUTTON (play), "media-playback-start-symbolic");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (play), "win.play");
  gtk_widget_set_tooltip_text (play, _ ("Play the steps (C)"));
  gtk_widget_set_valign (play, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (play), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Play the steps"), -1);
  gtk_widget_add_css_class (play, "flat");
  gtk_box_append (GTK_BOX (self->box), play);
  self->scale = gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL, 1, 2, 1);
  gtk_range_set_show_fill_level (GTK_RANGE (self->scale), TRUE);
  gtk_range_set_restrict_to_fill_level (GTK_RANGE (self->scale), TRUE);
  gtk_widget_set_hexpand (self->scale, TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->scale),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Step shown"), -1);
  gtk_box_append (GTK_BOX (self->box), self->scale);
  self->position = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->position, "numeric");
  gtk_widget_add_css_class (self->position, "caption");
  gtk_label_set_width_chars (GTK_LABEL (self->position), 9);
  gtk_box_append (GTK_BOX (self->box), self->position);
  g_signal_connect_swapped (self->scale, "value-changed", G_CALLBACK (scrubbed_cb), self);
}

GtkWidget *
dip_scrubber_new (DipShown *shown)
{
  DipScrubber *self = g_object_new (DIP_TYPE_SCRUBBER, NULL);
  GtkWidget *kind = gtk_toggle_button_new_with_label ("x₀");

  self->shown = g_object_ref (shown);
  gtk_widget_set_tooltip_text (kind, _ ("Predicted pair x₀, or the noisy x_t (X)"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (kind), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Predicted pair"), -1);
  gtk_widget_set_valign (kind, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (kind, "flat");
  g_object_bind_property (shown, "pred-x0", kind, "active",
                          G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
  gtk_box_append (GTK_BOX (self->box), kind);
  g_signal_connect_object (shown, "grew", G_CALLBACK (update_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (shown, "notify::position", G_CALLBACK (update_cb), self,
                           G_CONNECT_SWAPPED);
  update_cb (self);

  return GTK_WIDGET (self);
}
