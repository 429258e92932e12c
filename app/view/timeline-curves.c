#include "app/view/timeline-private.h"

static void
curve_free (gpointer data)
{
  DipCurve *curve = data;

  g_free (curve->id);
  g_free (curve->name);
  g_array_unref (curve->values);
  g_free (curve);
}

GPtrArray *
dip_timeline_make_curves (void)
{
  return g_ptr_array_new_with_free_func (curve_free);
}

static DipCurve *
find_curve (DipTimeline *self, const char *id)
{
  for (guint i = 0; i < self->curves->len; i++)
    {
      DipCurve *curve = self->curves->pdata[i];

      if (g_str_equal (curve->id, id))
        return curve;
    }

  return NULL;
}

/* A curve that is shown anew gets the axis; hidden, another one has it. */
static void
toggled_cb (DipTimeline *self, GtkToggleButton *toggle)
{
  DipCurve *shown = NULL, *toggled = NULL;

  for (guint i = 0; i < self->curves->len; i++)
    {
      DipCurve *curve = self->curves->pdata[i];

      if (curve->toggle == GTK_WIDGET (toggle))
        toggled = curve;
      if (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (curve->toggle)))
        shown = curve;
    }
  self->active = gtk_toggle_button_get_active (toggle) ? toggled : shown;
  gtk_widget_queue_draw (self->chart);
}

static void
draw_sample_cb (GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer data)
{
  GtkWidget *timeline = gtk_widget_get_ancestor (GTK_WIDGET (area), DIP_TYPE_TIMELINE);

  if (timeline != NULL)
    dip_timeline_draw_sample (DIP_TIMELINE (timeline), cr, GPOINTER_TO_UINT (data), width,
                              height);
}

/* A bit of the line, for the legend. */
static GtkWidget *
make_sample (DipTimeline *self, const DipCurve *curve)
{
  GtkWidget *area = gtk_drawing_area_new ();

  gtk_drawing_area_set_content_width (GTK_DRAWING_AREA (area), 22);
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (area), draw_sample_cb,
                                  GUINT_TO_POINTER (curve->style), NULL);

  return area;
}

/* Gives way where there is little room; the tooltip has it whole. */
static GtkWidget *
make_name (const char *name)
{
  GtkWidget *label = gtk_label_new (name);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_width_chars (GTK_LABEL (label), 3);

  return label;
}

static gboolean
has_style (DipTimeline *self, guint style)
{
  for (guint i = 0; i < self->curves->len; i++)
    if (((DipCurve *) self->curves->pdata[i])->style == style)
      return TRUE;

  return FALSE;
}

/* The first that no curve has: a curve that goes and comes back looks as it did. */
static guint
find_free_style (DipTimeline *self)
{
  guint style = 0;

  while (has_style (self, style))
    style++;

  return style;
}

static DipCurve *
add_curve (DipTimeline *self, const char *id, const char *name, const char *hint)
{
  DipCurve *curve = g_new0 (DipCurve, 1);
  g_autofree char *tooltip = g_strdup_printf ("%s\n%s", name, hint);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  curve->id = g_strdup (id);
  curve->name = g_strdup (name);
  curve->values = g_array_new (FALSE, FALSE, sizeof (double));
  curve->style = find_free_style (self);
  gtk_box_append (GTK_BOX (box), make_sample (self, curve));
  gtk_box_append (GTK_BOX (box), make_name (name));
  curve->toggle = gtk_toggle_button_new ();
  gtk_button_set_child (GTK_BUTTON (curve->toggle), box);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (curve->toggle), TRUE);
  gtk_widget_set_tooltip_text (curve->toggle, tooltip);
  gtk_widget_add_css_class (curve->toggle, "flat");
  gtk_widget_add_css_class (curve->toggle, "caption");
  gtk_box_append (GTK_BOX (self->legend), curve->toggle);
  g_signal_connect_swapped (curve->toggle, "toggled", G_CALLBACK (toggled_cb), self);
  g_ptr_array_add (self->curves, curve);
  if (self->active == NULL)
    self->active = curve;

  return curve;
}

void
dip_timeline_set_curve (DipTimeline *self,
                        const char *id,
                        const char *name,
                        const char *hint,
                        const double *values,
                        guint n_values)
{
  DipCurve *curve;

  g_return_if_fail (DIP_IS_TIMELINE (self));

  curve = find_curve (self, id);
  if (curve == NULL)
    curve = add_curve (self, id, name, hint);
  g_array_set_size (curve->values, 0);
  if (n_values > 0)
    g_array_append_vals (curve->values, values, n_values);
  gtk_widget_queue_draw (self->chart);
}

void
dip_timeline_remove_curve (DipTimeline *self, const char *id)
{
  DipCurve *curve;

  g_return_if_fail (DIP_IS_TIMELINE (self));

  curve = find_curve (self, id);
  if (curve == NULL)
    return;
  gtk_box_remove (GTK_BOX (self->legend), curve->toggle);
  if (self->active == curve)
    self->active = NULL;
  g_ptr_array_remove (self->curves, curve);
  if (self->active == NULL && self->curves->len > 0)
    self->active = self->curves->pdata[0];
  gtk_widget_queue_draw (self->chart);
}
