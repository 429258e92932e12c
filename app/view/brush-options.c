#include "app/view/brush-options.h"

#include <glib/gi18n.h>

static void
name (GtkWidget *widget, const char *text, const char *tooltip)
{
  gtk_widget_set_tooltip_text (widget, tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  text, -1);
}

static GtkWidget *
make_size (DipBrush *brush)
{
  GtkWidget *spin =
      gtk_spin_button_new_with_range (DIP_BRUSH_MIN_SIZE, DIP_BRUSH_MAX_SIZE, 1);

  gtk_editable_set_width_chars (GTK_EDITABLE (spin), 3);
  gtk_editable_set_max_width_chars (GTK_EDITABLE (spin), 3);
  name (spin, _ ("Diameter of the brush, pixels"),
        _ ("Diameter of the brush, pixels ([ and ], Ctrl and wheel)"));
  g_object_bind_property (brush, "size", spin, "value",
                          G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);

  return spin;
}

static GtkWidget *
make_erase (DipBrush *brush)
{
  GtkWidget *button = gtk_toggle_button_new ();

  gtk_button_set_icon_name (GTK_BUTTON (button), "dip-eraser-symbolic");
  gtk_widget_set_focus_on_click (button, FALSE);
  name (button, _ ("Erase"), _ ("Erase (Shift+P, or Ctrl while drawing)"));
  g_object_bind_property (brush, "erase", button, "active",
                          G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);

  return button;
}

static GtkWidget *
make_button (const char *icon, const char *text, const char *tooltip)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_set_focus_on_click (button, FALSE);
  name (button, text, tooltip);

  return button;
}

/* Why the brush does nothing. */
static GtkWidget *
make_hint (DipBrushLayer *layer)
{
  GtkWidget *label = gtk_label_new (_ ("Once all steps are made"));

  gtk_widget_add_css_class (label, "dim-label");
  g_object_bind_property (layer, "active", label, "visible",
                          G_BINDING_SYNC_CREATE | G_BINDING_INVERT_BOOLEAN);

  return label;
}

static void
update (GtkWidget *box, int view, DipBrushLayer *layer)
{
  gtk_widget_set_sensitive (g_object_get_data (G_OBJECT (box), "undo"),
                            dip_brush_layer_can_undo (layer));
  gtk_widget_set_sensitive (g_object_get_data (G_OBJECT (box), "redo"),
                            dip_brush_layer_can_redo (layer));
}

static void
changed_cb (DipBrushLayer *layer, int view, GtkWidget *box)
{
  update (box, view, layer);
}

GtkWidget *
dip_brush_options_new (DipBrush *brush, DipBrushLayer *layer)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *undo = make_button ("edit-undo-symbolic", _ ("Undo the last stroke"),
                                 _ ("Undo the last stroke (Ctrl+Z)"));
  GtkWidget *redo = make_button ("edit-redo-symbolic", _ ("Redo the stroke"),
                                 _ ("Redo the stroke (Shift+Ctrl+Z)"));

  gtk_box_append (GTK_BOX (box), make_size (brush));
  gtk_box_append (GTK_BOX (box), make_erase (brush));
  gtk_box_append (GTK_BOX (box), undo);
  gtk_box_append (GTK_BOX (box), redo);
  gtk_box_append (GTK_BOX (box), make_hint (layer));
  g_object_set_data (G_OBJECT (box), "undo", undo);
  g_object_set_data (G_OBJECT (box), "redo", redo);
  g_signal_connect_object (undo, "clicked", G_CALLBACK (dip_brush_layer_undo), layer,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (redo, "clicked", G_CALLBACK (dip_brush_layer_redo), layer,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (layer, "changed", G_CALLBACK (changed_cb), box, 0);
  g_signal_connect_object (layer, "stroked", G_CALLBACK (changed_cb), box, 0);
  update (box, 0, layer);

  return box;
}
