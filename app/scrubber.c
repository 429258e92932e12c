#include "app/scrubber.h"

#include <glib/gi18n.h>

struct _DipScrubber
{
  GtkWidget parent_instance;

  DipShown *shown;
  DipTake *take; /* what bookmarks and curves are of */
  DipTimeline *timeline;
  DipDifference *difference;
  GtkWidget *match; /* of the other pair's frame */
};

G_DEFINE_FINAL_TYPE (DipScrubber, dip_scrubber, GTK_TYPE_WIDGET)

static void
show_curves (DipScrubber *self, DipTake *take)
{
  for (guint i = 0; i < dip_n_curve_kinds; i++)
    {
      guint n_values = 0;
      g_autofree double *values = dip_take_get_curve (take, i, &n_values);

      dip_timeline_set_curve (self->timeline, dip_curve_kinds[i].id,
                              _ (dip_curve_kinds[i].name), _ (dip_curve_kinds[i].hint),
                              values, n_values);
    }
}

/* How far the pair that is compared is from the one that is shown, step by step. */
static void
difference_changed_cb (DipScrubber *self)
{
  guint n_values;
  const double *values = dip_difference_get_values (self->difference, &n_values);

  if (dip_shown_get_other (self->shown) == NULL)
    dip_timeline_remove_curve (self->timeline, "difference");
  else
    dip_timeline_set_curve (self->timeline, "difference", _ ("RMSE of A and B"),
                            _ ("Root mean square difference of both views from those of "
                               "the pair compared, in steps of 8 bits"),
                            values, n_values);
}

static void
update_difference (DipScrubber *self)
{
  DipTake *other = dip_shown_get_other (self->shown);

  gtk_widget_set_visible (self->match, other != NULL && dip_take_get_n_steps (other) > 1);
  dip_difference_set (self->difference, dip_shown_get_take (self->shown), other,
                      dip_shown_get_match (self->shown),
                      dip_shown_get_pred_x0 (self->shown));
  if (other == NULL)
    difference_changed_cb (self);
}

static void
grew_cb (DipScrubber *self)
{
  DipTake *take = dip_shown_get_take (self->shown);
  const guint n_steps = take != NULL ? dip_take_get_n_steps (take) : 0;

  if (g_set_object (&self->take, take))
    dip_timeline_clear (self->timeline);
  dip_timeline_set_counts_pairs (self->timeline,
                                 take != NULL && dip_take_get_n_pairs (take) > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->timeline), n_steps > 1);
  dip_timeline_set_steps (self->timeline, n_steps, dip_shown_get_n_frames (self->shown));
  if (n_steps > 1)
    show_curves (self, take);
  update_difference (self);
}

static void
dip_scrubber_dispose (GObject *object)
{
  DipScrubber *self = DIP_SCRUBBER (object);

  if (self->timeline != NULL)
    gtk_widget_unparent (GTK_WIDGET (self->timeline));
  self->timeline = NULL;
  if (self->difference != NULL)
    g_signal_handlers_disconnect_by_data (self->difference, self);
  g_clear_object (&self->difference);
  g_clear_object (&self->take);
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
  self->timeline = DIP_TIMELINE (dip_timeline_new ());
  gtk_widget_set_parent (GTK_WIDGET (self->timeline), GTK_WIDGET (self));
}

static void
add_kind (DipScrubber *self)
{
  GtkWidget *kind = gtk_toggle_button_new_with_label ("x₀");

  gtk_widget_set_tooltip_text (kind, _ ("Predicted pair x₀, or the noisy x_t (X)"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (kind), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Predicted pair"), -1);
  gtk_widget_add_css_class (kind, "flat");
  g_object_bind_property (self->shown, "pred-x0", kind, "active",
                          G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
  dip_timeline_add_control (self->timeline, kind);
}

/* Beside the difference: which frames it is of. */
static void
add_match (DipScrubber *self)
{
  const char *const names[] = { _ ("Final Picture"), _ ("Same Step"), _ ("Same Timestep"),
                                NULL };

  self->match = gtk_drop_down_new_from_strings (names);
  gtk_widget_set_valign (self->match, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (
      self->match, _ ("Which step of the pair compared is shown (Shift+Ctrl+M)"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->match),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Step of the pair compared"), -1);
  g_object_bind_property (self->shown, "match", self->match, "selected",
                          G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
  dip_timeline_add_control (self->timeline, self->match);
}

GtkWidget *
dip_scrubber_new (DipShown *shown)
{
  DipScrubber *self = g_object_new (DIP_TYPE_SCRUBBER, NULL);

  self->shown = g_object_ref (shown);
  self->difference = dip_difference_new ();
  add_match (self);
  add_kind (self);
  g_signal_connect_object (shown, "grew", G_CALLBACK (grew_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (shown, "notify::pred-x0", G_CALLBACK (update_difference), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->difference, "changed",
                           G_CALLBACK (difference_changed_cb), self, G_CONNECT_SWAPPED);
  grew_cb (self);
  g_object_bind_property (shown, "live", self->timeline, "live",
                          G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
  g_object_bind_property (shown, "position", self->timeline, "position",
                          G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);

  return GTK_WIDGET (self);
}

DipTimeline *
dip_scrubber_get_timeline (DipScrubber *self)
{
  return self->timeline;
}
