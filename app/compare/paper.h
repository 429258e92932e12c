#pragma once

#include <pango/pangocairo.h>

#include "model/pair/compose.h"

G_BEGIN_DECLS

/* What pictures on paper have in common: ink, type, the mark. */

#define DIP_INK 0.13, 0.13, 0.15
#define DIP_PALE_INK 0.42, 0.42, 0.45
#define DIP_HAIRLINE 0.80, 0.80, 0.82

typedef enum
{
  DIP_TYPE_PLAIN,
  DIP_TYPE_BOLD,
} DipTypeface;

/* Lines of text; @width in pixels to wrap at, 0: never.  Greyscale, not hinted: the same
 * wherever it stands. */
PangoLayout *dip_paper_make_text (cairo_t *cr,
                                  const char *text,
                                  double size,
                                  DipTypeface typeface,
                                  int width,
                                  PangoAlignment alignment);

/* Its size, in whole pixels, rounded up. */
void dip_paper_measure (PangoLayout *text, int *width, int *height);

/* One line at a point, in the source colour: @align_x 0 begins there, 1 ends there. */
void dip_paper_write (cairo_t *cr,
                      const char *text,
                      double size,
                      DipTypeface typeface,
                      double x,
                      double y,
                      double align_x,
                      double align_y);

/* The mark of all that a network made, its upper left corner at (x, y). */
void dip_paper_mark (cairo_t *cr, double x, double y);
void dip_paper_measure_mark (cairo_t *cr, int *width, int *height);

/* A white canvas, and a context on it; the caller owns both, and must destroy the context
 * before it reads the pixels. */
DipCanvas *dip_paper_new (guint width, guint height, cairo_t **cr);

/* A context to measure with. */
cairo_t *dip_paper_new_scratch (void);

G_END_DECLS
