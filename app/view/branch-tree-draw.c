#include "app/view/branch-tree-private.h"

#include "app/view/timeline-private.h"

#define LINE 18.0   /* of a row's height, where its line is */
#define CORNER 6.0  /* radius where a lane parts */
#define LETTER 24.0 /* where A and B are */
#define SPACE 5.0   /* least between two steps that are drawn */

static DipLane *
get_lane (DipBranchTree *self, guint index)
{
  return &g_array_index (self->lanes, DipLane, index);
}

static double
x_of (DipBranchTree *self, const DipLane *lane, guint step)
{
  return dip_timeline_x_of (self->timeline, lane->places[MIN (step, lane->n_steps - 1)],
                            gtk_widget_get_width (GTK_WIDGET (self)));
}

double
dip_branch_tree_y_of (guint index)
{
  return index * DIP_BRANCH_ROW + LINE;
}

/* The lane's colour: the shown one and the other stand out, told apart by letters too. */
static void
set_colour (DipBranchTree *self, cairo_t *cr, guint index, double alpha)
{
  GtkStyleContext *context = gtk_widget_get_style_context (GTK_WIDGET (self));
  GdkRGBA colour;

  gtk_style_context_get_color (context, &colour);
  if ((int) index == self->shown)
    dip_timeline_get_curve_colour (self->timeline, 0, &colour);
  else if ((int) index == self->other)
    dip_timeline_get_curve_colour (self->timeline, 1, &colour);
  else
    alpha *= 0.6;
  cairo_set_source_rgba (cr, (double) colour.red, (double) colour.green,
                         (double) colour.blue, alpha);
}

static PangoLayout *
make_text (DipBranchTree *self, const char *text, gboolean is_bold)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  g_autoptr (PangoFontDescription) font =
      pango_font_description_copy (pango_context_get_font_description (
          gtk_widget_get_pango_context (GTK_WIDGET (self))));

  pango_font_description_set_absolute_size (font, 11.0 * PANGO_SCALE);
  if (is_bold)
    pango_font_description_set_weight (font, PANGO_WEIGHT_BOLD);
  pango_layout_set_font_description (layout, font);

  return layout;
}

static void
draw_text (DipBranchTree *self,
           cairo_t *cr,
           const char *text,
           double x,
           double y,
           gboolean is_bold)
{
  g_autoptr (PangoLayout) layout = make_text (self, text, is_bold);
  int height;

  pango_layout_get_pixel_size (layout, NULL, &height);
  cairo_move_to (cr, MAX (round (x), 4.0), round (y - height));
  pango_cairo_show_layout (cr, layout);
}

/* Above the lane where it begins; of one that begins near the end, left of where it
 * parts, which no line crosses.
 */
static void
draw_label (DipBranchTree *self, cairo_t *cr, guint index, double start)
{
  const DipLane *lane = get_lane (self, index);
  const double y = dip_branch_tree_y_of (index);
  const double end = gtk_widget_get_width (GTK_WIDGET (self)) - 8.0;
  const gboolean is_bold = (int) index == self->shown;
  g_autoptr (PangoLayout) layout = make_text (self, lane->label, is_bold);
  int width, height;

  pango_layout_get_pixel_size (layout, &width, &height);
  if (lane->parent < 0)
    draw_text (self, cr, lane->label, start - 4.0, y - 3.0, is_bold);
  else if (start + 4.0 + width <= end)
    draw_text (self, cr, lane->label, start + 4.0, y - 3.0, is_bold);
  else
    draw_text (self, cr, lane->label, start - CORNER - 6.0 - width, y + height / 2.0,
               is_bold);
}

