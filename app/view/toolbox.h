#pragma once

#include <gtk/gtk.h>

#include "app/view/enums.h"

G_BEGIN_DECLS

/* What a tool is called; the same for strip, menu and shortcuts window. */
typedef struct
{
  DipTool tool;
  const char *nick;  /* target of the action view.tool */
  const char *title; /* N_() */
  const char *icon;  /* its name; a file of resources/ */
  const char *key;   /* takes the tool in hand, and puts it down again */
} DipToolInfo;

extern const DipToolInfo dip_tool_infos[];
extern const guint dip_n_tool_infos;

#define DIP_TYPE_TOOLBOX (dip_toolbox_get_type ())

G_DECLARE_FINAL_TYPE (DipToolbox, dip_toolbox, DIP, TOOLBOX, GObject)

/* Which tool is in hand: what the primary button does on the pictures of a DipPairView.
 *
 * A tool is drawn and used by a DipOverlay (overlay.h) that its owner adds to the view;
 * its hit() takes places only while its tool is in hand, and gives others -1.  So:
 *
 *   toolbox = dip_pair_view_get_toolbox (view);
 *   dip_toolbox_offer (toolbox, DIP_TOOL_DISTANCE, options);
 *   dip_pair_view_add_overlay (view, overlay);   // asks dip_toolbox_get_tool() in hit()
 *
 * A new tool is a value of DipTool, its nick in enums.c and its line in dip_tool_infos.
 *
 * Properties: tool  DipTool, DIP_TOOL_NONE at first; one that nobody offers is not taken.
 * Signals: ::offered  there is another tool to choose.
 * Main thread. */
DipToolbox *dip_toolbox_new (void);

/* @options: shown beside the tools while this one is in hand, or NULL; several tools may
 * share it.  Its reference is sunk. */
void dip_toolbox_offer (DipToolbox *self, DipTool tool, GtkWidget *options);
gboolean dip_toolbox_has (DipToolbox *self, DipTool tool);
GtkWidget *dip_toolbox_get_options (DipToolbox *self, DipTool tool);

DipTool dip_toolbox_get_tool (DipToolbox *self);
void dip_toolbox_set_tool (DipToolbox *self, DipTool tool);

/* The same tool twice is none. */
void dip_toolbox_toggle_tool (DipToolbox *self, DipTool tool);

G_END_DECLS
