#include "app/view/histogram.h"

#include <glib/gi18n.h>
#include <math.h>

#define N_BINS 128
#define MARGIN 8.0
#define REACH 10.0 /* logical pixels from an end of the ramp at which it is taken */
#define AIR 0.02
#define KEY_STEP 0.02

typedef enum
{
  PART_LOW,
  PART_HIGH,
  PART_WINDOW,
} Part;

struct _DipHistogram
{
  GtkWidget parent_instance;

  DipLevels *levels;
  gsize counts[N_BINS];
  gsize greatest; /* count of a bin that is not air */
  Part dragged;
  double start_centre, start_width;
};

G_DEFINE_FINAL_TYPE (DipHistogram, dip_histogram, GTK_TYPE_WIDGET)

static double
x_of (DipHistogram *self, double value)
{
  const double width = gtk_widget_get_width (GTK_WIDGET (self)) - 2.0 * MARGIN;

  return MARGIN + value * width;
}

static void
get_window (DipHistogram *self, double *low, double *high)
{
  const double centre = dip_levels_get_centre (self->levels);
  const double half = dip_levels_get_width (self->levels) / 2.0;

  *low = centre - half;
  *high = centre + half;
}

static void
draw_bars (DipHistogram *self, cairo_t *cr, double height)
{
  const double bottom = height - MARGIN;

  for (guint i = 0; i < N_BINS; i++)
    {
      const double share = sqrt ((double) self->counts[i] / MAX (self->greatest, 1));
      const double x = x_of (self, (double) i / N_BINS);

      cairo_rectangle (cr, x, bottom - MIN (share, 1.0) * (bottom - MARGIN),
                       x_of (self, (i + 1.0) / N_BINS) - x,
                       MIN (share, 1.0) * (bottom - MARGIN));
    }
  cairo_set_source_rgb (cr, 0.45, 0.50, 0.55);
  cairo_fill (cr);
}

/* From black to white, or back, and the handles at its ends. */
static void
draw_ramp (DipHistogram *self, cairo_t *cr, double height)
{
  const gboolean is_inverted = dip_levels_get_invert (self->levels);
  const double top = MARGIN, bottom = height - MARGIN;
  double low, high;

  get_window (self, &low, &high);
  cairo_move_to (cr, MARGIN, is_inverted ? top : bottom);
  cairo_line_to (cr, x_of (self, low), is_inverted ? top : bottom);
  cairo_line_to (cr, x_of (self, high), is_inverted ? bottom : top);
  cairo_line_to (cr, x_of (self, 1.0), is_inverted ? bottom : top);
  cairo_set_source_rgb (cr, 1.0, 0.76, 0.28);
  cairo_set_line_width (cr, 2.0);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_stroke (cr);
  cairo_arc (cr, x_of (self, low), is_inverted ? top : bottom, 4.5, 0, 2 * G_PI);
  cairo_fill (cr);
  cairo_arc (cr, x_of (self, high), is_inverted ? bottom : top, 4.5, 0, 2 * G_PI);
  cairo_fill (cr);
}

static void
dip_histogram_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  DipHistogram *self = DIP_HISTOGRAM (widget);
  const int width = gtk_widget_get_width (widget);
  const int height = gtk_widget_get_height (widget);
  const graphene_rect_t bounds = GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height);
  cairo_t *cr;

  gtk_snapshot_append_color (snapshot, &(GdkRGBA){ 0.06f, 0.06f, 0.06f, 1 }, &bounds);
  cr = gtk_snapshot_append_cairo (snapshot, &bounds);
  cairo_rectangle (cr, 0, 0, width, height);
  cairo_clip (cr);
  draw_bars (self, cr, height);
  draw_ramp (self, cr, height);
  cairo_destroy (cr);
}

static void
dip_histogram_measure (GtkWidget *widget,
                       GtkOrientation orientation,
                       int for_size,
                       int *minimum,
                       int *natural,
                       int *minimum_baseline,
                       int *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 120 : 72;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 260 : 110;
}

