#include "app/inspector-private.h"

#include <glib/gi18n.h>
#include <math.h>

#include "app/measures-list.h"

enum
{
  MEASURED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DipInspector, dip_inspector, ADW_TYPE_BIN)

static void
show_value (GtkLabel *label, const DipFigureInfo *info, double value)
{
  g_autofree char *text = NULL;

  if (info->is_truth && !isnan (value))
    text = g_strdup (value != 0.0 ? _ ("yes") : _ ("no"));
  else
    text = dip_figure_info_format (info, value);
  gtk_label_set_text (label, text);
}

void
dip_inspector_show_figures (DipInspector *self)
{
  const DipFoundView *cc =
      dip_anatomy_overlay_get_view (self->overlay, DIP_VIEW_POSITION_CC);
  const char *reason =
      cc != NULL ? dip_breast_reason_get_text (cc->breast->reason) : NULL;

  for (guint i = 0; i < dip_figures_get_count (); i++)
    show_value (self->values[i], &dip_figure_infos[i],
                self->has_figures ? dip_pair_figures_get (&self->figures, i)
                                  : (double) NAN);
  gtk_label_set_text (self->reason, reason != NULL ? reason : "");
  gtk_widget_set_visible (GTK_WIDGET (self->reason), reason != NULL);
  g_signal_emit (self, signals[MEASURED], 0);
}

static GtkWidget *
make_check (const char *label, const char *action)
{
  GtkWidget *check = gtk_check_button_new_with_label (label);

  gtk_actionable_set_action_name (GTK_ACTIONABLE (check), action);

  return check;
}

static void
algorithm_cb (DipInspector *self)
{
  const gboolean has_pectoral = self->recipe.has_pectoral;

  dip_mask_recipe_init (&self->recipe,
                        (DipMaskAlgorithm) gtk_drop_down_get_selected (self->algorithms));
  self->recipe.has_pectoral = has_pectoral;
  dip_inspector_measure (self);
}

static GtkWidget *
make_choices (DipInspector *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *opacity = gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL, 0, 1, 0.05);
  const char *names[DIP_N_MASK_ALGORITHMS + 1] = { NULL };

  for (guint i = 0; i < DIP_N_MASK_ALGORITHMS; i++)
    names[i] = dip_mask_algorithm_get_name ((DipMaskAlgorithm) i);
  self->algorithms = GTK_DROP_DOWN (gtk_drop_down_new_from_strings (names));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->algorithms),
                               _ ("How the breast masks are made"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->algorithms),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("How the breast masks are made"), -1);
  g_signal_connect_swapped (self->algorithms, "notify::selected",
                            G_CALLBACK (algorithm_cb), self);
  gtk_widget_set_tooltip_text (opacity, _ ("Opacity of the masks"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (opacity), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Opacity of the masks"), -1);
  g_object_bind_property (self->overlay, "opacity",
                          gtk_range_get_adjustment (GTK_RANGE (opacity)), "value",
                          G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
  gtk_box_append (GTK_BOX (box), make_check (_ ("Masks and landmarks"), "win.anatomy"));
  gtk_box_append (GTK_BOX (box), make_check (_ ("Hatched"), "figures.hatched"));
  gtk_box_append (GTK_BOX (box), opacity);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->algorithms));
  gtk_box_append (GTK_BOX (box), make_check (_ ("Pectoral muscle belongs to the mask"),
                                             "figures.pectoral"));

  return box;
}

static GtkWidget *
make_table (DipInspector *self)
{
  GtkWidget *grid = gtk_grid_new ();

  gtk_grid_set_row_spacing (GTK_GRID (grid), 4);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 12);
  self->values = g_new0 (GtkLabel *, dip_figures_get_count ());
  for (guint i = 0; i < dip_figures_get_count (); i++)
    {
      GtkWidget *title = gtk_label_new (_ (dip_figure_infos[i].title));
      GtkWidget *value = gtk_label_new ("–");

      gtk_label_set_xalign (GTK_LABEL (title), 0);
      gtk_label_set_wrap (GTK_LABEL (title), TRUE);
      gtk_widget_set_hexpand (title, TRUE);
      gtk_label_set_xalign (GTK_LABEL (value), 1);
      gtk_label_set_selectable (GTK_LABEL (value), TRUE);
      gtk_widget_add_css_class (value, "numeric");
      gtk_accessible_update_relation (
          GTK_ACCESSIBLE (value), GTK_ACCESSIBLE_RELATION_LABELLED_BY, title, NULL, -1);
      gtk_grid_attach (GTK_GRID (grid), title, 0, (int) i, 1, 1);
      gtk_grid_attach (GTK_GRID (grid), value, 1, (int) i, 1, 1);
      self->values[i] = GTK_LABEL (value);
    }

  return grid;
}

