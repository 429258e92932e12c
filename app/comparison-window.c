#include "app/comparison-window.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <math.h>

#include "app/thumbnail.h"

struct _DipComparisonWindow
{
  AdwWindow parent_instance;

  DipWindow *window; /* weak */
  DipComparisonRun *run;
  GtkGrid *grid;
  GtkWidget *progress;
  GtkWidget *export_button;
};

G_DEFINE_FINAL_TYPE (DipComparisonWindow, dip_comparison_window, ADW_TYPE_WINDOW)

/* Columns of the grid: seeds, the reference, the settings. */
static int
grid_column (int column)
{
  return column + 2;
}

GtkWidget *
dip_comparison_window_get_cell (DipComparisonWindow *self, guint row, int column)
{
  return gtk_grid_get_child_at (self->grid, grid_column (column), (int) row + 1);
}

/* Cells ------------------------------------------------------------------------------ */

static void
cell_clicked_cb (GtkButton *button, DipComparisonWindow *self)
{
  const guint row = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "row"));
  const int column = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (button), "column"));
  DipTake *take = dip_comparison_run_get_take (self->run, row, column);

  if (take == NULL || self->window == NULL)
    return;
  dip_window_show_take (self->window, take);
  gtk_window_present (GTK_WINDOW (self->window));
}

/* "ddim, 20 steps": a label's two lines as one. */
static char *
flatten (const char *label)
{
  g_auto (GStrv) lines = g_strsplit (label, "\n", -1);

  return g_strjoinv (", ", lines);
}

static void
fill_cell (DipComparisonWindow *self, guint row, int column)
{
  GtkWidget *button = dip_comparison_window_get_cell (self, row, column);
  DipTake *take = dip_comparison_run_get_take (self->run, row, column);
  const double rmse =
      column >= 0 ? dip_comparison_run_get_rmse (self->run, row, column) : NAN;
  g_autofree char *label = flatten (dip_comparison_run_get_label (self->run, column));
  g_autofree char *spoken = NULL;
  g_autofree char *caption = NULL;

  if (take == NULL || button == NULL)
    return;
  spoken = g_strdup_printf (_ ("Seed %" PRId64 ", %s"), dip_take_get_seed (take), label);
  if (!isnan (rmse))
    caption = g_strdup_printf ("RMSE %.2f", rmse);
  dip_thumbnail_show_take (GTK_PICTURE (g_object_get_data (G_OBJECT (button), "picture")),
                           take);
  gtk_label_set_text (GTK_LABEL (g_object_get_data (G_OBJECT (button), "caption")),
                      caption != NULL ? caption : "");
  gtk_widget_set_sensitive (button, TRUE);
  gtk_widget_set_tooltip_text (button, spoken);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  spoken, -1);
}

static void
add_cell (DipComparisonWindow *self, guint row, int column)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *picture = gtk_picture_new ();
  GtkWidget *caption = gtk_label_new (NULL);

  gtk_widget_set_size_request (picture, 2 * DIP_THUMBNAIL_SIDE, DIP_THUMBNAIL_SIDE);
  gtk_widget_add_css_class (caption, "caption");
  gtk_widget_add_css_class (caption, "numeric");
  gtk_box_append (GTK_BOX (box), picture);
  gtk_box_append (GTK_BOX (box), caption);
  gtk_button_set_child (GTK_BUTTON (button), box);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "dip-cell");
  gtk_widget_set_sensitive (button, FALSE);
  g_object_set_data (G_OBJECT (button), "row", GUINT_TO_POINTER (row));
  g_object_set_data (G_OBJECT (button), "column", GINT_TO_POINTER (column));
  g_object_set_data (G_OBJECT (button), "picture", picture);
  g_object_set_data (G_OBJECT (button), "caption", caption);
  g_signal_connect_object (button, "clicked", G_CALLBACK (cell_clicked_cb), self, 0);
  gtk_grid_attach (self->grid, button, grid_column (column), (int) row + 1, 1, 1);
}

static void
add_label (DipComparisonWindow *self, const char *text, int column, int row)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_CENTER);
  gtk_widget_add_css_class (label, row == 0 ? "caption-heading" : "caption");
  gtk_grid_attach (self->grid, label, column, row, 1, 1);
}

static void
fill_grid (DipComparisonWindow *self, guint64 first_seed)
{
  const int first = dip_comparison_run_get_label (self->run, -1) != NULL ? -1 : 0;
  const int n_columns = (int) dip_comparison_run_get_n_columns (self->run);

  for (int column = first; column < n_columns; column++)
    add_label (self, dip_comparison_run_get_label (self->run, column),
               grid_column (column), 0);
  for (guint row = 0; row < dip_comparison_run_get_n_rows (self->run); row++)
    {
      g_autofree char *seed = g_strdup_printf ("%" G_GUINT64_FORMAT, first_seed + row);

      add_label (self, seed, 0, (int) row + 1);
      for (int column = first; column < n_columns; column++)
        {
          add_cell (self, row, column);
          fill_cell (self, row, column);
        }
    }
}

