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

/* What the panes show, annotations and badge included, as an image surface of ARGB32,
 * @scale pixels for each logical one.  Main thread.
 */
cairo_surface_t *
dip_export_view_surface (DipDrawFunc draw, gpointer user_data, double scale);

/* Such a surface as a PNG with provenance.  Any thread: packing it takes longer than
 * drawing it. */
gboolean dip_export_save_surface (cairo_surface_t *surface,
                                  DipTake *take,
                                  const char *path,
                                  GError **error);

/* What the panes show as a PDF of one page, whose lines and text stay outlines; the
 * provenance is its subject and keywords.  Main thread.
 */
gboolean dip_export_view_pdf (DipDrawFunc draw,
                              gpointer user_data,
                              DipTake *take,
                              const char *path,
                              GError **error);

G_END_DECLS