static GtkWidget *
make_menu_button (void)
{
  GtkWidget *button = gtk_menu_button_new ();
  g_autoptr (GMenu) menu = g_menu_new ();

  g_menu_append (menu, _ ("Copy as Text"), "figures.copy::text");
  g_menu_append (menu, _ ("Copy as CSV"), "figures.copy::csv");
  g_menu_append (menu, _ ("Copy as JSON"), "figures.copy::json");
  g_menu_append (menu, _ ("Copy Measures as CSV"), "figures.copy::measures");
  g_menu_append (menu, _ ("Export as CSV…"), "figures.export::csv");
  g_menu_append (menu, _ ("Export as JSON…"), "figures.export::json");
  g_menu_append (menu, _ ("Export Measures as CSV…"), "figures.export::measures");
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (button), G_MENU_MODEL (menu));
  gtk_menu_button_set_label (GTK_MENU_BUTTON (button), _ ("Copy or Export"));

  return button;
}

static void
fill (DipInspector *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *window = gtk_scrolled_window_new ();

  gtk_widget_set_margin_start (box, 12);
  gtk_widget_set_margin_end (box, 12);
  gtk_widget_set_margin_top (box, 12);
  gtk_widget_set_margin_bottom (box, 12);
  self->reason = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (self->reason, TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self->reason), "dim-label");
  gtk_widget_set_visible (GTK_WIDGET (self->reason), FALSE);
  gtk_box_append (GTK_BOX (box), make_choices (self));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->reason));
  gtk_box_append (GTK_BOX (box), make_table (self));
  gtk_box_append (GTK_BOX (box), make_menu_button ());
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (window), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (window), box);
  adw_bin_set_child (ADW_BIN (self), window);
}

static void
dip_inspector_dispose (GObject *object)
{
  DipInspector *self = DIP_INSPECTOR (object);

  g_clear_object (&self->shown);
  g_clear_object (&self->overlay);
  g_clear_object (&self->measures);
  g_clear_object (&self->actions);
  g_clear_pointer (&self->pair, dip_pair_free);
  g_clear_pointer (&self->values, g_free);
  g_clear_pointer (&self->mask_note, json_decref);

  G_OBJECT_CLASS (dip_inspector_parent_class)->dispose (object);
}

static void
dip_inspector_class_init (DipInspectorClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = dip_inspector_dispose;
  signals[MEASURED] = g_signal_new ("measured", DIP_TYPE_INSPECTOR, G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
dip_inspector_init (DipInspector *self)
{
  dip_mask_recipe_init (&self->recipe, DIP_MASK_BACKGROUND);
}

GtkWidget *
dip_inspector_new (DipShown *shown, DipAnatomyOverlay *overlay)
{
  DipInspector *self = g_object_new (DIP_TYPE_INSPECTOR, NULL);

  self->shown = g_object_ref (shown);
  self->overlay = g_object_ref (overlay);
  dip_inspector_add_actions (self);
  fill (self);
  g_signal_connect_object (shown, "changed", G_CALLBACK (dip_inspector_measure), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (overlay, "dragged", G_CALLBACK (dip_inspector_measure_dragged),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (overlay, "notify::needed", G_CALLBACK (dip_inspector_measure),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect (self, "map", G_CALLBACK (dip_inspector_measure), NULL);

  return GTK_WIDGET (self);
}

DipAnatomyOverlay *
dip_inspector_get_overlay (DipInspector *self)
{
  return self->overlay;
}

const DipMaskRecipe *
dip_inspector_get_recipe (DipInspector *self)
{
  return &self->recipe;
}

void
dip_inspector_set_recipe (DipInspector *self, const DipMaskRecipe *recipe)
{
  GAction *pectoral =
      g_action_map_lookup_action (G_ACTION_MAP (self->actions), "pectoral");

  if (dip_mask_recipe_equal (recipe, &self->recipe))
    return;

  g_signal_handlers_block_by_func (self->algorithms, algorithm_cb, self);
  gtk_drop_down_set_selected (self->algorithms, recipe->algorithm);
  g_signal_handlers_unblock_by_func (self->algorithms, algorithm_cb, self);
  g_simple_action_set_state (G_SIMPLE_ACTION (pectoral),
                             g_variant_new_boolean (recipe->has_pectoral));
  self->recipe = *recipe;
  dip_inspector_measure (self);
}

void
dip_inspector_set_mask_note (DipInspector *self, json_t *note)
{
  g_clear_pointer (&self->mask_note, json_decref);
  self->mask_note = note;
}

const DipPairFigures *
dip_inspector_get_figures (DipInspector *self)
{
  return self->has_figures ? &self->figures : NULL;
}

void
dip_inspector_set_measures (DipInspector *self, DipMeasures *measures)
{
  GtkWidget *reason = GTK_WIDGET (self->reason);

  g_return_if_fail (self->measures == NULL);

  self->measures = g_object_ref (measures);
  gtk_box_insert_child_after (GTK_BOX (gtk_widget_get_parent (reason)),
                              dip_measures_list_new (measures), reason);
}
