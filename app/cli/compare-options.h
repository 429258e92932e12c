#pragma once

#include "app/cli/cli.h"
#include "app/compare/grid.h"
#include "app/compare/setting.h"

G_BEGIN_DECLS

/* The options of `compare`, checked, and what follows from them. */
typedef struct
{
  /* As given. */
  char *checkpoint_path; /* NULL: the demo */
  char *folder;
  char *seeds_text;
  char **settings_texts;
  char *reference_text;
  char *views_text;
  gint64 batch;
  gint64 cell;
  char *size;
  char *third;
  gint64 class_label;

  /* Worked out. */
  GArray *seeds;       /* of guint64 */
  GPtrArray *settings; /* of DipCompareSetting */
  gint64 reference;    /* steps; 0: no reference; -1: not said */
  DipGridViews views;
} DipCompareOptions;

/* Parses the command line and checks all that needs no file. */
gboolean dip_compare_options_parse (DipCompareOptions *self,
                                    DipCli *cli,
                                    int argc,
                                    char **argv,
                                    GError **error);
void dip_compare_options_clear (DipCompareOptions *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (DipCompareOptions, dip_compare_options_clear)

G_END_DECLS
