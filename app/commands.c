#include "app/commands.h"

#include <glib/gi18n.h>

const DipCommand dip_commands[] = {
  { DIP_COMMANDS_RUN, "win.generate", "<Control>Return", N_ ("Generate"), FALSE },
  { DIP_COMMANDS_QUEUE, "win.enqueue", "<Control>e", N_ ("Add to the queue"), FALSE },
  { DIP_COMMANDS_RUN, "win.pause", "<Control>p", N_ ("Pause or resume"), FALSE },
  { DIP_COMMANDS_RUN, "win.step", "<Control>period", N_ ("One step"), FALSE },
  { DIP_COMMANDS_RUN, "win.stop", "Escape", N_ ("Stop now"), TRUE },
  { DIP_COMMANDS_RUN, "win.stop-after", "<Shift><Control>period",
    N_ ("Stop after this one"), FALSE },
  { DIP_COMMANDS_QUEUE, "win.skip", "<Alt><Control>Right", N_ ("Skip to the next run"),
    FALSE },
  { DIP_COMMANDS_QUEUE, "win.go-on", "<Shift><Control>Return", N_ ("Run the queue"),
    FALSE },
  { DIP_COMMANDS_QUEUE, "win.clear-queue", "<Shift><Control>e", N_ ("Empty the queue"),
    FALSE },
  { DIP_COMMANDS_RUN, "win.begin", "<Control>f", N_ ("Begin from the pair shown"),
    FALSE },
  { DIP_COMMANDS_RUN, "win.interpolate", "<Shift><Control>f",
    N_ ("Make pairs between two seeds"), FALSE },
  { DIP_COMMANDS_RUN, "win.compare-settings", "<Shift><Control>k",
    N_ ("Compare settings in a grid"), FALSE },
  { DIP_COMMANDS_RUN, "win.dice", "d", N_ ("Another seed"), TRUE },
  { DIP_COMMANDS_RUN, "win.lock-seed", "<Shift>d", N_ ("Lock the seed"), TRUE },
  { DIP_COMMANDS_RUN, "win.reuse-seed", "<Control>u", N_ ("Use the last seed again"),
    FALSE },

  /* Keys of the queue's rows (app/queue-page.c). */
  { DIP_COMMANDS_QUEUE, NULL, "<Alt>Up", N_ ("Move a waiting run up"), TRUE },
  { DIP_COMMANDS_QUEUE, NULL, "<Alt>Down", N_ ("Move a waiting run down"), TRUE },

  { DIP_COMMANDS_FILM, "win.toggle-kind", "x", N_ ("Noisy x_t or predicted x0"), TRUE },

  { DIP_COMMANDS_FILM, "win.next-step", "Down", N_ ("Next step"), TRUE },
  { DIP_COMMANDS_FILM, "win.previous-step", "Up", N_ ("Previous step"), TRUE },
  { DIP_COMMANDS_FILM, "win.first-step", "Home", N_ ("First step"), TRUE },
  { DIP_COMMANDS_FILM, "win.last-step", "End", N_ ("Newest step"), TRUE },
  { DIP_COMMANDS_FILM, "win.play", "c", N_ ("Play the steps"), TRUE },
  { DIP_COMMANDS_FILM, "timeline.loop", "o", N_ ("Play in a loop"), TRUE },
  { DIP_COMMANDS_FILM, "timeline.slower", "less", N_ ("Play slower"), TRUE },
  { DIP_COMMANDS_FILM, "timeline.faster", "greater", N_ ("Play faster"), TRUE },
  { DIP_COMMANDS_FILM, "timeline.bookmark", "b", N_ ("Bookmark, or no more"), TRUE },
  { DIP_COMMANDS_FILM, "timeline.next-bookmark", "Page_Down", N_ ("Next bookmark"),
    TRUE },
  { DIP_COMMANDS_FILM, "timeline.previous-bookmark", "Page_Up", N_ ("Previous bookmark"),
    TRUE },
  { DIP_COMMANDS_BRANCHES, "win.fork", "<Control>j", N_ ("Go on from here"), FALSE },
  { DIP_COMMANDS_BRANCHES, "win.fork-unchanged", "<Shift><Control>j",
    N_ ("Go on unchanged"), FALSE },
  { DIP_COMMANDS_BRANCHES, "win.next-branch", "<Control>Down", N_ ("Next branch"),
    FALSE },
  { DIP_COMMANDS_BRANCHES, "win.previous-branch", "<Control>Up", N_ ("Previous branch"),
    FALSE },
  { DIP_COMMANDS_BRANCHES, "win.compare-branch", "<Control>m",
    N_ ("Compare branches, or no more"), FALSE },
  { DIP_COMMANDS_BRANCHES, "win.next-match", "<Shift><Control>m",
    N_ ("Compare at the same step, timestep or end"), FALSE },

  { DIP_COMMANDS_FILM, "win.next-film", "<Alt>Page_Down", N_ ("Next pair with its steps"),
    FALSE },
  { DIP_COMMANDS_FILM, "win.previous-film", "<Alt>Page_Up",
    N_ ("Previous pair with its steps"), FALSE },

  /* Keys of the panes (app/view/pair-view.h). */
  { DIP_COMMANDS_VIEW, NULL, "plus", N_ ("Larger"), TRUE },
  { DIP_COMMANDS_VIEW, NULL, "minus", N_ ("Smaller"), TRUE },
  { DIP_COMMANDS_VIEW, NULL, "equal", N_ ("Whole picture"), TRUE },
  { DIP_COMMANDS_VIEW, NULL, "<Control>0", N_ ("One pixel to one"), TRUE },
  { DIP_COMMANDS_VIEW, NULL, "<Shift>Left", N_ ("Pan"), TRUE },
  { DIP_COMMANDS_VIEW, NULL, "1", N_ ("Window preset, 1 to 5"), TRUE },
  { DIP_COMMANDS_VIEW, NULL, "space", N_ ("Reset window and zoom"), TRUE },
  { DIP_COMMANDS_VIEW, NULL, "i", N_ ("Invert"), TRUE },
  { DIP_COMMANDS_VIEW, NULL, "h", N_ ("Flip left to right"), TRUE },
  { DIP_COMMANDS_VIEW, NULL, "v", N_ ("Flip top to bottom"), TRUE },
  { DIP_COMMANDS_VIEW, NULL, "n", N_ ("Nearest or smooth"), TRUE },
  { DIP_COMMANDS_VIEW, NULL, "k", N_ ("Crosshair"), TRUE },
  { DIP_COMMANDS_VIEW, NULL, "<Alt>Right", N_ ("Move the crosshair"), TRUE },
  { DIP_COMMANDS_VIEW, NULL, "y", N_ ("Link the panes"), TRUE },
  { DIP_COMMANDS_VIEW, NULL, "a", N_ ("Annotations"), TRUE },
  { DIP_COMMANDS_VIEW, NULL, "l", N_ ("Left or right breast"), TRUE },
  { DIP_COMMANDS_LAYOUT, NULL, "F2", N_ ("Side by side"), TRUE },
  { DIP_COMMANDS_LAYOUT, NULL, "F3", N_ ("Hanging, chest walls facing"), TRUE },
  { DIP_COMMANDS_LAYOUT, NULL, "F4", N_ ("Wipe"), TRUE },
  { DIP_COMMANDS_LAYOUT, NULL, "F5", N_ ("Flicker"), TRUE },
  { DIP_COMMANDS_LAYOUT, NULL, "F6", N_ ("Checkerboard"), TRUE },
  { DIP_COMMANDS_LAYOUT, NULL, "F7", N_ ("Difference"), TRUE },
  { DIP_COMMANDS_LAYOUT, NULL, "e", N_ ("Register the MLO to the CC, and back"), TRUE },
  { DIP_COMMANDS_LAYOUT, NULL, "<Control>bracketright", N_ ("Register further"), TRUE },
  { DIP_COMMANDS_LAYOUT, NULL, "<Control>bracketleft", N_ ("Register less"), TRUE },
  { DIP_COMMANDS_LAYOUT, NULL, "s", N_ ("Wipe and back"), TRUE },
  { DIP_COMMANDS_LAYOUT, NULL, "Right", N_ ("Next view"), TRUE },
  { DIP_COMMANDS_LAYOUT, NULL, "Left", N_ ("Previous view"), TRUE },
  { DIP_COMMANDS_LAYOUT, NULL, "f", N_ ("One pane alone, and back"), TRUE },
  { DIP_COMMANDS_LAYOUT, NULL, "t", N_ ("What the third pane shows"), TRUE },

  { DIP_COMMANDS_LIBRARY, "win.library-star", "<Control>b", N_ ("Star"), FALSE },
  { DIP_COMMANDS_LIBRARY, "win.library-note", "<Control>n", N_ ("Note"), FALSE },
  { DIP_COMMANDS_LIBRARY, "win.library-compare", "<Control>k",
    N_ ("Compare the two selected"), FALSE },
  { DIP_COMMANDS_LIBRARY, "win.library-restore", "<Control>r", N_ ("Restore settings"),
    FALSE },
  { DIP_COMMANDS_LIBRARY, "win.library-again::seed", "<Control>g",
    N_ ("Generate again with the next seed"), FALSE },
  { DIP_COMMANDS_LIBRARY, "win.library-change", "<Shift><Control>g",
    N_ ("Generate again with one thing changed"), FALSE },
  { DIP_COMMANDS_LIBRARY, "win.library-reveal", "<Shift><Control>r", N_ ("Show in Files"),
    FALSE },
  { DIP_COMMANDS_LIBRARY, "win.library-delete", "Delete", N_ ("Delete"), TRUE },
  { DIP_COMMANDS_LIBRARY, "win.library-undo", "", N_ ("Undo the deletion"), FALSE },

  { DIP_COMMANDS_FILES, "win.open", "<Control>o", N_ ("Open a picture"), FALSE },
  { DIP_COMMANDS_FILES, "win.open-checkpoint", "<Shift><Control>o",
    N_ ("Open a checkpoint"), FALSE },
  { DIP_COMMANDS_FILES, "win.demo", "<Control>d", N_ ("Use the demo checkpoint"), FALSE },

  { DIP_COMMANDS_FILES, "win.export::pair", "<Control>s", N_ ("Export the pair"), FALSE },
  { DIP_COMMANDS_FILES, "win.export::views", "<Shift><Control>s",
    N_ ("Export each view in 16 bits"), FALSE },
  { DIP_COMMANDS_FILES, "win.export::view-png", "<Control>i",
    N_ ("Export what the panes show as PNG"), FALSE },
  { DIP_COMMANDS_FILES, "win.export::view-pdf", "<Shift><Control>i",
    N_ ("Export what the panes show as PDF"), FALSE },
  { DIP_COMMANDS_FILES, "win.export::strip", "<Control>t",
    N_ ("Export the steps as a film strip"), FALSE },
  { DIP_COMMANDS_FILES, "win.export::frames", "<Shift><Control>t",
    N_ ("Export every step as a picture"), FALSE },
  { DIP_COMMANDS_FILES, "win.export::film", "<Alt><Control>t",
    N_ ("Export every step as numbers"), FALSE },
  { DIP_COMMANDS_FILES, "win.copy", "<Shift><Control>c", N_ ("Copy what the panes show"),
    FALSE },

  /* Keys of the panes; those of the tools are in app/view/toolbox.c. */
  { DIP_COMMANDS_TOOLS, NULL, "g", N_ ("Move and zoom"), TRUE },
  { DIP_COMMANDS_MASKS, NULL, "p", N_ ("Correct the breast mask"), TRUE },
  { DIP_COMMANDS_MASKS, NULL, "r", N_ ("Mark a region to generate again"), TRUE },
  { DIP_COMMANDS_TOOLS, NULL, "q", N_ ("Find a place in the other view"), TRUE },
  { DIP_COMMANDS_TOOLS, NULL, "z", N_ ("Measure a distance"), TRUE },
  { DIP_COMMANDS_TOOLS, NULL, "<Shift>z", N_ ("Measure an angle"), TRUE },
  { DIP_COMMANDS_TOOLS, NULL, "w", N_ ("Measure an area"), TRUE },
  { DIP_COMMANDS_TOOLS, NULL, "<Shift>w", N_ ("Profile along a line"), TRUE },
  { DIP_COMMANDS_TOOLS, "win.measure-delete", "BackSpace",
    N_ ("Delete the selected measure"), TRUE },
  { DIP_COMMANDS_TOOLS, "win.measures-clear", "<Shift>BackSpace",
    N_ ("Delete all measures"), TRUE },
  { DIP_COMMANDS_MASKS, NULL, "bracketleft", N_ ("Smaller brush; wipe line to the left"),
    TRUE },
  { DIP_COMMANDS_MASKS, NULL, "bracketright", N_ ("Larger brush; wipe line to the right"),
    TRUE },
  { DIP_COMMANDS_TOOLS, NULL, "u", N_ ("Use the tool at the crosshair"), TRUE },
  { DIP_COMMANDS_TOOLS, NULL, "<Shift><Alt>Right", N_ ("Drag the tool"), TRUE },
  { DIP_COMMANDS_MASKS, "win.complete", "<Control>h", N_ ("Complete a missing view"),
    FALSE },
  { DIP_COMMANDS_MASKS, "win.complete-file", "<Shift><Control>h",
    N_ ("Complete the view of a grey picture"), FALSE },
  { DIP_COMMANDS_MASKS, "win.inpaint", "<Alt>r", N_ ("Generate the marked region again"),
    FALSE },
  { DIP_COMMANDS_MASKS, "win.region-clear", "<Shift>r", N_ ("Clear the marked region"),
    TRUE },
  { DIP_COMMANDS_MASKS, "win.compare-original", "<Alt>b",
    N_ ("Compare with the pair before"), FALSE },
  { DIP_COMMANDS_MASKS, "win.brush-erase", "<Shift>p",
    N_ ("Erase with the brush, or paint"), TRUE },
  { DIP_COMMANDS_MASKS, "win.mask-next", "<Alt>m", N_ ("Next mask, or automatic"),
    FALSE },
  { DIP_COMMANDS_MASKS, "win.mask-new", "<Alt>n", N_ ("New mask"), FALSE },
  { DIP_COMMANDS_MASKS, "win.mask-version", "<Alt>v", N_ ("New version of the mask"),
    FALSE },
  { DIP_COMMANDS_MASKS, "win.mask-rename", "<Control>F2", N_ ("Rename the mask"), FALSE },
  { DIP_COMMANDS_MASKS, "win.mask-remove", "<Control>Delete",
    N_ ("Delete this version of the mask"), FALSE },
  { DIP_COMMANDS_MASKS, "win.mask-revert", "<Control>BackSpace",
    N_ ("Revert to the automatic mask"), FALSE },
  { DIP_COMMANDS_TOOLS, NULL, "period",
    N_ ("Point at the next landmark or measured point"), TRUE },
  { DIP_COMMANDS_TOOLS, NULL, "comma", N_ ("Point at the previous one"), TRUE },
  { DIP_COMMANDS_TOOLS, NULL, "<Shift><Control>Right", N_ ("Drag it by a pixel"), TRUE },
  { DIP_COMMANDS_TOOLS, "win.anatomy", "m", N_ ("Masks, landmarks and PNLs"), TRUE },
  { DIP_COMMANDS_TOOLS, "win.profiles", "j", N_ ("Anterior-posterior profiles"), TRUE },

  { DIP_COMMANDS_GENERAL, "win.undo", "<Control>z",
    N_ ("Undo, with the tool in hand or in the library"), FALSE },
  { DIP_COMMANDS_GENERAL, "win.redo", "<Shift><Control>z", N_ ("Redo"), FALSE },
  { DIP_COMMANDS_GENERAL, "win.show-sidebar", "F9", N_ ("Show the sidebar"), FALSE },
  { DIP_COMMANDS_GENERAL, "win.show-library", "<Control>l", N_ ("Show the library"),
    FALSE },
  { DIP_COMMANDS_GENERAL, "win.fullscreen", "F11", N_ ("Full screen"), FALSE },
  { DIP_COMMANDS_GENERAL, "win.menu", "F10", N_ ("Main menu"), FALSE },
  { DIP_COMMANDS_GENERAL, "app.preferences", "<Control>comma", N_ ("Preferences"),
    FALSE },
  { DIP_COMMANDS_GENERAL, "app.shortcuts", "<Control>question F1",
    N_ ("Keyboard shortcuts"), FALSE },
  { DIP_COMMANDS_GENERAL, "app.about", "<Shift>F1", N_ ("About Diptych"), FALSE },
  { DIP_COMMANDS_GENERAL, "win.close", "<Control>w", N_ ("Close the window"), FALSE },
  { DIP_COMMANDS_GENERAL, "app.quit", "<Control>q", N_ ("Quit"), FALSE },
};

