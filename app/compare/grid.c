#include "app/compare/grid.h"

#include "app/compare/paper.h"
#include "model/pair/resize.h"

#include <string.h>

#define MARGIN 20
#define GAP 14      /* between cells */
#define HEAD_GAP 36 /* behind the columns that are set apart */
#define VIEW_GAP 2
#define LABEL_GAP 10 /* between a label and what it stands beside */
#define TITLE_SIZE 17.0
#define LABEL_SIZE 13.0
#define SMALL_SIZE 11.5
#define N_VIEWS 3

static const char *const view_names[N_VIEWS] = { "CC", "MLO", "third" };

/* Where everything lies, in pixels. */
typedef struct
{
  guint views[N_VIEWS]; /* those that are shown */
  guint n_views;
  int cell_width;
  int caption_height;
  int label_width; /* of the rows' */
  int title_height;
  int head_height; /* of the columns' labels, without the names of the views */
  int name_height; /* of those */
  int footer_height;
  int mark_width, mark_height;
  guint width, height;
} Layout;

static gboolean
has_view (const DipGrid *self, guint view)
{
  for (guint i = 0; i < self->n_rows * self->n_columns; i++)
    {
      const DipPair *pair = self->cells[i].pair;

      if (pair != NULL && pair->mlo == NULL)
        return view == 0;
    }

  return (self->views >> view & 1) != 0;
}

/* A label's first line is bold and the rest small. */
static int
write_label (cairo_t *cr, const char *label, int x, int y, int width, gboolean is_drawn)
{
  g_auto (GStrv) lines = g_strsplit (label, "\n", 2);
  int height = 0;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autoptr (PangoLayout) text = dip_paper_make_text (
          cr, lines[i], i == 0 ? LABEL_SIZE : SMALL_SIZE,
          i == 0 ? DIP_TYPE_BOLD : DIP_TYPE_PLAIN, width, PANGO_ALIGN_CENTER);
      int ignored, line_height;

      dip_paper_measure (text, &ignored, &line_height);
      if (is_drawn)
        {
          cairo_move_to (cr, x, y + height);
          pango_cairo_show_layout (cr, text);
        }
      height += line_height;
    }

  return height;
}

static int
find_text_height (cairo_t *cr, const char *text, double size, int width)
{
  g_autoptr (PangoLayout) layout =
      dip_paper_make_text (cr, text, size, DIP_TYPE_PLAIN, width, PANGO_ALIGN_LEFT);
  int ignored, height;

  dip_paper_measure (layout, &ignored, &height);

  return height;
}

static int
find_text_width (cairo_t *cr, const char *text, double size, DipTypeface typeface)
{
  g_autoptr (PangoLayout) layout =
      dip_paper_make_text (cr, text, size, typeface, 0, PANGO_ALIGN_LEFT);
  int width, ignored;

  dip_paper_measure (layout, &width, &ignored);

  return width;
}

static int
find_column_x (const DipGrid *self, const Layout *layout, guint column)
{
  int x = MARGIN + layout->label_width + LABEL_GAP + column * (layout->cell_width + GAP);

  return column >= self->n_heads && self->n_heads > 0 ? x - GAP + HEAD_GAP : x;
}

static int
find_row_y (const DipGrid *self, const Layout *layout, guint row)
{
  return MARGIN + layout->title_height + layout->head_height + layout->name_height +
         row * ((int) self->view_height + layout->caption_height + GAP);
}

static void
measure_labels (const DipGrid *self, cairo_t *cr, Layout *layout)
{
  layout->label_width = layout->mark_width;
  for (guint i = 0; i < self->n_rows; i++)
    layout->label_width =
        MAX (layout->label_width,
             find_text_width (cr, self->row_labels[i], LABEL_SIZE, DIP_TYPE_BOLD));
  for (guint i = 0; i < self->n_columns; i++)
    layout->head_height =
        MAX (layout->head_height,
             write_label (cr, self->column_labels[i], 0, 0, layout->cell_width, FALSE));
  for (guint i = 0; i < self->n_rows * self->n_columns; i++)
    if (self->cells[i].caption != NULL)
      layout->caption_height = find_text_height (cr, "0", SMALL_SIZE, 0) + 3;
}

