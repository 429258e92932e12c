#include "app/inspector.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "model/storage/json.h"
#include "model/storage/save.h"

struct _DipInspector
{
  AdwBin parent_instance;

  DipShown *shown;
  DipAnatomyOverlay *overlay;
  GSimpleActionGroup *actions;
  GtkDropDown *algorithms;
  GtkLabel **values; /* (dip_figures_get_count ()) */
  GtkLabel *reason;

  DipPair *pair; /* the one that the figures are of */
  DipThird third;
  double spacing_mm;
  DipPairFigures figures;
  gboolean has_figures;
  gboolean is_measuring;
  gboolean is_stale; /* something newer waits */
};

enum
{
  MEASURED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DipInspector, dip_inspector, ADW_TYPE_BIN)

/* Measuring ------------------------------------------------------------------------- */

typedef struct
{
  DipPair *pair;
  DipThird third;
  double spacing_mm;
  DipMaskRecipe recipe;

  DipFoundView *cc, *mlo;
  DipPairFigures figures;
} Job;

static void
job_free (gpointer data)
{
  Job *self = data;

  dip_pair_free (self->pair);
  dip_found_view_free (self->cc);
  dip_found_view_free (self->mlo);
  g_free (self);
}

static DipPicture *
copy_or_null (const DipPicture *picture)
{
  return picture != NULL ? dip_picture_copy (picture) : NULL;
}

static DipPair *
copy_pair (const DipPair *pair)
{
  DipPair *copy = g_new0 (DipPair, 1);

  copy->cc = dip_picture_copy (pair->cc);
  copy->mlo = copy_or_null (pair->mlo);
  copy->third = copy_or_null (pair->third);

  return copy;
}

/* Worker's thread. */
static void
run_job (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;

  job->cc = dip_found_view_new (job->pair->cc, DIP_VIEW_POSITION_CC, &job->recipe,
                                DIP_FLIP_NEVER);
  if (job->pair->mlo != NULL)
    job->mlo = dip_found_view_new (job->pair->mlo, DIP_VIEW_POSITION_MLO, &job->recipe,
                                   DIP_FLIP_NEVER);
  dip_pair_figures_compute (&job->figures, job->cc, job->mlo, job->pair->third,
                            job->third, job->spacing_mm, DIP_FIGURES_ALL);
  g_task_return_boolean (task, TRUE);
}

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

static void
show_figures (DipInspector *self)
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

static void measure (DipInspector *self);

static void
measured_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  DipInspector *self = DIP_INSPECTOR (source);
  Job *job = g_task_get_task_data (G_TASK (result));

  self->is_measuring = FALSE;
  if (self->shown == NULL || dip_anatomy_overlay_is_dragging (self->overlay))
    return;

  g_clear_pointer (&self->pair, dip_pair_free);
  self->pair = g_steal_pointer (&job->pair);
  self->third = job->third;
  self->spacing_mm = job->spacing_mm;
  self->figures = job->figures;
  self->has_figures = TRUE;
  dip_anatomy_overlay_take_views (self->overlay, g_steal_pointer (&job->cc),
                                  g_steal_pointer (&job->mlo), job->spacing_mm);
  show_figures (self);
  if (self->is_stale)
    measure (self);
}

static gboolean
get_switch (DipInspector *self, const char *name)
{
  g_autoptr (GVariant) state =
      g_action_group_get_action_state (G_ACTION_GROUP (self->actions), name);

  return g_variant_get_boolean (state);
}

static void
forget (DipInspector *self)
{
  self->has_figures = FALSE;
  dip_anatomy_overlay_take_views (self->overlay, NULL, NULL, 0.0);
  show_figures (self);
}

static gboolean
is_wanted (DipInspector *self)
{
  gboolean is_visible;

  g_object_get (self->overlay, "visible", &is_visible, NULL);

  return is_visible || gtk_widget_get_mapped (GTK_WIDGET (self));
}

static void
measure (DipInspector *self)
{
  const DipPair *pair = dip_shown_get_pair (self->shown);
  DipTake *take = dip_shown_get_take (self->shown);
  g_autoptr (GTask) task = NULL;
  Job *job;

  self->is_stale = self->is_measuring;
  if (self->is_measuring || !is_wanted (self))
    return;
  if (pair == NULL || take == NULL)
    {
      forget (self);
      return;
    }

  job = g_new0 (Job, 1);
  job->pair = copy_pair (pair);
  job->third = dip_take_get_third (take);
  job->spacing_mm = dip_take_get_pixel_spacing_mm (take);
  dip_mask_recipe_init (&job->recipe,
                        (DipMaskAlgorithm) gtk_drop_down_get_selected (self->algorithms));
  job->recipe.has_pectoral = get_switch (self, "pectoral");
  self->is_measuring = TRUE;
  task = g_task_new (self, NULL, measured_cb, NULL);
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, run_job);
}

/* A landmark was let go. */
static void
dragged_cb (DipInspector *self)
{
  const DipFoundView *cc =
      dip_anatomy_overlay_get_view (self->overlay, DIP_VIEW_POSITION_CC);

  if (cc == NULL || self->pair == NULL)
    return;

  dip_pair_figures_compute (
      &self->figures, cc,
      dip_anatomy_overlay_get_view (self->overlay, DIP_VIEW_POSITION_MLO),
      self->pair->third, self->third, self->spacing_mm, DIP_FIGURES_ALL);
  show_figures (self);
}

/* Reports --------------------------------------------------------------------------- */

