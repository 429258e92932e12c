#pragma once

#include <jansson.h>

#include "app/view/pair-view.h"
#include "model/pair/measure.h"

G_BEGIN_DECLS

#define DIP_TYPE_MEASURES (dip_measures_get_type ())

G_DECLARE_FINAL_TYPE (DipMeasures, dip_measures, DIP, MEASURES, GObject)

/* What was measured on the pictures of a view's first pair, in the order it was done, with
 * undo.  Measures stay where they are when another picture comes; their figures follow it.
 *
 * ::changed  there are others, one has moved, or their figures are other ones
 *
 * Main thread. */
DipMeasures *dip_measures_new (DipPairView *view);

guint dip_measures_get_count (DipMeasures *self);

/* Borrowed, until the next change. */
const DipMeasure *dip_measures_get (DipMeasures *self, guint index);

/* What it was measured on now; NULL where there is none of its size. */
const DipPicture *dip_measures_get_picture (DipMeasures *self, guint index);

/* Each can be undone.  add() takes @measure over and selects it. */
void dip_measures_add (DipMeasures *self, DipMeasure *measure);
void dip_measures_remove (DipMeasures *self, guint index);
void dip_measures_clear (DipMeasures *self);

/* A point moved: begin() once, what follows is undone together; revert() puts back what
 * was there at begin(). */
void dip_measures_begin (DipMeasures *self);
void dip_measures_move_point (DipMeasures *self, guint index, guint point, DipPoint at);
void dip_measures_revert (DipMeasures *self);

/* FALSE if there is nothing to undo, or to redo. */
gboolean dip_measures_undo (DipMeasures *self);
gboolean dip_measures_redo (DipMeasures *self);

/* The one that keys work on; -1 for none. */
int dip_measures_get_selected (DipMeasures *self);
void dip_measures_select (DipMeasures *self, int index);

/* "52.3 px, 40.8 mm", "34.2°", "412 px², 250 mm²\nmean 0.412 ± 0.051"; g_free(). */
char *dip_measures_describe (DipMeasures *self, guint index);
char *dip_measure_describe (const DipMeasure *measure,
                            const DipPicture *picture,
                            double spacing_mm);

/* "Distance, CC"; g_free(). */
char *dip_measures_get_title (DipMeasures *self, guint index);

/* A line each: title, tab, figures; or as CSV with a header.  g_free(). */
char *dip_measures_to_text (DipMeasures *self);
char *dip_measures_to_csv (DipMeasures *self);

/* Of model/pair/measure.h's objects.  The caller owns it. */
json_t *dip_measures_to_json (DipMeasures *self);

G_END_DECLS