static Layout
lay_out (const DipGrid *self, cairo_t *cr)
{
  Layout layout = { 0 };

  for (guint i = 0; i < N_VIEWS; i++)
    if (has_view (self, i))
      layout.views[layout.n_views++] = i;
  layout.cell_width =
      layout.n_views * self->view_width + (MAX (layout.n_views, 1) - 1) * VIEW_GAP;

  dip_paper_measure_mark (cr, &layout.mark_width, &layout.mark_height);
  if (self->title != NULL)
    layout.title_height = find_text_height (cr, self->title, TITLE_SIZE, 0) + LABEL_GAP;
  measure_labels (self, cr, &layout);
  layout.name_height = find_text_height (cr, "0", SMALL_SIZE, 0) + 4;

  layout.width = find_column_x (self, &layout, MAX (self->n_columns, 1) - 1) +
                 layout.cell_width + MARGIN;
  if (self->title != NULL)
    layout.width =
        MAX (layout.width,
             (guint) find_text_width (cr, self->title, TITLE_SIZE, DIP_TYPE_BOLD) +
                 2 * MARGIN);
  layout.height = find_row_y (self, &layout, self->n_rows);
  if (self->footer != NULL)
    layout.footer_height =
        find_text_height (cr, self->footer, SMALL_SIZE, layout.width - 2 * MARGIN) + GAP;
  layout.height += layout.footer_height + MARGIN - GAP;

  return layout;
}

static void
put_picture (DipCanvas *canvas,
             const DipPicture *picture,
             const DipGrid *self,
             int x,
             int y)
{
  g_autoptr (DipPicture) resized = NULL;

  if (picture->width != self->view_width || picture->height != self->view_height)
    {
      resized = dip_picture_resize (picture, self->view_width, self->view_height);
      picture = resized;
    }

  for (guint row = 0; row < self->view_height; row++)
    for (guint i = 0; i < self->view_width; i++)
      {
        guint32 grey =
            dip_value_to_8_bits (picture->values[(gsize) row * self->view_width + i]);

        canvas->pixels[(gsize) (y + row) * canvas->stride + x + i] =
            0xff000000 | grey << 16 | grey << 8 | grey;
      }
}

static void
draw_empty (cairo_t *cr, const DipGrid *self, int x, int y)
{
  cairo_set_source_rgb (cr, 0.95, 0.95, 0.95);
  cairo_rectangle (cr, x, y, self->view_width, self->view_height);
  cairo_fill (cr);
}

static void
draw_cell (const DipGrid *self,
           const Layout *layout,
           DipCanvas *canvas,
           cairo_t *cr,
           guint row,
           guint column)
{
  const DipGridCell *cell = &self->cells[row * self->n_columns + column];
  int x = find_column_x (self, layout, column);
  int y = find_row_y (self, layout, row);

  for (guint i = 0; i < layout->n_views; i++)
    {
      int left = x + i * (self->view_width + VIEW_GAP);
      const DipPicture *pictures[N_VIEWS] = { NULL };

      if (cell->pair == NULL)
        {
          draw_empty (cr, self, left, y);
          continue;
        }
      pictures[0] = cell->pair->cc;
      pictures[1] = cell->pair->mlo;
      pictures[2] = cell->pair->third;
      cairo_surface_flush (cairo_get_target (cr));
      put_picture (canvas, pictures[layout->views[i]], self, left, y);
      cairo_surface_mark_dirty (cairo_get_target (cr));
    }

  cairo_set_source_rgb (cr, DIP_PALE_INK);
  if (cell->caption != NULL)
    dip_paper_write (cr, cell->caption, SMALL_SIZE, DIP_TYPE_PLAIN,
                     x + layout->cell_width / 2.0, y + self->view_height + 2, 0.5, 0.0);
}

static void
draw_column_head (const DipGrid *self, const Layout *layout, cairo_t *cr, guint column)
{
  int x = find_column_x (self, layout, column);
  int y = MARGIN + layout->title_height;
  int height =
      write_label (cr, self->column_labels[column], 0, 0, layout->cell_width, FALSE);

  cairo_set_source_rgb (cr, DIP_INK);
  write_label (cr, self->column_labels[column], x, y + layout->head_height - height,
               layout->cell_width, TRUE);

  cairo_set_source_rgb (cr, DIP_PALE_INK);
  for (guint i = 0; i < layout->n_views; i++)
    dip_paper_write (cr, view_names[layout->views[i]], SMALL_SIZE, DIP_TYPE_PLAIN,
                     x + i * (self->view_width + VIEW_GAP) + self->view_width / 2.0,
                     y + layout->head_height + 2, 0.5, 0.0);
}