const guint dip_n_commands = G_N_ELEMENTS (dip_commands);

const char *
dip_command_group_get_title (DipCommandGroup group)
{
  static const char *const titles[DIP_N_COMMAND_GROUPS] = {
    [DIP_COMMANDS_RUN] = N_ ("Generating"),
    [DIP_COMMANDS_QUEUE] = N_ ("Queue"),
    [DIP_COMMANDS_FILM] = N_ ("Steps"),
    [DIP_COMMANDS_BRANCHES] = N_ ("Branches"),
    [DIP_COMMANDS_LIBRARY] = N_ ("Library"),
    [DIP_COMMANDS_FILES] = N_ ("Files"),
    [DIP_COMMANDS_VIEW] = N_ ("Pictures"),
    [DIP_COMMANDS_LAYOUT] = N_ ("Layout"),
    [DIP_COMMANDS_TOOLS] = N_ ("Inspection"),
    [DIP_COMMANDS_MASKS] = N_ ("Masks and regions"),
    [DIP_COMMANDS_GENERAL] = N_ ("General"),
  };

  return _ (titles[group]);
}

void
dip_commands_set_accels (GtkApplication *application)
{
  for (guint i = 0; i < dip_n_commands; i++)
    {
      const DipCommand *command = &dip_commands[i];
      g_auto (GStrv) accels = g_strsplit (command->accel, " ", -1);

      if (command->action != NULL && !command->is_local && *command->accel != '\0')
        gtk_application_set_accels_for_action (application, command->action,
                                               (const char *const *) accels);
    }
}