/* Progress and files ------------------------------------------------------------------- */

static void
update_progress (DipComparisonWindow *self)
{
  guint n_made, n_pairs;
  g_autofree char *text = NULL;

  dip_comparison_run_get_progress (self->run, &n_made, &n_pairs);
  text = dip_comparison_run_is_over (self->run) && n_made < n_pairs
             ? g_strdup_printf (_ ("Stopped after %u of %u pairs"), n_made, n_pairs)
             : g_strdup_printf (_ ("%u of %u pairs"), n_made, n_pairs);
  gtk_progress_bar_set_text (GTK_PROGRESS_BAR (self->progress), text);
  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->progress),
                                 (double) n_made / MAX (n_pairs, 1));
  gtk_widget_set_sensitive (self->export_button, n_made > 0);
}

static void
made_cb (DipComparisonWindow *self, guint row, int column)
{
  const int n_columns = (int) dip_comparison_run_get_n_columns (self->run);

  fill_cell (self, row, column);
  /* What was there before its reference has a distance now. */
  for (int other = 0; column < 0 && other < n_columns; other++)
    fill_cell (self, row, other);
  update_progress (self);
}

static void
folder_chosen_cb (GtkNativeDialog *dialog, int response, DipComparisonWindow *self)
{
  g_autoptr (GFile) file = NULL;
  g_autoptr (GError) error = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  if (file != NULL && self->window != NULL)
    {
      if (dip_comparison_run_export (self->run, g_file_peek_path (file), &error))
        dip_window_toast (self->window, _ ("The comparison is written"));
      else
        dip_window_tell (self->window, GTK_MESSAGE_ERROR, error->message, NULL, NULL);
    }
  g_object_unref (dialog);
}

static void
export_cb (DipComparisonWindow *self)
{
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (
      _ ("Folder for the Grid, the Curves and the Figures"), GTK_WINDOW (self),
      GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, _ ("_Export"), NULL);

  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (folder_chosen_cb), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

/* The object -------------------------------------------------------------------------- */

static void
dip_comparison_window_dispose (GObject *object)
{
  DipComparisonWindow *self = DIP_COMPARISON_WINDOW (object);

  if (self->run != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->run, self);
      dip_comparison_run_stop (self->run);
    }
  g_clear_object (&self->run);
  g_clear_weak_pointer (&self->window);

  G_OBJECT_CLASS (dip_comparison_window_parent_class)->dispose (object);
}

static void
dip_comparison_window_class_init (DipComparisonWindowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = dip_comparison_window_dispose;
}

static void
dip_comparison_window_init (DipComparisonWindow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *header = adw_header_bar_new ();
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkWidget *grid = gtk_grid_new ();

  self->grid = GTK_GRID (grid);
  gtk_grid_set_row_spacing (self->grid, 4);
  gtk_grid_set_column_spacing (self->grid, 4);
  gtk_widget_set_margin_start (grid, 12);
  gtk_widget_set_margin_end (grid, 12);
  gtk_widget_set_margin_top (grid, 12);
  gtk_widget_set_margin_bottom (grid, 12);
  gtk_widget_set_halign (grid, GTK_ALIGN_CENTER);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), grid);
  gtk_widget_set_vexpand (scrolled, TRUE);
  self->progress = gtk_progress_bar_new ();
  gtk_progress_bar_set_show_text (GTK_PROGRESS_BAR (self->progress), TRUE);
  gtk_widget_set_margin_start (self->progress, 12);
  gtk_widget_set_margin_end (self->progress, 12);
  gtk_widget_set_margin_bottom (self->progress, 8);
  self->export_button = gtk_button_new_with_mnemonic (_ ("_Export…"));
  g_signal_connect_swapped (self->export_button, "clicked", G_CALLBACK (export_cb), self);
  adw_header_bar_pack_start (ADW_HEADER_BAR (header), self->export_button);
  gtk_box_append (GTK_BOX (box), header);
  gtk_box_append (GTK_BOX (box), scrolled);
  gtk_box_append (GTK_BOX (box), self->progress);
  adw_window_set_content (ADW_WINDOW (self), box);
  gtk_window_set_title (GTK_WINDOW (self), _ ("Comparison"));
  gtk_window_set_default_size (GTK_WINDOW (self), 1000, 640);
}

GtkWidget *
dip_comparison_window_new (DipWindow *window, DipComparisonRun *run)
{
  DipComparisonWindow *self = g_object_new (DIP_TYPE_COMPARISON_WINDOW, NULL);

  g_set_weak_pointer (&self->window, window);
  self->run = g_object_ref (run);
  gtk_window_set_transient_for (GTK_WINDOW (self), GTK_WINDOW (window));
  gtk_window_set_destroy_with_parent (GTK_WINDOW (self), TRUE);
  fill_grid (self, dip_comparison_run_get_first_seed (run));
  g_signal_connect_swapped (run, "made", G_CALLBACK (made_cb), self);
  g_signal_connect_swapped (run, "over", G_CALLBACK (update_progress), self);
  update_progress (self);

  return GTK_WIDGET (self);
}