static void
append_csv (GString *text, const DipPairFigures *figures)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  for (guint i = 0; i < dip_figures_get_count (); i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "," : "", dip_figure_infos[i].key);
  g_string_append_c (text, '\n');
  for (guint i = 0; i < dip_figures_get_count (); i++)
    {
      const double value = dip_pair_figures_get (figures, i);

      g_string_append (text, i > 0 ? "," : "");
      if (!isnan (value))
        g_string_append (text, g_ascii_formatd (digits, sizeof digits, "%.9g", value));
    }
  g_string_append_c (text, '\n');
}

static void
append_json (DipInspector *self, GString *text)
{
  const DipFoundView *cc =
      dip_anatomy_overlay_get_view (self->overlay, DIP_VIEW_POSITION_CC);
  const DipFoundView *mlo =
      dip_anatomy_overlay_get_view (self->overlay, DIP_VIEW_POSITION_MLO);
  json_t *object = dip_pair_figures_to_json (&self->figures);
  g_autofree char *line = NULL;

  dip_json_set_take (object, "mask", dip_mask_recipe_to_json (&cc->breast->recipe));
  dip_json_set_take (object, "cc", dip_landmarks_to_json (&cc->breast->landmarks));
  if (mlo != NULL)
    dip_json_set_take (object, "mlo", dip_landmarks_to_json (&mlo->breast->landmarks));
  line = dip_json_dump_line (object);
  json_decref (object);
  g_string_append_printf (text, "%s\n", line);
}

char *
dip_inspector_make_report (DipInspector *self, const char *format)
{
  GString *text;

  if (!self->has_figures)
    return NULL;

  text = g_string_new (NULL);
  if (g_str_equal (format, "csv"))
    append_csv (text, &self->figures);
  else if (g_str_equal (format, "json"))
    append_json (self, text);
  else
    for (guint i = 0; i < dip_figures_get_count (); i++)
      g_string_append_printf (text, "%s\t%s\n", _ (dip_figure_infos[i].title),
                              gtk_label_get_text (self->values[i]));

  return g_string_free (text, FALSE);
}

const DipPairFigures *
dip_inspector_get_figures (DipInspector *self)
{
  return self->has_figures ? &self->figures : NULL;
}

/* Actions --------------------------------------------------------------------------- */

static void
copy_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  DipInspector *self = user_data;
  g_autofree char *text =
      dip_inspector_make_report (self, g_variant_get_string (parameter, NULL));

  if (text != NULL)
    gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
}

static void
save_report (DipInspector *self, const char *path, const char *format)
{
  g_autofree char *text = dip_inspector_make_report (self, format);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  if (text == NULL || path == NULL)
    return;

  bytes = g_bytes_new (text, strlen (text));
  if (!dip_save_bytes (path, bytes, &error))
    {
      gtk_label_set_text (self->reason, error->message);
      gtk_widget_set_visible (GTK_WIDGET (self->reason), TRUE);
    }
}

static void
export_response_cb (GtkNativeDialog *dialog, int response, gpointer user_data)
{
  DipInspector *self = user_data;
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    save_report (self, path, g_object_get_data (G_OBJECT (dialog), "format"));
  g_object_unref (dialog);
}

static void
export_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  DipInspector *self = user_data;
  const char *format = g_variant_get_string (parameter, NULL);
  g_autofree char *name = g_strconcat ("figures.", format, NULL);
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (
      _ ("Export Figures"), window, GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Export"), NULL);

  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
  g_object_set_data_full (G_OBJECT (dialog), "format", g_strdup (format), g_free);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (export_response_cb), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static void
pectoral_cb (GSimpleAction *action, GVariant *state, gpointer user_data)
{
  g_simple_action_set_state (action, state);
  measure (user_data);
}

static void
add_actions (DipInspector *self)
{
  static const GActionEntry entries[] = { { "copy", copy_cb, "s" },
                                          { "export", export_cb, "s" },
                                          { "pectoral", NULL, NULL, "true",
                                            pectoral_cb } };
  g_autoptr (GPropertyAction) hatched =
      g_property_action_new ("hatched", self->overlay, "hatched");

  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries,
                                   G_N_ELEMENTS (entries), self);
  g_action_map_add_action (G_ACTION_MAP (self->actions), G_ACTION (hatched));
  gtk_widget_insert_action_group (GTK_WIDGET (self), "figures",
                                  G_ACTION_GROUP (self->actions));
}

/* The page -------------------------------------------------------------------------- */

static GtkWidget *
make_check (const char *label, const char *action)
{
  GtkWidget *check = gtk_check_button_new_with_label (label);

  gtk_actionable_set_action_name (GTK_ACTIONABLE (check), action);

  return check;
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
  g_signal_connect_swapped (self->algorithms, "notify::selected", G_CALLBACK (measure),
                            self);
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
  g_menu_append (menu, _ ("Export as CSV…"), "figures.export::csv");
  g_menu_append (menu, _ ("Export as JSON…"), "figures.export::json");
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
  g_clear_object (&self->actions);
  g_clear_pointer (&self->pair, dip_pair_free);
  g_clear_pointer (&self->values, g_free);

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
}

GtkWidget *
dip_inspector_new (DipShown *shown, DipAnatomyOverlay *overlay)
{
  DipInspector *self = g_object_new (DIP_TYPE_INSPECTOR, NULL);

  self->shown = g_object_ref (shown);
  self->overlay = g_object_ref (overlay);
  add_actions (self);
  fill (self);
  g_signal_connect_object (shown, "changed", G_CALLBACK (measure), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (overlay, "dragged", G_CALLBACK (dragged_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (overlay, "notify::visible", G_CALLBACK (measure), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect (self, "map", G_CALLBACK (measure), NULL);

  return GTK_WIDGET (self);
}

DipAnatomyOverlay *
dip_inspector_get_overlay (DipInspector *self)
{
  return self->overlay;
}