/* A shortcut for each of the keys. */
static void
add_shortcuts (GtkEventController *controller, const DipCommand *command)
{
  g_auto (GStrv) accels = g_strsplit (command->accel, " ", -1);
  g_autofree char *name = NULL;
  g_autoptr (GVariant) target = NULL;

  if (!g_action_parse_detailed_name (command->action, &name, &target, NULL))
    g_assert_not_reached ();

  for (guint i = 0; accels[i] != NULL; i++)
    {
      GtkShortcut *shortcut = gtk_shortcut_new (
          gtk_shortcut_trigger_parse_string (accels[i]), gtk_named_action_new (name));

      gtk_shortcut_set_arguments (shortcut, target);
      gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (controller),
                                            shortcut);
    }
}

void
dip_commands_add_shortcuts (GtkWidget *widget)
{
  GtkEventController *controller = gtk_shortcut_controller_new ();

  for (guint i = 0; i < dip_n_commands; i++)
    if (dip_commands[i].action != NULL && dip_commands[i].is_local)
      add_shortcuts (controller, &dip_commands[i]);

  gtk_widget_add_controller (widget, controller);
}

static void
append_shortcut (GString *xml, const DipCommand *command)
{
  g_autofree char *title = g_markup_escape_text (_ (command->title), -1);
  g_autofree char *accel = g_markup_escape_text (command->accel, -1);

  g_string_append_printf (xml,
                          "<child><object class='GtkShortcutsShortcut'>"
                          "<property name='title'>%s</property>"
                          "<property name='accelerator'>%s</property>"
                          "</object></child>",
                          title, accel);
}

