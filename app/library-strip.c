#include "app/library-strip.h"

#include <glib/gi18n.h>
#include <inttypes.h>

#include "app/thumbnail.h"

struct _DipLibraryStrip
{
  GtkWidget parent_instance;

  GtkSelectionModel *selection;
  GtkWidget *stack;
  GtkWidget *list;
  GtkWidget *menu;
  gboolean is_quiet;
};

enum
{
  SELECTED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DipLibraryStrip, dip_library_strip, GTK_TYPE_WIDGET)

/* The parts of one thumbnail. */
typedef struct
{
  GtkWidget *box;
  GtkWidget *picture;
  GtkWidget *title;
  GtkWidget *star;
} Cell;

static void
update_cell (DipLibraryEntry *entry, GParamSpec *pspec, gpointer user_data)
{
  Cell *cell = g_object_get_data (user_data, "cell");
  g_autofree char *settings = dip_library_entry_describe (entry);
  const char *note = dip_library_entry_get_note (entry);
  g_autofree char *tooltip = g_strconcat (settings, *note ? "\n" : "", note, NULL);

  gtk_widget_set_visible (cell->star, dip_library_entry_get_starred (entry));
  gtk_widget_set_tooltip_text (cell->box, tooltip);
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  Cell *cell = g_new0 (Cell, 1);
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);

  cell->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  cell->picture = gtk_picture_new ();
  gtk_widget_set_size_request (cell->picture, 2 * DIP_THUMBNAIL_SIDE, DIP_THUMBNAIL_SIDE);
  gtk_picture_set_can_shrink (GTK_PICTURE (cell->picture), TRUE);
  cell->title = gtk_label_new (NULL);
  gtk_label_set_ellipsize (GTK_LABEL (cell->title), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_width_chars (GTK_LABEL (cell->title), 3);
  gtk_label_set_max_width_chars (GTK_LABEL (cell->title), 20);
  gtk_label_set_xalign (GTK_LABEL (cell->title), 0);
  gtk_widget_set_hexpand (cell->title, TRUE);
  gtk_widget_add_css_class (cell->title, "caption");
  gtk_widget_add_css_class (cell->title, "numeric");
  cell->star = gtk_image_new_from_icon_name ("starred-symbolic");
  gtk_accessible_update_property (GTK_ACCESSIBLE (cell->star),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Starred"), -1);
  gtk_box_append (GTK_BOX (row), cell->title);
  gtk_box_append (GTK_BOX (row), cell->star);
  gtk_box_append (GTK_BOX (cell->box), cell->picture);
  gtk_box_append (GTK_BOX (cell->box), row);
  gtk_list_item_set_child (item, cell->box);
  g_object_set_data_full (G_OBJECT (item), "cell", cell, g_free);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  Cell *cell = g_object_get_data (G_OBJECT (item), "cell");
  DipLibraryEntry *entry = gtk_list_item_get_item (item);
  g_autofree char *settings = dip_library_entry_describe (entry);
  g_autofree char *title = g_strdup_printf ("%" G_GINT64_FORMAT " · %s",
                                            dip_library_entry_get_seed (entry), settings);
  g_autofree char *spoken = g_strdup_printf (
      _ ("Pair of seed %" PRId64 ", %s"), dip_library_entry_get_seed (entry), settings);

  gtk_label_set_text (GTK_LABEL (cell->title), title);
  gtk_picture_set_alternative_text (GTK_PICTURE (cell->picture), spoken);
  dip_thumbnail_show (GTK_PICTURE (cell->picture), entry);
  g_signal_connect_object (entry, "notify", G_CALLBACK (update_cell), item, 0);
  update_cell (entry, NULL, item);
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  Cell *cell = g_object_get_data (G_OBJECT (item), "cell");

  g_signal_handlers_disconnect_by_func (gtk_list_item_get_item (item), update_cell, item);
  dip_thumbnail_show (GTK_PICTURE (cell->picture), NULL);
}

/* A grid of one row: a list would keep the widgets of 200 pairs, a grid those of 30. */
static GtkWidget *
make_list (DipLibraryStrip *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *list;

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), NULL);
  list = gtk_grid_view_new (g_object_ref (self->selection), factory);
  gtk_grid_view_set_max_columns (GTK_GRID_VIEW (list), 1);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (list), GTK_ORIENTATION_HORIZONTAL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Library of finished pairs"), -1);
  gtk_widget_add_css_class (list, "dip-library");

  return list;
}

static void
selection_changed_cb (DipLibraryStrip *self)
{
  if (!self->is_quiet)
    g_signal_emit (self, signals[SELECTED], 0);
}

static void
items_changed_cb (DipLibraryStrip *self)
{
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (self->selection));

  gtk_stack_set_visible_child_name (GTK_STACK (self->stack),
                                    n_items > 0 ? "list" : "none");
}

/* The menu ------------------------------------------------------------------------- */

static void
right_click_cb (DipLibraryStrip *self, int n_press, double x, double y)
{
  GdkRectangle place = { x, y, 1, 1 };

  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), &place);
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

