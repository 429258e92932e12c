#include "app/measures-list.h"

#include <glib/gi18n.h>

/* Belongs to the list's widget. */
typedef struct
{
  DipMeasures *measures;
  GtkWidget *box;
  GtkListBox *rows;
  gboolean is_filling;
} List;

static void
list_free (gpointer data)
{
  List *self = data;

  g_signal_handlers_disconnect_by_data (self->measures, self);
  g_object_unref (self->measures);
  g_free (self);
}

static guint
get_index (GtkWidget *row)
{
  return (guint) gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (row));
}

static void
delete_cb (GtkWidget *button, List *self)
{
  dip_measures_remove (self->measures, get_index (gtk_widget_get_ancestor (
                                           button, GTK_TYPE_LIST_BOX_ROW)));
}

static void
selected_cb (List *self, GtkListBoxRow *row)
{
  if (row != NULL && !self->is_filling)
    dip_measures_select (self->measures, (int) get_index (GTK_WIDGET (row)));
}

static GtkWidget *
make_row (List *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *title = gtk_label_new (NULL), *figures = gtk_label_new (NULL);
  GtkWidget *button = gtk_button_new_from_icon_name ("edit-delete-symbolic");

  gtk_label_set_xalign (GTK_LABEL (title), 0.0f);
  gtk_label_set_xalign (GTK_LABEL (figures), 0.0f);
  gtk_label_set_selectable (GTK_LABEL (figures), TRUE);
  gtk_widget_add_css_class (title, "dim-label");
  gtk_widget_add_css_class (title, "caption");
  gtk_widget_add_css_class (figures, "numeric");
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, _ ("Delete this measure"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Delete this measure"), -1);
  g_signal_connect (button, "clicked", G_CALLBACK (delete_cb), self);
  gtk_widget_set_margin_start (box, 9);
  gtk_widget_set_margin_top (box, 4);
  gtk_widget_set_margin_bottom (box, 4);
  gtk_widget_set_margin_end (box, 4);
  gtk_box_append (GTK_BOX (texts), title);
  gtk_box_append (GTK_BOX (texts), figures);
  gtk_box_append (GTK_BOX (box), texts);
  gtk_box_append (GTK_BOX (box), button);

  return box;
}

static void
fill_row (List *self, GtkListBoxRow *row, guint index)
{
  GtkWidget *texts = gtk_widget_get_first_child (gtk_list_box_row_get_child (row));
  g_autofree char *title = dip_measures_get_title (self->measures, index);
  g_autofree char *figures = dip_measures_describe (self->measures, index);

  gtk_label_set_text (GTK_LABEL (gtk_widget_get_first_child (texts)), title);
  gtk_label_set_text (GTK_LABEL (gtk_widget_get_last_child (texts)), figures);
}

/* Rows stay, and their texts change: a drag does so many times a second. */
static void
fill (List *self)
{
  const guint n = dip_measures_get_count (self->measures);
  const int selected = dip_measures_get_selected (self->measures);
  GtkListBoxRow *row;

  self->is_filling = TRUE;
  while ((row = gtk_list_box_get_row_at_index (self->rows, (int) n)) != NULL)
    gtk_list_box_remove (self->rows, GTK_WIDGET (row));
  for (guint i = 0; i < n; i++)
    {
      if (gtk_list_box_get_row_at_index (self->rows, (int) i) == NULL)
        gtk_list_box_append (self->rows, make_row (self));
      fill_row (self, gtk_list_box_get_row_at_index (self->rows, (int) i), i);
    }
  gtk_list_box_select_row (
      self->rows,
      selected >= 0 ? gtk_list_box_get_row_at_index (self->rows, selected) : NULL);
  gtk_widget_set_visible (self->box, n > 0);
  self->is_filling = FALSE;
}

GtkWidget *
dip_measures_list_new (DipMeasures *measures)
{
  List *self = g_new0 (List, 1);
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *title = gtk_label_new (_ ("Measures"));
  GtkWidget *clear = gtk_button_new_with_label (_ ("Delete All"));

  self->measures = g_object_ref (measures);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  self->rows = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_widget_add_css_class (GTK_WIDGET (self->rows), "boxed-list");
  gtk_accessible_update_relation (GTK_ACCESSIBLE (self->rows),
                                  GTK_ACCESSIBLE_RELATION_LABELLED_BY, title, NULL, -1);
  gtk_widget_add_css_class (title, "heading");
  gtk_label_set_xalign (GTK_LABEL (title), 0.0f);
  gtk_widget_set_hexpand (title, TRUE);
  gtk_widget_add_css_class (clear, "flat");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (clear), "win.measures-clear");
  gtk_box_append (GTK_BOX (head), title);
  gtk_box_append (GTK_BOX (head), clear);
  gtk_box_append (GTK_BOX (self->box), head);
  gtk_box_append (GTK_BOX (self->box), GTK_WIDGET (self->rows));
  g_signal_connect_swapped (self->rows, "row-selected", G_CALLBACK (selected_cb), self);
  g_signal_connect_swapped (measures, "changed", G_CALLBACK (fill), self);
  g_object_set_data_full (G_OBJECT (self->box), "list", self, list_free);
  fill (self);

  return self->box;
}
