#pragma once

#include <gio/gio.h>

#include "model/pair/compose.h"

G_BEGIN_DECLS

/* Pairs side by side on white paper: rows of seeds, columns of settings, with labels, a
 * line of figures below each pair, and the word SYNTHETIC.  A pure function of what it is
 * given (and of the fonts of the machine).  Any thread. */
typedef struct
{
  const DipPair *pair; /* of any size; NULL: not made yet, an empty frame */
  const char *caption; /* below it, one line; NULL: none */
} DipGridCell;

typedef enum
{
  DIP_GRID_CC = 1 << 0,
  DIP_GRID_MLO = 1 << 1,
  DIP_GRID_THIRD = 1 << 2,
} DipGridViews;

/* Borrowed, all of it. */
typedef struct
{
  guint n_rows;
  guint n_columns;
  const char *const *row_labels;    /* (n_rows) */
  const char *const *column_labels; /* (n_columns): a first line in bold, then others */
  const DipGridCell *cells;         /* (n_rows, n_columns) */
  guint n_heads;      /* so many columns on the left are set apart: the reference */
  DipGridViews views; /* that each cell shows; those a pair lacks are left out */
  guint view_width;   /* pixels of one view of one cell; pairs are resized to it */
  guint view_height;
  const char *title;  /* above; NULL: none */
  const char *footer; /* below, as many lines as it takes; NULL: none */
} DipGrid;

/* As large as dip_png_load() reads. */
#define DIP_GRID_MAX_SIDE 16384
#define DIP_GRID_MAX_PIXELS (40 * 1000 * 1000)

/* The picture's size, without drawing it. */
void dip_grid_measure (const DipGrid *self, guint *width, guint *height);

/* The picture; dip_canvas_free().  Fails with G_IO_ERROR_NO_SPACE where it would be
 * larger than the two limits. */
DipCanvas *dip_grid_draw (const DipGrid *self, GError **error);

void dip_canvas_free (DipCanvas *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipCanvas, dip_canvas_free)

G_END_DECLS
