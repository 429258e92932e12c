#pragma once

#include "app/view/branch-tree.h"

G_BEGIN_DECLS

#define DIP_BRANCH_ROW 26 /* logical pixels in height */

typedef struct
{
  char *label;
  char *spoken;
  int parent;
  guint n_shared;
  guint n_kept;
  guint n_steps;
  double *places;
} DipLane;

struct _DipBranchTree
{
  GtkWidget parent_instance;

  DipTimeline *timeline;
  GArray *lanes; /* of DipLane */
  int shown;
  int other;
  guint position;
  guint other_position;

  GtkWidget *list;
  GtkWidget *menu;
  GSimpleActionGroup *actions;
  guint menu_lane;
};

/* branch-tree-draw.c */
void dip_branch_tree_draw (DipBranchTree *self, cairo_t *cr);

/* Where a lane's line is. */
double dip_branch_tree_y_of (guint lane);

G_END_DECLS
