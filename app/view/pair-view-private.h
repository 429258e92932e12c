#pragma once

#include "app/view/pair-view.h"

G_BEGIN_DECLS

/* One of the two pairs a view can show. */
typedef struct
{
  DipPair *pair;          /* or NULL */
  DipPicture *derived;    /* what the third pane shows if it is not the third channel */
  DipPicture *registered; /* the MLO as far as it is laid over the CC, or NULL */
  double amount;          /* how far that is, 0 … 1 */
  DipPairInfo info;
  char *note; /* owned; info.note points to it */
} DipPairSlot;

typedef struct _DipLaying DipLaying;

struct _DipPairView
{
  GtkWidget parent_instance;

  DipDisplay *display;
  DipToolbox *toolbox;
  DipViewport *viewport; /* of the linked panes */
  DipLevels *levels;
  DipLevels *map_levels;
  DipLevels *difference_levels; /* of the layout of that name */
  GSimpleActionGroup *actions;

  DipPairSlot slots[2];
  DipPane *panes[2][DIP_N_PANE_ROLES];
  GtkWidget *columns[DIP_N_PANE_ROLES]; /* both pairs' panes, one above the other */
  GtkWidget *views;                     /* GtkPaned: the columns of CC and MLO */
  GtkWidget *all;                       /* GtkPaned: that, and the third column */

  gboolean has_registration;
  DipSimilarity similarity; /* takes the first pair's MLO to its CC */
  double pivot[2];
  DipLaying *laying;       /* an MLO that a thread is laying over, or NULL */
  gboolean is_laying_late; /* another amount is wanted by now */
  DipPicture *differences[DIP_N_PANE_ROLES]; /* in that layout */

  DipPane *current; /* one of the panes */
  guint flicker_id; /* of the timeout, or 0 */
  gboolean is_second_shown;
};

/* The map's levels as they are at first for what the third pane shows. */
void dip_pair_view_reset_map_levels (DipPairView *self);

/* pair-view-panes.c: what each pane shows. */

/* NULL where there is none. */
const DipPicture *dip_pair_slot_get_picture (const DipPairSlot *slot, DipPaneRole role);
void dip_pair_view_update_panes (DipPairView *self);
void dip_pair_view_update_blend (DipPairView *self, DipPane *pane);
void dip_pair_view_update_texts (DipPairView *self, guint index, DipPaneRole role);

/* Makes what the third pane shows. */
void dip_pair_view_derive (DipPairView *self, DipPairSlot *slot);

/* pair-view-registration.c: the first pair's MLO, as far as it is laid over its CC; at once,
 * or of a large picture on a thread, and the panes are updated when that is done. */
void dip_pair_view_register (DipPairView *self);

/* Frees a slot's pair, at once or when no thread reads it. */
void dip_pair_view_drop_pair (DipPairView *self, DipPairSlot *slot);

/* What a title says of a registered MLO: "MLO registered, 60 %", or "". */
char *dip_pair_view_describe_registration (DipPairView *self);

/* Panes hold borrowed pictures: they let go before pictures are freed. */
void dip_pair_view_release_pictures (DipPairView *self);

/* pair-view-actions.c */
void dip_pair_view_make_actions (DipPairView *self);
void dip_pair_view_remove_actions (DipPairView *self);

G_END_DECLS
