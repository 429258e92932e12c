#pragma once

#include "app/view/timeline.h"

G_BEGIN_DECLS

#define DIP_TYPE_BRANCH_TREE (dip_branch_tree_get_type ())

G_DECLARE_FINAL_TYPE (DipBranchTree, dip_branch_tree, DIP, BRANCH_TREE, GtkWidget)

/* Runs that go on from steps of one another, a lane each, below the timeline that shows
 * one of them: what is below a step of the timeline is as noisy as that.
 *
 * A row of a list: Up, Down move over them, Return or a click chooses one, C (or Ctrl and
 * a click) compares one to the one that is shown, Menu or the secondary button offers both.
 *
 * ::chosen (uint), ::compared (uint)  the lane
 */
typedef struct
{
  const char *label;    /* "DDIM · 50 · 42" */
  const char *spoken;   /* for assistive technology */
  int parent;           /* lane that it parts from, or -1 */
  guint n_shared;       /* steps before that, which are the parent's */
  guint n_kept;         /* steps there are */
  guint n_steps;        /* steps there will be */
  const double *places; /* (n_steps): the timeline's step, from 0, that each is below */
} DipBranchLane;

/* @timeline: what the lanes lie below, as wide as they; borrowed */
GtkWidget *dip_branch_tree_new (DipTimeline *timeline);

/* Copied. */
void dip_branch_tree_set_lanes (DipBranchTree *self,
                                const DipBranchLane *lanes,
                                guint n_lanes);

/* The lane that is shown and its step, and the one compared to it (-1: none). */
void dip_branch_tree_set_shown (DipBranchTree *self,
                                int shown,
                                guint position,
                                int other,
                                guint other_position);

/* The row of a lane, to be found by tests and focused; borrowed, NULL behind the last. */
GtkWidget *dip_branch_tree_get_row (DipBranchTree *self, guint lane);

G_END_DECLS
