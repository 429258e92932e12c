#pragma once

#include "model/sampler/solver.h"

G_BEGIN_DECLS

/* One column of a comparison: a solver and how it is run.  As text it is
 *
 *   NAME:STEPS[,STEPS…][,KEY=VALUE…]      ddim:10,20,50,eta=0.5
 *
 * which is a setting for each number of steps.  NAME is a scheduler's, short or long.
 * KEY is eta, churn, churn_min, churn_max, churn_noise, lms_order, precision, or any key
 * of the scheduler's configuration, whose VALUE may be JSON, a list too. */
typedef struct
{
  DipSchedulerKind kind;
  char **options; /* "KEY=VALUE" for dip_scheduler_config_load_with(), maybe none */
  DipSolverSettings solver;
  char *precision; /* "fp32"; NULL: that of the whole comparison */

  guint curve; /* settings that differ in steps alone share a number, from 0 */
  char *name;  /* "ddim, eta=0.5": what those are called */
  char *label; /* "ddim\n20 steps, eta=0.5" */
  char *stem;  /* "ddim-20": how a file's name may begin */
} DipCompareSetting;

/* The settings of all @texts (NULL-terminated), in order; of DipCompareSetting, owned.
 * Whether the solver takes the options is not looked at.  Fails with G_OPTION_ERROR,
 * naming what is wrong, if there is none at all, or one twice. */
GPtrArray *dip_compare_settings_parse (const char *const *texts, GError **error);

void dip_compare_setting_free (DipCompareSetting *self);

/* "0-3" or "1,5,7-9": of guint64, in this order, each once.  Fails with G_OPTION_ERROR. */
GArray *dip_compare_seeds_parse (const char *text, GError **error);

/* More take longer than anyone waits, and make a picture that nobody can look at. */
#define DIP_COMPARE_MAX_CELLS 1024

/* One pair of a comparison. */
typedef struct
{
  guint row; /* the index of its seed, and of its setting */
  guint column;
  guint64 seed;
  const DipCompareSetting *setting; /* borrowed */
} DipCompareCell;

/* All cells, column after column, so that a solver's are made together; of
 * DipCompareCell.  Fails with G_OPTION_ERROR if there are more than
 * DIP_COMPARE_MAX_CELLS. */
GArray *
dip_compare_list_cells (const GArray *seeds, const GPtrArray *settings, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipCompareSetting, dip_compare_setting_free)

G_END_DECLS
