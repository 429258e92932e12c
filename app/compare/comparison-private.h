#pragma once

#include "app/compare/comparison.h"

G_BEGIN_DECLS

/* One pair, reduced to what is said and shown of it. */
typedef struct
{
  DipPair *pair; /* at the size of the grid's views; NULL: not made */
  DipPairFigures figures;
  DipPairDistance distance; /* NaN where there is no reference */
  guint n_evaluations;
  double seconds;
  json_t *files;
} DipCompareResult;

struct _DipComparison
{
  GPtrArray *settings;
  GArray *seeds;
  DipThird third;
  guint view_width, view_height;
  DipGridViews views;
  char *reference_label;        /* NULL: none */
  DipPair **originals;          /* (seeds), of the references as they were made */
  DipCompareResult *references; /* (seeds) */
  DipCompareResult *results;    /* (seeds, settings) */
};

const DipCompareSetting *dip_comparison_get_setting (DipComparison *self, guint column);
DipCompareResult *
dip_comparison_get_result (DipComparison *self, guint row, guint column);

/* What is summed up over the seeds. */
typedef enum
{
  DIP_COMPARE_RMSE,
  DIP_COMPARE_SSIM,
  DIP_COMPARE_THIRD_RESIDUAL,
  DIP_COMPARE_SECONDS,
  DIP_COMPARE_N_MEASURES
} DipCompareMeasure;

/* Of those pairs that are there; NaN where there is none. */
typedef struct
{
  guint n;
  double mean, low, high;
} DipCompareSummary;

DipCompareSummary
dip_comparison_sum_up (DipComparison *self, guint column, DipCompareMeasure measure);

/* Evaluations of the network a pair takes there, 0 while none is made. */
guint dip_comparison_get_n_evaluations (DipComparison *self, guint column);

/* The settings of a curve by rising evaluations: of guint, columns. */
GArray *dip_comparison_list_curve (DipComparison *self, guint curve);

G_END_DECLS
