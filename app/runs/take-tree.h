#pragma once

#include "app/runs/take.h"

G_BEGIN_DECLS

#define DIP_TYPE_TAKE_TREE (dip_take_tree_get_type ())

G_DECLARE_FINAL_TYPE (DipTakeTree, dip_take_tree, DIP, TAKE_TREE, GObject)

/* A pair's film and the branches that go on from its steps: a GListModel of DipTake, the
 * first the one that all others come from, each behind its parent and the parent's earlier
 * branches.  It holds them; a branch only holds its parent.  Main thread.
 */
DipTakeTree *dip_take_tree_new (DipTake *root);

/* Takes a branch of one of its members in; FALSE if it is none. */
gboolean dip_take_tree_add (DipTakeTree *self, DipTake *branch);

gboolean dip_take_tree_has (DipTakeTree *self, DipTake *take);

guint dip_take_tree_get_n_takes (DipTakeTree *self);

/* Borrowed. */
DipTake *dip_take_tree_get_take (DipTakeTree *self, guint index);

/* Which of them it is; G_MAXUINT: none. */
guint dip_take_tree_find (DipTakeTree *self, DipTake *take);

/* The one saved at @path, borrowed, or NULL. */
DipTake *dip_take_tree_find_path (DipTakeTree *self, const char *path);

G_END_DECLS