static void
append_group (GString *xml, DipCommandGroup group)
{
  g_autofree char *title = g_markup_escape_text (dip_command_group_get_title (group), -1);
  gboolean has_any = FALSE;

  for (guint i = 0; i < dip_n_commands; i++)
    {
      if (dip_commands[i].group != group || *dip_commands[i].accel == '\0')
        continue;
      if (!has_any)
        g_string_append_printf (xml,
                                "<child><object class='GtkShortcutsGroup'>"
                                "<property name='title'>%s</property>",
                                title);
      has_any = TRUE;
      append_shortcut (xml, &dip_commands[i]);
    }
  if (has_any)
    g_string_append (xml, "</object></child>");
}

/* As many groups as one page holds, in two columns: GTK 4.8 puts pages of one section into
 * an order of its own, and no page scrolls.  17 lines fit into 800 pixels; a test counts.
 */
static const struct
{
  const char *name;
  const char *title;
  DipCommandGroup first;
  DipCommandGroup last;
} sections[] = {
  { "run", N_ ("Generating"), DIP_COMMANDS_RUN, DIP_COMMANDS_QUEUE },
  { "steps", N_ ("Steps"), DIP_COMMANDS_FILM, DIP_COMMANDS_BRANCHES },
  { "library", N_ ("Library and files"), DIP_COMMANDS_LIBRARY, DIP_COMMANDS_FILES },
  { "pictures", N_ ("Pictures"), DIP_COMMANDS_VIEW, DIP_COMMANDS_LAYOUT },
  { "inspection", N_ ("Inspection"), DIP_COMMANDS_TOOLS, DIP_COMMANDS_MASKS },
  { "general", N_ ("General"), DIP_COMMANDS_GENERAL, DIP_COMMANDS_GENERAL },
};

