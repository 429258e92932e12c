#pragma once

#include <cairo.h>

#include "app/runs/take.h"

G_BEGIN_DECLS

/* Draws what the panes show: dip_pair_view_draw() and its user data. */
typedef void (*DipDrawFunc) (gpointer user_data,
                             cairo_t *cr,
                             double scale,
                             double *width,
                             double *height);

/* What the panes show, annotations and badge included, as a PNG with provenance, @scale
 * pixels for each logical one.  Main thread.
 */
gboolean dip_export_view_png (DipDrawFunc draw,
                              gpointer user_data,
                              DipTake *take,
                              double scale,
                              const char *path,
                              GError **error);

/* The same as a PDF of one page, whose lines and text stay outlines; the provenance is
 * its subject and keywords.
 */
gboolean dip_export_view_pdf (DipDrawFunc draw,
                              gpointer user_data,
                              DipTake *take,
                              const char *path,
                              GError **error);

/* The same as pixels, for the clipboard: an image surface of ARGB32. */
cairo_surface_t *
dip_export_view_surface (DipDrawFunc draw, gpointer user_data, double scale);

G_END_DECLS
