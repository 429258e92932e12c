#pragma once

#include "app/cli/cli.h"
#include "app/cli/measure-input.h"

G_BEGIN_DECLS

/* What `measure` was told, as typed; how is what follows from it. */
typedef struct
{
  char *cc;
  char *mlo;
  char *algorithm;
  char *pectoral;
  char *third;
  char *flip;
  char *masks;
  char *mask_file;
  char *mask_name;
  char *nearest;
  char *trajectory;
  double spacing;
  gboolean csv;

  DipMeasureHow how;
} DipMeasureOptions;

void dip_measure_options_clear (DipMeasureOptions *self);

/* Whether they go together, and with @n_args pairs; loads the mask that is asked for and
 * fills `how`. */
gboolean dip_measure_options_check (DipCli *cli,
                                    DipMeasureOptions *options,
                                    guint n_args,
                                    GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (DipMeasureOptions, dip_measure_options_clear)

G_END_DECLS
