#include "app/registration-button.h"

#include <glib/gi18n.h>
#include <math.h>

#include "model/pair/figures.h"

/* Belongs to the button. */
typedef struct
{
  DipPairView *view;
  DipAnatomyOverlay *anatomy;
  GtkWidget *popover;
  GtkLabel *figures;
  guint idle_id;       /* that registers, or 0 */
  gboolean is_stale;   /* the views have changed since */
  gboolean is_showing; /* the anatomy changes by our own hand */
  gboolean is_valid;
  DipRegistration registration;
  double pivot[2];
} Registrar;

static double
get_amount (Registrar *self)
{
  return dip_display_get_registration (dip_pair_view_get_display (self->view));
}

static gboolean
is_wanted (Registrar *self)
{
  return get_amount (self) > 0.0 || gtk_widget_get_mapped (self->popover);
}

static char *
describe (Registrar *self)
{
  const DipRegistration *r = &self->registration;
  const double spacing = dip_anatomy_overlay_get_spacing (self->anatomy);
  const double factor = spacing > 0.0 ? spacing : 1.0;
  const char *unit = spacing > 0.0 ? "mm" : "px";

  if (!self->is_valid)
    return g_strdup (_ ("No outlines of both views"));

  return g_strdup_printf (_ ("Outlines apart: %.1f %s, registered %.1f %s\n"
                             "Scale %.3f, turned by %.1f°, IoU registered %.3f"),
                          factor * r->residual_before, unit, factor * r->residual, unit,
                          dip_similarity_get_scale (&r->similarity),
                          dip_similarity_get_angle (&r->similarity), r->iou);
}

/* The outline over the CC goes along with the slider. */
static void
show (Registrar *self)
{
  g_autofree char *text = describe (self);
  const double amount = get_amount (self);
  DipSimilarity similarity = dip_similarity_scale_amount (
      &self->registration.similarity, self->is_valid ? amount : 0.0, self->pivot);

  gtk_label_set_text (self->figures, text);
  self->is_showing = TRUE;
  dip_anatomy_overlay_set_registered (
      self->anatomy, self->is_valid && amount > 0.0 ? &similarity : NULL);
  self->is_showing = FALSE;
}

static void
compute (Registrar *self)
{
  const DipFoundView *cc =
      dip_anatomy_overlay_get_view (self->anatomy, DIP_VIEW_POSITION_CC);
  const DipFoundView *mlo =
      dip_anatomy_overlay_get_view (self->anatomy, DIP_VIEW_POSITION_MLO);

  self->is_stale = FALSE;
  self->is_valid = cc != NULL && mlo != NULL &&
                   cc->picture->width == mlo->picture->width &&
                   cc->picture->height == mlo->picture->height &&
                   dip_found_views_register (cc, mlo, &self->registration);
  if (self->is_valid)
    {
      const DipLandmark *nipple = &mlo->breast->landmarks.nipple;

      self->pivot[0] = nipple->is_found ? nipple->at.x : mlo->picture->width / 2.0;
      self->pivot[1] = nipple->is_found ? nipple->at.y : mlo->picture->height / 2.0;
    }
  dip_pair_view_set_registration (
      self->view, self->is_valid ? &self->registration.similarity : NULL, self->pivot);
}

static gboolean
idle_cb (gpointer user_data)
{
  Registrar *self = user_data;

  self->idle_id = 0;
  if (dip_anatomy_overlay_is_dragging (self->anatomy))
    return G_SOURCE_REMOVE; /* ::dragged follows */
  if (self->is_stale)
    compute (self);
  show (self);

  return G_SOURCE_REMOVE;
}

/* Once, however much changes at a time. */
static void
update_cb (Registrar *self)
{
  dip_anatomy_overlay_set_need (self->anatomy, DIP_ANATOMY_FOR_REGISTRATION,
                                is_wanted (self));
  if (is_wanted (self) && self->idle_id == 0)
    self->idle_id = g_idle_add (idle_cb, self);
}

static void
amount_changed_cb (Registrar *self)
{
  show (self);
  update_cb (self);
}

static void
views_changed_cb (Registrar *self)
{
  if (self->is_showing)
    return;

  self->is_stale = TRUE;
  update_cb (self);
}

static void
registrar_free (gpointer data)
{
  Registrar *self = data;

  g_clear_handle_id (&self->idle_id, g_source_remove);
  g_signal_handlers_disconnect_by_data (self->anatomy, self);
  g_signal_handlers_disconnect_by_data (dip_pair_view_get_display (self->view), self);
  g_object_unref (self->anatomy);
  g_object_unref (self->view);
  g_free (self);
}

static GtkWidget *
make_scale (Registrar *self)
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
make_popover (Registrar *self)
{
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  GtkWidget *title = gtk_label_new (_ ("Register the MLO to the CC"));
  GtkWidget *figures = gtk_label_new (NULL);

  gtk_widget_add_css_class (title, "heading");
  gtk_label_set_xalign (GTK_LABEL (title), 0.0f);
  self->figures = GTK_LABEL (figures);
  gtk_label_set_xalign (self->figures, 0.0f);
  gtk_label_set_selectable (self->figures, TRUE);
  gtk_widget_add_css_class (figures, "numeric");
  gtk_box_append (GTK_BOX (box), title);
  gtk_box_append (GTK_BOX (box), make_scale (self));
  gtk_box_append (GTK_BOX (box), make_layouts ());
  gtk_box_append (GTK_BOX (box), figures);
  gtk_popover_set_child (GTK_POPOVER (popover), box);
  g_signal_connect_swapped (popover, "map", G_CALLBACK (update_cb), self);
  g_signal_connect_swapped (popover, "unmap", G_CALLBACK (update_cb), self);

  return popover;
}

GtkWidget *
dip_registration_button_new (DipPairView *view, DipAnatomyOverlay *anatomy)
{
  GtkWidget *button = gtk_menu_button_new ();
  Registrar *self = g_new0 (Registrar, 1);

  self->view = g_object_ref (view);
  self->anatomy = g_object_ref (anatomy);
  self->is_stale = TRUE;
  self->registration.similarity = DIP_SIMILARITY_NONE;
  self->popover = make_popover (self);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (button), self->popover);
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), "dip-register-symbolic");
  gtk_widget_set_tooltip_text (button, _ ("Register the MLO to the CC"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Register the MLO to the CC"), -1);
  g_signal_connect_swapped (dip_pair_view_get_display (view), "notify::registration",
                            G_CALLBACK (amount_changed_cb), self);
  g_signal_connect_swapped (anatomy, "changed", G_CALLBACK (views_changed_cb), self);
  g_signal_connect_swapped (anatomy, "dragged", G_CALLBACK (views_changed_cb), self);
  g_object_set_data_full (G_OBJECT (button), "registrar", self, registrar_free);

  return button;
}