/* Between the columns that are set apart and the others. */
static void
draw_rule (const DipGrid *self, const Layout *layout, cairo_t *cr)
{
  double x = find_column_x (self, layout, self->n_heads) - HEAD_GAP / 2 - 0.5;

  if (self->n_heads == 0 || self->n_heads >= self->n_columns)
    return;

  cairo_set_source_rgb (cr, DIP_HAIRLINE);
  cairo_set_line_width (cr, 1.0);
  cairo_move_to (cr, x, MARGIN + layout->title_height);
  cairo_line_to (cr, x, find_row_y (self, layout, self->n_rows) - GAP);
  cairo_stroke (cr);
}

static void
draw_frame (const DipGrid *self, const Layout *layout, cairo_t *cr)
{
  g_autoptr (PangoLayout) footer = NULL;

  cairo_set_source_rgb (cr, DIP_INK);
  if (self->title != NULL)
    dip_paper_write (cr, self->title, TITLE_SIZE, DIP_TYPE_BOLD, MARGIN, MARGIN, 0.0,
                     0.0);
  for (guint row = 0; row < self->n_rows; row++)
    dip_paper_write (cr, self->row_labels[row], LABEL_SIZE, DIP_TYPE_BOLD,
                     MARGIN + layout->label_width,
                     find_row_y (self, layout, row) + self->view_height / 2.0, 1.0, 0.5);
  if (self->footer != NULL)
    {
      footer = dip_paper_make_text (cr, self->footer, SMALL_SIZE, DIP_TYPE_PLAIN,
                                    layout->width - 2 * MARGIN, PANGO_ALIGN_LEFT);
      cairo_set_source_rgb (cr, DIP_PALE_INK);
      cairo_move_to (cr, MARGIN, layout->height - MARGIN - layout->footer_height + GAP);
      pango_cairo_show_layout (cr, footer);
    }
  dip_paper_mark (cr, MARGIN,
                  MARGIN + layout->title_height + layout->head_height +
                      layout->name_height - layout->mark_height - 4);
}

void
dip_grid_measure (const DipGrid *self, guint *width, guint *height)
{
  cairo_t *cr = dip_paper_new_scratch ();
  Layout layout = lay_out (self, cr);

  *width = layout.width;
  *height = layout.height;
  cairo_destroy (cr);
}

static gboolean
check_size (const Layout *layout, GError **error)
{
  if (layout->width <= DIP_GRID_MAX_SIDE && layout->height <= DIP_GRID_MAX_SIDE &&
      (guint64) layout->width * layout->height <= DIP_GRID_MAX_PIXELS)
    return TRUE;

  g_set_error (
      error, G_IO_ERROR, G_IO_ERROR_NO_SPACE,
      "the grid would be a picture of %u x %u pixels, at most %d on a side and %d "
      "million in all can be read again: wanted fewer cells or smaller ones",
      layout->width, layout->height, DIP_GRID_MAX_SIDE, DIP_GRID_MAX_PIXELS / 1000000);

  return FALSE;
}

DipCanvas *
dip_grid_draw (const DipGrid *self, GError **error)
{
  cairo_t *scratch = dip_paper_new_scratch ();
  Layout layout = lay_out (self, scratch);
  DipCanvas *canvas;
  cairo_t *cr;

  cairo_destroy (scratch);
  if (!check_size (&layout, error))
    return NULL;

  canvas = dip_paper_new (layout.width, layout.height, &cr);
  draw_frame (self, &layout, cr);
  draw_rule (self, &layout, cr);
  for (guint column = 0; column < self->n_columns; column++)
    {
      draw_column_head (self, &layout, cr, column);
      for (guint row = 0; row < self->n_rows; row++)
        draw_cell (self, &layout, canvas, cr, row, column);
    }
  cairo_destroy (cr);

  return canvas;
}