static GMenuModel *
make_menu (void)
{
  GMenu *menu = g_menu_new ();
  GMenu *again = g_menu_new ();
  GMenu *section = g_menu_new ();

  g_menu_append (section, _ ("Star"), "win.library-star");
  g_menu_append (section, _ ("Note…"), "win.library-note");
  g_menu_append (section, _ ("Compare Two"), "win.library-compare");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
  g_object_unref (section);

  g_menu_append (again, _ ("With the Next Seed"), "win.library-again::seed");
  g_menu_append (again, _ ("With Twice the Steps"), "win.library-again::more-steps");
  g_menu_append (again, _ ("With Half the Steps"), "win.library-again::fewer-steps");
  g_menu_append (again, _ ("With DDPM’s Noise"), "win.library-again::noise");
  g_menu_append (again, _ ("With the Next Scheduler"), "win.library-again::scheduler");
  g_menu_append (again, _ ("With Another …"), "win.library-change");
  section = g_menu_new ();
  g_menu_append (section, _ ("Restore Settings"), "win.library-restore");
  g_menu_append_submenu (section, _ ("Generate Again"), G_MENU_MODEL (again));
  g_menu_append (section, _ ("Show in Files"), "win.library-reveal");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
  g_object_unref (section);
  g_object_unref (again);

  section = g_menu_new ();
  g_menu_append (section, _ ("Delete"), "win.library-delete");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
  g_object_unref (section);

  return G_MENU_MODEL (menu);
}

static void
add_menu (DipLibraryStrip *self)
{
  g_autoptr (GMenuModel) model = make_menu ();
  GtkGesture *click = gtk_gesture_click_new ();

  self->menu = gtk_popover_menu_new_from_model (model);
  gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
  gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
  gtk_widget_set_halign (self->menu, GTK_ALIGN_START);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (right_click_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
}

/* The object ------------------------------------------------------------------------ */

static void
dip_library_strip_dispose (GObject *object)
{
  DipLibraryStrip *self = DIP_LIBRARY_STRIP (object);

  g_clear_pointer (&self->menu, gtk_widget_unparent);
  g_clear_pointer (&self->stack, gtk_widget_unparent);
  g_clear_object (&self->selection);

  G_OBJECT_CLASS (dip_library_strip_parent_class)->dispose (object);
}

static void
dip_library_strip_class_init (DipLibraryStripClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = dip_library_strip_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass),
                                            GTK_TYPE_BIN_LAYOUT);
  signals[SELECTED] = g_signal_new ("selected", DIP_TYPE_LIBRARY_STRIP, G_SIGNAL_RUN_LAST,
                                    0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
dip_library_strip_init (DipLibraryStrip *self)
{
}

GtkWidget *
dip_library_strip_new (DipLibrary *library)
{
  DipLibraryStrip *self = g_object_new (DIP_TYPE_LIBRARY_STRIP, NULL);
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkWidget *none = gtk_label_new (_ ("Finished pairs appear here"));

  self->selection = GTK_SELECTION_MODEL (
      gtk_multi_selection_new (g_object_ref (G_LIST_MODEL (library))));
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_AUTOMATIC,
                                  GTK_POLICY_NEVER);
  self->list = make_list (self);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), self->list);
  gtk_widget_add_css_class (none, "dim-label");
  gtk_widget_set_margin_top (none, 12);
  gtk_widget_set_margin_bottom (none, 12);
  self->stack = gtk_stack_new ();
  gtk_stack_set_vhomogeneous (GTK_STACK (self->stack), FALSE);
  gtk_stack_add_named (GTK_STACK (self->stack), none, "none");
  gtk_stack_add_named (GTK_STACK (self->stack), scrolled, "list");
  gtk_widget_set_parent (self->stack, GTK_WIDGET (self));
  add_menu (self);
  g_signal_connect_object (self->selection, "selection-changed",
                           G_CALLBACK (selection_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->selection, "items-changed",
                           G_CALLBACK (items_changed_cb), self, G_CONNECT_SWAPPED);
  items_changed_cb (self);

  return GTK_WIDGET (self);
}

GPtrArray *
dip_library_strip_get_selected (DipLibraryStrip *self)
{
  g_autoptr (GtkBitset) set = gtk_selection_model_get_selection (self->selection);
  GPtrArray *entries = g_ptr_array_new_with_free_func (g_object_unref);
  GtkBitsetIter iter;
  guint position;

  for (gboolean is_valid = gtk_bitset_iter_init_first (&iter, set, &position); is_valid;
       is_valid = gtk_bitset_iter_next (&iter, &position))
    g_ptr_array_add (entries,
                     g_list_model_get_item (G_LIST_MODEL (self->selection), position));

  return entries;
}

void
dip_library_strip_select (DipLibraryStrip *self, DipLibraryEntry *entry)
{
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (self->selection));

  self->is_quiet = TRUE;
  gtk_selection_model_unselect_all (self->selection);
  for (guint i = 0; i < n_items; i++)
    {
      g_autoptr (GObject) item =
          g_list_model_get_item (G_LIST_MODEL (self->selection), i);

      if (item != G_OBJECT (entry))
        continue;
      gtk_selection_model_select_item (self->selection, i, TRUE);
      gtk_widget_activate_action (self->list, "list.scroll-to-item", "u", i);
    }
  self->is_quiet = FALSE;
}