/* Down from the parent's last shared step, and round the corner. */
static double
draw_parting (DipBranchTree *self, cairo_t *cr, guint index)
{
  const DipLane *lane = get_lane (self, index);
  const DipLane *parent = get_lane (self, (guint) lane->parent);
  const double x = x_of (self, parent, lane->n_shared - 1);
  const double y = dip_branch_tree_y_of (index),
               top = dip_branch_tree_y_of ((guint) lane->parent);

  cairo_new_path (cr);
  cairo_arc (cr, x, top, 4.0, 0, 2 * G_PI);
  cairo_fill (cr);
  cairo_move_to (cr, x, top);
  cairo_line_to (cr, x, y - CORNER);
  cairo_arc_negative (cr, x + CORNER, y - CORNER, CORNER, G_PI, G_PI / 2.0);
  cairo_stroke (cr);

  return x + CORNER;
}

static void
draw_line (cairo_t *cr, double from, double to, double y)
{
  if (to <= from)
    return;
  cairo_move_to (cr, from, y);
  cairo_line_to (cr, to, y);
  cairo_stroke (cr);
}

/* A point for each step of its own, where there is room. */
static void
draw_steps (DipBranchTree *self, cairo_t *cr, const DipLane *lane, double y)
{
  double last = -SPACE;

  for (guint i = lane->n_shared; i < lane->n_kept; i++)
    {
      const double x = x_of (self, lane, i);

      if (x - last < SPACE && i + 1 < lane->n_kept)
        continue;
      cairo_new_path (cr);
      cairo_arc (cr, x, y, i + 1 == lane->n_steps ? 4.0 : 2.0, 0, 2 * G_PI);
      cairo_fill (cr);
      last = x;
    }
}

static void
draw_lane (DipBranchTree *self, cairo_t *cr, guint index)
{
  const DipLane *lane = get_lane (self, index);
  const gboolean is_lit = (int) index == self->shown || (int) index == self->other;
  const double y = dip_branch_tree_y_of (index);
  double start = x_of (self, lane, 0);

  cairo_set_line_width (cr, is_lit ? 2.0 : 1.5);
  set_colour (self, cr, index, 1.0);
  if (lane->parent >= 0 && lane->n_shared > 0)
    start = draw_parting (self, cr, index);
  if (lane->n_kept > 0)
    draw_line (cr, start, x_of (self, lane, lane->n_kept - 1), y);
  draw_steps (self, cr, lane, y);
  set_colour (self, cr, index, 0.35);
  draw_line (cr, lane->n_kept > 0 ? x_of (self, lane, lane->n_kept - 1) : start,
             x_of (self, lane, lane->n_steps - 1), y);
  set_colour (self, cr, index, 1.0);
  draw_label (self, cr, index, start);
  if (is_lit && self->other >= 0)
    draw_text (self, cr, (int) index == self->shown ? "A" : "B", LETTER, y + 6.0, TRUE);
}

/* Where on its lane each of the two is. */
static void
draw_place (DipBranchTree *self, cairo_t *cr, int index, guint step)
{
  const DipLane *lane = index >= 0 ? get_lane (self, (guint) index) : NULL;
  double x, y;

  if (lane == NULL)
    return;
  /* What a branch shares lies on its parent's lane. */
  while (step < lane->n_shared && lane->parent >= 0)
    {
      index = lane->parent;
      lane = get_lane (self, (guint) index);
    }
  x = x_of (self, lane, step);
  y = dip_branch_tree_y_of ((guint) index);
  cairo_set_line_width (cr, 2.0);
  cairo_new_path (cr);
  cairo_arc (cr, x, y, 6.0, 0, 2 * G_PI);
  cairo_stroke (cr);
}

void
dip_branch_tree_draw (DipBranchTree *self, cairo_t *cr)
{
  for (guint i = 0; i < self->lanes->len; i++)
    draw_lane (self, cr, i);
  if (self->shown >= 0)
    set_colour (self, cr, (guint) self->shown, 1.0);
  draw_place (self, cr, self->shown, self->position);
  if (self->other >= 0)
    set_colour (self, cr, (guint) self->other, 1.0);
  draw_place (self, cr, self->other, self->other_position);
}
