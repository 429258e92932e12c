#pragma once

#include <adwaita.h>

#include "app/shown.h"
#include "app/view/anatomy-overlay.h"
#include "app/view/measures.h"
#include "model/pair/figures.h"

G_BEGIN_DECLS

#define DIP_TYPE_INSPECTOR (dip_inspector_get_type ())

G_DECLARE_FINAL_TYPE (DipInspector, dip_inspector, DIP, INSPECTOR, AdwBin)

/* The sidebar's page of figures (model/pair/figures.h) of the pair that is shown, with
 * the choice of the mask's algorithm; it keeps the overlay's masks and landmarks up to
 * date, and measures anew where one of these is dragged.
 *
 * Measures on a thread of its own, one pair at a time, the newest next, and only while
 * the page is seen or the views are needed (anatomy-overlay.h).  Main thread.
 *
 * Actions: figures.copy (s: "text", "csv", "json", "measures"), figures.export (s:
 * "csv", "json", "measures"),
 * figures.hatched, figures.pectoral (switches).
 *
 * ::measured  there are new figures */
GtkWidget *dip_inspector_new (DipShown *shown, DipAnatomyOverlay *overlay);

/* Borrowed; NULL where nothing was measured. */
const DipPairFigures *dip_inspector_get_figures (DipInspector *self);

/* Lists @measures in the page and in reports: "text" and "json" have them behind the
 * figures, "measures" is their CSV. */
void dip_inspector_set_measures (DipInspector *self, DipMeasures *measures);

/* The overlay that was given; borrowed. */
DipAnatomyOverlay *dip_inspector_get_overlay (DipInspector *self);

/* How the masks are made: the choices of the page, or what was set here.  Setting measures
 * anew. */
const DipMaskRecipe *dip_inspector_get_recipe (DipInspector *self);
void dip_inspector_set_recipe (DipInspector *self, const DipMaskRecipe *recipe);

/* Measures anew: all (masks and landmarks are found again), or with masks and landmarks as
 * the overlay has them now (at once, but of large pictures). */
void dip_inspector_measure (DipInspector *self);
void dip_inspector_measure_dragged (DipInspector *self);

/* What reports say of the masks instead of the recipe: a correction by hand; taken over,
 * NULL for none. */
void dip_inspector_set_mask_note (DipInspector *self, json_t *note);

/* @format "text", "csv", "json" or "measures"; NULL where nothing was measured. */
char *dip_inspector_make_report (DipInspector *self, const char *format);

G_END_DECLS