static void
append_section (GString *xml, guint i)
{
  g_autofree char *title = g_markup_escape_text (_ (sections[i].title), -1);

  g_string_append_printf (xml,
                          "<child><object class='GtkShortcutsSection'>"
                          "<property name='section-name'>%s</property>"
                          "<property name='title'>%s</property>"
                          "<property name='max-height'>18</property>",
                          sections[i].name, title);
  for (guint group = sections[i].first; group <= sections[i].last; group++)
    append_group (xml, group);
  g_string_append (xml, "</object></child>");
}

/* GtkShortcutsWindow is filled by GtkBuilder alone. */
GtkWindow *
dip_commands_make_window (GtkWindow *parent)
{
  g_autoptr (GString) xml = g_string_new (NULL);
  g_autoptr (GtkBuilder) builder = NULL;
  GtkWindow *window;

  g_string_append (xml, "<interface><object class='GtkShortcutsWindow' id='window'>"
                        "<property name='modal'>1</property>");
  for (guint i = 0; i < G_N_ELEMENTS (sections); i++)
    append_section (xml, i);
  g_string_append (xml, "</object></interface>");

  builder = gtk_builder_new_from_string (xml->str, xml->len);
  window = GTK_WINDOW (gtk_builder_get_object (builder, "window"));
  g_object_set (window, "section-name", sections[0].name, NULL);
  gtk_window_set_transient_for (window, parent);

  return window;
}
