#include <glib/gi18n.h>

#include "app/fork-dialog.h"
#include "app/settings.h"
#include "app/window-private.h"

/* Films that are kept ------------------------------------------------------------------ */

DipTakeTree *
dip_window_find_tree (DipWindow *self, DipTake *take)
{
  for (guint i = 0; i < self->films->len; i++)
    if (dip_take_tree_has (self->films->pdata[i], take))
      return self->films->pdata[i];

  return NULL;
}

static gboolean
add_branch (DipWindow *self, DipTake *take)
{
  for (guint i = 0; i < self->films->len; i++)
    if (dip_take_tree_add (self->films->pdata[i], take))
      return TRUE;

  return FALSE;
}

/* A branch whose tree is no longer kept begins one of its own: it holds its parents. */
void
dip_window_keep_film (DipWindow *self, DipTake *take)
{
  guint n_films = g_settings_get_uint (dip_settings_get (), "n-films");

  if (add_branch (self, take))
    return;
  g_ptr_array_insert (self->films, 0, dip_take_tree_new (take));
  if (self->films->len > n_films)
    g_ptr_array_set_size (self->films, n_films);
}

/* Going on ------------------------------------------------------------------------------- */

static gboolean
can_fork (DipTake *take, guint position)
{
  return take != NULL && dip_take_get_film (take) != NULL &&
         dip_take_get_n_pairs (take) == 0 && position < dip_take_get_n_frames (take) &&
         position + 1 < dip_take_get_n_steps (take);
}

/* The settings that the shown step was made with, to go on from it; NULL, having said why,
 * if that cannot be.
 */
static DipRunSettings *
make_fork_settings (DipWindow *self)
{
  DipTake *take = dip_shown_get_take (self->shown);
  guint position = dip_shown_get_position (self->shown);
  g_autoptr (DipRunSettings) settings = dip_window_get_settings (self);
  g_autoptr (DipOrigin) origin = NULL;
  g_autoptr (GError) error = NULL;

  if (!can_fork (take, position))
    return NULL;
  origin = dip_origin_new_fork (take, position, &error);
  if (origin == NULL)
    {
      dip_window_tell (self, GTK_MESSAGE_ERROR, error->message, NULL, NULL);
      return NULL;
    }
  take = origin->take;
  if (!dip_run_settings_restore (settings, dip_take_get_provenance (take)))
    return NULL;
  g_clear_pointer (&settings->origin, dip_origin_unref);
  settings->origin = g_steal_pointer (&origin);
  g_free (settings->checkpoint);
  settings->checkpoint = dip_settings_find_checkpoint (json_string_value (
      json_object_get (dip_take_get_provenance (take), "checkpoint_sha256")));
  settings->batch = 1;

  return g_steal_pointer (&settings);
}

static void
answered_cb (DipForkDialog *dialog, DipWindow *self)
{
  g_autoptr (DipRunSettings) settings = dip_fork_dialog_make_settings (dialog);

  dip_window_untell (self);
  dip_queue_generate (self->queue, settings);
}

static void
fork_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  DipWindow *self = user_data;
  g_autoptr (DipRunSettings) settings = make_fork_settings (self);
  GtkWidget *dialog;

  if (settings == NULL)
    return;
  dialog = dip_fork_dialog_new (GTK_WINDOW (self), settings);
  g_signal_connect_object (dialog, "answered", G_CALLBACK (answered_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* Without asking: as the steps before were made. */
static void
fork_unchanged_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  DipWindow *self = user_data;
  g_autoptr (DipRunSettings) settings = make_fork_settings (self);

  if (settings != NULL)
    dip_queue_generate (self->queue, settings);
}

/* Among branches -------------------------------------------------------------------------- */

static void
show_by (DipWindow *self, int by)
{
  DipTakeTree *tree = dip_branches_get_tree (self->branches);
  guint n_takes = tree != NULL ? dip_take_tree_get_n_takes (tree) : 0;
  guint index = n_takes > 0 ? dip_take_tree_find (tree, dip_shown_get_take (self->shown))
                            : G_MAXUINT;

  if (n_takes > 1 && index != G_MAXUINT)
    dip_branches_show (self->branches,
                       dip_take_tree_get_take (tree, (index + n_takes + by) % n_takes));
}

static void
next_branch_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  show_by (user_data, 1);
}

