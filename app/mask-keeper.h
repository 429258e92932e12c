#pragma once

#include "app/inspector.h"
#include "app/view/brush-layer.h"
#include "model/pair/mask-set.h"

G_BEGIN_DECLS

#define DIP_TYPE_MASK_KEEPER (dip_mask_keeper_get_type ())

G_DECLARE_FINAL_TYPE (DipMaskKeeper, dip_mask_keeper, DIP, MASK_KEEPER, GObject)

/* The corrected masks of the step that is shown: reads them with it, lays the strokes of the
 * brush's layer over the automatic mask in overlay and figures, keeps the landmarks that are
 * dragged, and saves after every stroke and drag (mask-store.h).  Every step of a pair has
 * masks of its own.  While steps are still made there are none: masks are the automatic
 * ones, the layer takes no strokes, and a landmark stays dragged until the next step.
 *
 * The first stroke or drag over the automatic mask makes a new one; over an older version,
 * its next one.  Choosing another algorithm while a mask is in force changes that mask's recipe.
 *
 * ::changed  masks, their names, or which is in force
 * ::failed (string)  what could not be read or saved
 *
 * Main thread. */
DipMaskKeeper *dip_mask_keeper_new (DipShown *shown,
                                    DipInspector *inspector,
                                    DipBrushLayer *layer,
                                    const char *library);

/* Borrowed, never NULL. */
const DipMaskSet *dip_mask_keeper_get_set (DipMaskKeeper *self);

/* Whether the shown pair can have masks now. */
gboolean dip_mask_keeper_is_possible (DipMaskKeeper *self);

/* Puts mask number @index in force; −1: the automatic one. */
void dip_mask_keeper_show (DipMaskKeeper *self, int index);

/* A new one without strokes; the next version of the one in force. */
void dip_mask_keeper_add (DipMaskKeeper *self);
void dip_mask_keeper_add_version (DipMaskKeeper *self);

/* The one in force.  Rename: all its versions; FALSE if the name cannot be. */
gboolean dip_mask_keeper_rename (DipMaskKeeper *self, const char *name);
void dip_mask_keeper_remove (DipMaskKeeper *self);

/* Masks as JSON and PNG beside an exported picture. */
gboolean dip_mask_keeper_export (DipMaskKeeper *self, const char *path, GError **error);

G_END_DECLS