static void
changed_cb (DipHistogram *self)
{
  g_autofree char *text =
      g_strdup_printf (_ ("W %.2f  L %.2f"), dip_levels_get_width (self->levels),
                       dip_levels_get_centre (self->levels));

  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_VALUE_MIN, 0.0,
      GTK_ACCESSIBLE_PROPERTY_VALUE_MAX, 1.0, GTK_ACCESSIBLE_PROPERTY_VALUE_NOW,
      dip_levels_get_centre (self->levels), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, text, -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
drag_begin_cb (DipHistogram *self, double x, double y)
{
  double low, high;

  get_window (self, &low, &high);
  self->start_centre = dip_levels_get_centre (self->levels);
  self->start_width = dip_levels_get_width (self->levels);
  self->dragged = PART_WINDOW;
  if (fabs (x - x_of (self, low)) < REACH)
    self->dragged = PART_LOW;
  if (fabs (x - x_of (self, high)) < REACH &&
      (self->dragged != PART_LOW || x > x_of (self, self->start_centre)))
    self->dragged = PART_HIGH;
  gtk_widget_grab_focus (GTK_WIDGET (self));
}

/* An end that is dragged leaves the other where it is. */
static void
drag_update_cb (DipHistogram *self, double dx, double dy)
{
  const double width = MAX (x_of (self, 1.0) - x_of (self, 0.0), 1.0);
  double by = dx / width;

  if (self->dragged == PART_LOW)
    by = MIN (by, self->start_width - DIP_LEVELS_MIN_WIDTH);
  if (self->dragged == PART_HIGH)
    by = MAX (by, DIP_LEVELS_MIN_WIDTH - self->start_width);
  if (self->dragged == PART_WINDOW)
    dip_levels_set_window (self->levels, self->start_centre + by, self->start_width);
  else
    dip_levels_set_window (self->levels, self->start_centre + by / 2.0,
                           self->start_width + (self->dragged == PART_LOW ? -by : by));
}

static gboolean
key_cb (DipHistogram *self, guint key, guint code, GdkModifierType state)
{
  const double centre = dip_levels_get_centre (self->levels);
  const double width = dip_levels_get_width (self->levels);

  if (state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SHIFT_MASK))
    return FALSE;
  if (key == GDK_KEY_Left || key == GDK_KEY_Right)
    dip_levels_set_window (self->levels,
                           centre + (key == GDK_KEY_Left ? -KEY_STEP : KEY_STEP), width);
  else if (key == GDK_KEY_Up || key == GDK_KEY_Down)
    dip_levels_set_window (self->levels, centre,
                           width + (key == GDK_KEY_Down ? -KEY_STEP : KEY_STEP));
  else
    return FALSE;

  return TRUE;
}

static void
dip_histogram_dispose (GObject *object)
{
  DipHistogram *self = DIP_HISTOGRAM (object);

  if (self->levels != NULL)
    g_signal_handlers_disconnect_by_data (self->levels, self);
  g_clear_object (&self->levels);

  G_OBJECT_CLASS (dip_histogram_parent_class)->dispose (object);
}

static void
dip_histogram_class_init (DipHistogramClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = dip_histogram_dispose;
  widget_class->snapshot = dip_histogram_snapshot;
  widget_class->measure = dip_histogram_measure;
  gtk_widget_class_set_css_name (widget_class, "histogram");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_SLIDER);
}

static void
dip_histogram_init (DipHistogram *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Window and level, histogram"), -1);
  g_signal_connect_swapped (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (drag_update_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

GtkWidget *
dip_histogram_new (DipLevels *levels)
{
  DipHistogram *self = g_object_new (DIP_TYPE_HISTOGRAM, NULL);

  self->levels = g_object_ref (levels);
  g_signal_connect_swapped (levels, "changed", G_CALLBACK (changed_cb), self);
  changed_cb (self);

  return GTK_WIDGET (self);
}

static void
count (DipHistogram *self, const DipPicture *picture)
{
  for (gsize i = 0; i < (gsize) picture->width * picture->height; i++)
    {
      const float value = picture->values[i];
      const float inside = value > 0.0f ? MIN (value, 1.0f) : 0.0f; /* NaN too */

      self->counts[MIN ((guint) (inside * N_BINS), N_BINS - 1)]++;
    }
}

void
dip_histogram_set_pictures (DipHistogram *self,
                            const DipPicture *const *pictures,
                            guint n_pictures)
{
  g_return_if_fail (DIP_IS_HISTOGRAM (self));

  memset (self->counts, 0, sizeof self->counts);
  for (guint i = 0; i < n_pictures; i++)
    if (pictures[i] != NULL)
      count (self, pictures[i]);

  self->greatest = 0;
  for (guint i = (guint) ceil (AIR * N_BINS); i < N_BINS; i++)
    self->greatest = MAX (self->greatest, self->counts[i]);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
