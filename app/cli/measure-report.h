#pragma once

#include <jansson.h>

#include "app/cli/measure-input.h"
#include "model/pair/look.h"
#include "model/pair/shuffle.h"

G_BEGIN_DECLS

/* What `measure` says of its pairs, as JSON, CSV or for people. */

/* What a view looks most like among the folder's views. */
typedef struct
{
  char *pair; /* NULL: there is none */
  DipViewPosition view;
  DipLikeness likeness;
  double histogram_distance; /* to the mean of the folder's views of its kind */
} DipMeasureLookAlike;

/* One pair's result; everything that is said without its pictures. */
typedef struct
{
  DipMeasureFiles *files; /* borrowed */
  DipPairFigures figures;
  json_t *object; /* the JSON of the pair, without the band; owned */
  guint width, height;
  DipMeasureSpacing spacing;

  DipLikeness views;              /* the CC and the MLO */
  DipMeasureLookAlike nearest[2]; /* of CC and MLO, with --nearest */
} DipMeasureResult;

void dip_measure_result_free (gpointer self);

/* Of all pairs measured together. */
typedef struct
{
  DipBand bands[DIP_N_SHUFFLED];
  guint n_shuffles; /* 0: fewer than two pairs */
  guint n_pairs;
} DipMeasureBand;

/* Views, recipe, what was done to them, figures. */
json_t *dip_measure_make_json (const DipMeasureFiles *files,
                               const DipMeasured *measured,
                               const DipPairFigures *figures);

/* All results in order: one object for one pair, an array for several. */
json_t *dip_measure_results_to_json (const GPtrArray *results,
                                     const DipMeasureBand *band);

/* A header and a line a pair; RFC 4180, an empty field where there is no figure. */
char *dip_measure_results_to_csv (const GPtrArray *results);

/* A pair a paragraph, the band of shuffled pairs beside. */
char *dip_measure_result_to_text (const DipMeasureResult *self,
                                  const DipMeasureBand *band);

G_END_DECLS
