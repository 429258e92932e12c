#pragma once

#include "app/inspector.h"

G_BEGIN_DECLS

struct _DipInspector
{
  AdwBin parent_instance;

  DipShown *shown;
  DipAnatomyOverlay *overlay;
  GSimpleActionGroup *actions;
  GtkDropDown *algorithms;
  GtkLabel **values; /* (dip_figures_get_count ()) */
  GtkLabel *reason;
  DipMeasures *measures; /* or NULL */
  DipMaskRecipe recipe; /* of the masks */
  json_t *mask_note;    /* or NULL */

  DipPair *pair; /* the one that the figures are of */
  DipThird third;
  double spacing_mm;
  DipPairFigures figures;
  gboolean has_figures;
  gboolean is_measuring;
  gboolean is_stale; /* something newer waits */
};

/* inspector.c: the figures, or dashes, into the table; ::measured. */
void dip_inspector_show_figures (DipInspector *self);

/* inspector-report.c */
void dip_inspector_add_actions (DipInspector *self);

G_END_DECLS
