#pragma once

#include <pango/pangocairo.h>

G_BEGIN_DECLS

/* Text and marks on pictures, readable on black and on white: light with a dark outline.
 * Sizes are logical pixels, drawn by the matrix of the cairo_t. */

/* One or more lines.  The caller owns it. */
PangoLayout *
dip_annotation_layout (cairo_t *cr, double size, gboolean is_bold, const char *text);

/* At the origin, in the source colour of @cr. */
void dip_annotation_show (cairo_t *cr, PangoLayout *layout);

/* The same as one call, in the usual light grey; (@x, @y) is the corner of the text that
 * (@align_x, @align_y) in [0, 1] names: (0, 0) upper left, (1, 1) lower right. */
void dip_annotation_text (cairo_t *cr,
                          double x,
                          double y,
                          double align_x,
                          double align_y,
                          double size,
                          gboolean is_bold,
                          const char *text);

/* A text from @x on that is wrapped at @max_width; @align_y as above. */
void dip_annotation_note (cairo_t *cr,
                          double x,
                          double y,
                          double align_y,
                          double size,
                          double max_width,
                          const char *text);

/* How large that is. */
void dip_annotation_measure (cairo_t *cr,
                             double size,
                             const char *text,
                             double max_width,
                             double *width,
                             double *height);

/* The badge of generated pictures, its upper right corner at (@x, @y); returns its
 * width. */
double dip_annotation_badge (cairo_t *cr, double x, double y, const char *text);

G_END_DECLS
