#pragma once

#include <gtk/gtk.h>

#include "app/runs/take-tree.h"
#include "app/shown.h"
#include "app/view/branch-tree.h"

G_BEGIN_DECLS

#define DIP_TYPE_BRANCHES (dip_branches_get_type ())

G_DECLARE_FINAL_TYPE (DipBranches, dip_branches, DIP, BRANCHES, GtkWidget)

/* The branches of the pair that is shown, below the timeline: gives the tree of app/view a
 * DipTakeTree and what DipShown holds, and does what is chosen there.  Nothing is seen of it
 * while there is but one.
 */
GtkWidget *dip_branches_new (DipShown *shown, DipTimeline *timeline);

/* That of the take that is shown; NULL: none. */
void dip_branches_set_tree (DipBranches *self, DipTakeTree *takes);
DipTakeTree *dip_branches_get_tree (DipBranches *self);

/* Shows another member; compares it, or no more, to the one that is shown. */
void dip_branches_show (DipBranches *self, DipTake *take);
void dip_branches_compare (DipBranches *self, DipTake *take);

/* "EulerDiscrete · 25 · 42", for people; not translated.  The caller frees. */
char *dip_branches_describe (DipTake *take);

G_END_DECLS
