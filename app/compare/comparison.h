#pragma once

#include <jansson.h>

#include "app/compare/grid.h"
#include "app/compare/setting.h"
#include "model/pair/distance.h"
#include "model/pair/figures.h"

G_BEGIN_DECLS

/* What was made of seeds by settings, and what is to be said about it.  Filled in any
 * order; what is missing is an empty frame in the grid and null in the JSON.  One thread
 * at a time. */
typedef struct _DipComparison DipComparison;

/* One pair, as it was made; borrowed. */
typedef struct
{
  const DipPair *pair;
  guint n_evaluations; /* of the network */
  double seconds;      /* that it took, NaN where nobody knows */
  const json_t *files; /* as in a manifest; NULL for none */
} DipCompareMade;

/* @settings: of DipCompareSetting, @seeds: of guint64; both are referenced. */
DipComparison *dip_comparison_new (GPtrArray *settings, GArray *seeds, DipThird third);
void dip_comparison_free (DipComparison *self);

/* Pixels of one view in the grid (192 in height); call before pairs are given. */
void dip_comparison_set_view_size (DipComparison *self, guint width, guint height);
void dip_comparison_set_views (DipComparison *self, DipGridViews views);

/* The pair that those of its row are held against.  Give it before them. */
void
dip_comparison_set_reference (DipComparison *self, guint row, const DipCompareMade *made);

/* What the reference is called, "ddim\n1000 steps"; NULL, the default: there is none. */
void dip_comparison_set_reference_label (DipComparison *self, const char *label);

/* Measures @made; figures as `measure` gives them, of breasts that are found. */
void dip_comparison_set_cell (DipComparison *self,
                              guint row,
                              guint column,
                              const DipCompareMade *made);

/* The grid; @footer says where it comes from.  With nothing made yet its size already is
 * what it will be. */
void dip_comparison_measure_grid (DipComparison *self,
                                  const char *footer,
                                  guint *width,
                                  guint *height);
DipCanvas *
dip_comparison_draw_grid (DipComparison *self, const char *footer, GError **error);

/* How many curves there are: settings that differ in more than steps. */
guint dip_comparison_get_n_curves (DipComparison *self);

/* RMSE and SSIM to the reference over evaluations of the network: the mean over the seeds,
 * and the range of them.  Only where there is a reference. */
DipCanvas *dip_comparison_draw_curves (DipComparison *self, const char *footer);
GBytes *dip_comparison_make_curves_svg (DipComparison *self, const char *footer);

/* The same as text: a line for each setting. */
char *dip_comparison_make_curves_csv (DipComparison *self);

/* For people: "ddim 20 steps: RMSE 3.21, SSIM 0.952, 0.4 s a pair". */
char *dip_comparison_describe_column (DipComparison *self, guint column);

/* Adds "seeds", "cells" and "curves" to @object, and means to those of "settings", which
 * is there already, an object for each. */
void dip_comparison_add_to_json (DipComparison *self, json_t *object);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipComparison, dip_comparison_free)

G_END_DECLS
