#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Every command with its key, in one table: the shortcuts window is made of it, the
 * application's accelerators are set from it, and a test holds it against the actions
 * that there are.
 *
 * A colleague's command: install its action (win.… on DipWindow, or through
 * dip_window_get_actions()), and add a line here.
 */
typedef enum
{
  DIP_COMMANDS_RUN,
  DIP_COMMANDS_QUEUE,
  DIP_COMMANDS_FILM,
  DIP_COMMANDS_BRANCHES,
  DIP_COMMANDS_LIBRARY,
  DIP_COMMANDS_FILES,
  DIP_COMMANDS_VIEW,
  DIP_COMMANDS_LAYOUT,
  DIP_COMMANDS_TOOLS,
  DIP_COMMANDS_MASKS,
  DIP_COMMANDS_GENERAL,
  DIP_N_COMMAND_GROUPS,
} DipCommandGroup;

typedef struct
{
  DipCommandGroup group;
  const char *action; /* detailed: "win.generate", "view.layout::wipe"; NULL: a gesture
                         or a key of a widget, which is only listed */
  const char *accel;  /* for gtk_shortcut_trigger_parse_string(): "<Control>Return";
                         several separated by spaces; "" for none */
  const char *title;  /* N_() */

  /* Single letters must not swallow typing: these are not accelerators of the
   * application but shortcuts of the window's content, which a focused entry goes
   * before.
   */
  gboolean is_local;
} DipCommand;

extern const DipCommand dip_commands[];
extern const guint dip_n_commands;

/* Translated. */
const char *dip_command_group_get_title (DipCommandGroup group);

/* Sets the accelerators of all commands that are not local. */
void dip_commands_set_accels (GtkApplication *application);

/* Adds the local ones to @widget. */
void dip_commands_add_shortcuts (GtkWidget *widget);

/* The shortcuts window, new. */
GtkWindow *dip_commands_make_window (GtkWindow *parent);

G_END_DECLS
