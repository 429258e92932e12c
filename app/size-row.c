#include "app/size-row.h"

#include <glib/gi18n.h>

#define MAX_SIDE 4096

struct _DipSizeRow
{
  AdwExpanderRow parent_instance;

  DipCheckpointFacts facts;
  GtkSpinButton *width;
  GtkSpinButton *height;
  gboolean is_loading;
};

enum
{
  CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DipSizeRow, dip_size_row, ADW_TYPE_EXPANDER_ROW)

static void
update_subtitle (DipSizeRow *self)
{
  guint width, height;
  g_autofree char *text = NULL;

  dip_size_row_get_size (self, &width, &height);
  if (width > 0)
    text = g_strdup_printf (_ ("%u × %u; trained at %u × %u"), width, height,
                            self->facts.width, self->facts.height);
  else if (self->facts.width > 0)
    text = g_strdup_printf (_ ("%u × %u, as trained"), self->facts.width,
                            self->facts.height);
  else
    text = g_strdup (_ ("The checkpoint does not say: switch on and choose"));
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (self), text);
}

static void
changed_cb (DipSizeRow *self)
{
  update_subtitle (self);
  if (!self->is_loading)
    g_signal_emit (self, signals[CHOSEN], 0);
}

static GtkSpinButton *
add_side (DipSizeRow *self, const char *title)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *spin = gtk_spin_button_new_with_range (1, MAX_SIDE, 1);

  gtk_spin_button_set_snap_to_ticks (GTK_SPIN_BUTTON (spin), TRUE);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (spin), 128);
  gtk_editable_set_width_chars (GTK_EDITABLE (spin), 5);
  gtk_widget_set_valign (spin, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (spin), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  title, -1);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), spin);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), spin);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (self), row);
  g_signal_connect_swapped (spin, "value-changed", G_CALLBACK (changed_cb), self);

  return GTK_SPIN_BUTTON (spin);
}

static void
dip_size_row_finalize (GObject *object)
{
  dip_checkpoint_facts_clear (&DIP_SIZE_ROW (object)->facts);

  G_OBJECT_CLASS (dip_size_row_parent_class)->finalize (object);
}

static void
dip_size_row_class_init (DipSizeRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = dip_size_row_finalize;

  signals[CHOSEN] = g_signal_new ("chosen", DIP_TYPE_SIZE_ROW, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
}

static void
dip_size_row_init (DipSizeRow *self)
{
  self->is_loading = TRUE;
  adw_expander_row_set_show_enable_switch (ADW_EXPANDER_ROW (self), TRUE);
  adw_expander_row_set_enable_expansion (ADW_EXPANDER_ROW (self), FALSE);
  self->width = add_side (self, _ ("Width"));
  self->height = add_side (self, _ ("Height"));
  g_signal_connect (self, "notify::enable-expansion", G_CALLBACK (changed_cb), NULL);
  self->is_loading = FALSE;
}

static void
set_side (GtkSpinButton *spin, guint multiple, guint value)
{
  gtk_spin_button_set_range (spin, multiple, MAX_SIDE);
  gtk_spin_button_set_increments (spin, multiple, 4.0 * multiple);
  gtk_spin_button_set_value (spin, MAX (value / multiple, 1) * multiple);
}

static gboolean
is_custom (DipSizeRow *self)
{
  return adw_expander_row_get_enable_expansion (ADW_EXPANDER_ROW (self));
}

void
dip_size_row_set_facts (DipSizeRow *self, const DipCheckpointFacts *facts)
{
  guint multiple = MAX (facts->multiple, 1);
  guint width = gtk_spin_button_get_value_as_int (self->width);
  guint height = gtk_spin_button_get_value_as_int (self->height);

  self->facts.width = facts->width;
  self->facts.height = facts->height;
  self->facts.multiple = multiple;
  self->is_loading = TRUE;
  set_side (self->width, multiple,
            is_custom (self) || facts->width == 0 ? width : facts->width);
  set_side (self->height, multiple,
            is_custom (self) || facts->height == 0 ? height : facts->height);
  self->is_loading = FALSE;
  update_subtitle (self);
}

void
dip_size_row_set_size (DipSizeRow *self, guint width, guint height)
{
  gboolean is_own = width == 0 || height == 0 ||
                    (width == self->facts.width && height == self->facts.height);

  self->is_loading = TRUE;
  adw_expander_row_set_enable_expansion (ADW_EXPANDER_ROW (self), !is_own);
  if (!is_own)
    {
      gtk_spin_button_set_value (self->width, width);
      gtk_spin_button_set_value (self->height, height);
    }
  self->is_loading = FALSE;
  update_subtitle (self);
}

void
dip_size_row_get_size (DipSizeRow *self, guint *width, guint *height)
{
  gboolean is_own = !is_custom (self) || self->width == NULL || self->height == NULL;

  *width = is_own ? 0 : gtk_spin_button_get_value_as_int (self->width);
  *height = is_own ? 0 : gtk_spin_button_get_value_as_int (self->height);
  if (*width == self->facts.width && *height == self->facts.height)
    *width = *height = 0;
}