static void
previous_branch_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  show_by (user_data, -1);
}

/* With the one that it parts from; the first run with its newest branch; or no more. */
static void
compare_branch_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  DipWindow *self = user_data;
  DipTakeTree *tree = dip_branches_get_tree (self->branches);
  DipTake *take = dip_shown_get_take (self->shown);
  DipTake *other = take != NULL ? dip_take_get_parent (take) : NULL;
  guint n_takes = tree != NULL ? dip_take_tree_get_n_takes (tree) : 0;

  if (dip_shown_get_other (self->shown) != NULL)
    {
      dip_shown_set_other (self->shown, NULL);
      return;
    }
  if (other == NULL && n_takes > 1)
    other = dip_take_tree_get_take (tree, n_takes - 1);
  if (other != NULL)
    dip_branches_compare (self->branches, other);
}

static void
next_match_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  DipShown *shown = DIP_WINDOW (user_data)->shown;

  dip_shown_set_match (shown, (dip_shown_get_match (shown) + 1) % 3);
}

static void
update (DipWindow *self)
{
  DipTake *take = dip_shown_get_take (self->shown);
  DipTakeTree *tree = dip_branches_get_tree (self->branches);
  gboolean has_branches = tree != NULL && dip_take_tree_get_n_takes (tree) > 1;
  gboolean can = can_fork (take, dip_shown_get_position (self->shown));

  dip_window_enable (self, "fork", can);
  dip_window_enable (self, "fork-unchanged", can);
  dip_window_enable (self, "next-branch", has_branches);
  dip_window_enable (self, "previous-branch", has_branches);
  dip_window_enable (self, "compare-branch",
                     has_branches || dip_shown_get_other (self->shown) != NULL);
}

static void
take_changed_cb (DipWindow *self)
{
  dip_branches_set_tree (self->branches,
                         dip_window_find_tree (self, dip_shown_get_take (self->shown)));
  update (self);
}

/* Menus ------------------------------------------------------------------------------------ */

static GMenuModel *
make_menu (void)
{
  GMenu *menu = g_menu_new ();
  g_autoptr (GMenu) fork = g_menu_new ();
  g_autoptr (GMenu) compare = g_menu_new ();

  g_menu_append (fork, _ ("_Go On from Here…"), "win.fork");
  g_menu_append (fork, _ ("Go On _Unchanged"), "win.fork-unchanged");
  g_menu_append (fork, _ ("_Bookmark"), "timeline.bookmark");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (fork));
  g_menu_append (compare, _ ("_Compare Branches"), "win.compare-branch");
  g_menu_append (compare, _ ("With the Final Picture"), "compare.match::end");
  g_menu_append (compare, _ ("At the Same Step"), "compare.match::step");
  g_menu_append (compare, _ ("At the Same Timestep"), "compare.match::timestep");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (compare));

  return G_MENU_MODEL (menu);
}

static void
add_menus (DipWindow *self)
{
  g_autoptr (GMenuModel) menu = make_menu ();
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();
  g_autoptr (GPropertyAction) match =
      g_property_action_new ("match", self->shown, "match");

  g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (match));
  gtk_widget_insert_action_group (GTK_WIDGET (self), "compare", G_ACTION_GROUP (group));
  dip_timeline_set_menu (dip_scrubber_get_timeline (self->scrubber), menu);
  g_menu_append (self->begin_section, _ ("_Go On from This Step…"), "win.fork");
}

void
dip_window_add_branches (DipWindow *self)
{
  static const GActionEntry entries[] = { { "fork", fork_cb },
                                          { "fork-unchanged", fork_unchanged_cb },
                                          { "next-branch", next_branch_cb },
                                          { "previous-branch", previous_branch_cb },
                                          { "compare-branch", compare_branch_cb },
                                          { "next-match", next_match_cb } };
  DipTimeline *timeline = dip_scrubber_get_timeline (self->scrubber);

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries),
                                   self);
  self->branches = DIP_BRANCHES (dip_branches_new (self->shown, timeline));
  gtk_box_append (self->timeline_box, GTK_WIDGET (self->branches));
  add_menus (self);
  g_signal_connect_object (self->shown, "notify::take", G_CALLBACK (take_changed_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->shown, "changed", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->shown, "grew", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  take_changed_cb (self);
}
