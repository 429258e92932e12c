#include "app/branches.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#define MAX_HEIGHT 112 /* logical pixels, four lanes and a bit; then it scrolls */

struct _DipBranches
{
  GtkWidget parent_instance;

  DipShown *shown;
  DipTakeTree *takes; /* or NULL */
  GtkWidget *scrolled;
  DipBranchTree *tree;
};

G_DEFINE_FINAL_TYPE (DipBranches, dip_branches, GTK_TYPE_WIDGET)

/* Lanes ------------------------------------------------------------------------------ */

/* Where frames as noisy as @level are on the timeline of @take, between its steps too. */
static double
find_place (DipTake *take, guint n_steps, double level)
{
  double before = dip_take_get_level (take, 0);

  if (level >= before)
    return 0.0;
  for (guint i = 1; i < n_steps; i++)
    {
      const double after = dip_take_get_level (take, i);

      if (level >= after)
        return i - 1 + (before - level) / MAX (before - after, 1e-9);
      before = after;
    }

  return n_steps - 1.0;
}

/* Levels do not tell the steps of a run that goes back and forward: these are spread. */
static gboolean
is_falling (DipTake *take, guint n_steps)
{
  for (guint i = 1; i < n_steps; i++)
    if (!(dip_take_get_level (take, i) <= dip_take_get_level (take, i - 1)))
      return FALSE;

  return TRUE;
}

static double *
make_places (DipTake *take, DipTake *shown)
{
  const guint n_steps = dip_take_get_n_steps (take);
  const guint n_shown = MAX (dip_take_get_n_steps (shown), 1);
  double *places = g_new (double, MAX (n_steps, 1));
  const gboolean is_even =
      take != shown && (!is_falling (take, n_steps) || !is_falling (shown, n_shown));

  for (guint i = 0; i < n_steps; i++)
    if (take == shown)
      places[i] = i;
    else if (is_even)
      places[i] = i * (n_shown - 1.0) / MAX (n_steps - 1.0, 1.0);
    else
      places[i] = find_place (shown, n_shown, dip_take_get_level (take, i));

  return places;
}

char *
dip_branches_describe (DipTake *take)
{
  const json_t *provenance = dip_take_get_provenance (take);
  const char *class_name = json_string_value (json_object_get (provenance, "scheduler"));
  g_autofree char *name = g_strdup (class_name != NULL ? class_name : "");
  const double eta = json_number_value (json_object_get (provenance, "eta"));
  const double churn = json_number_value (json_object_get (provenance, "churn"));
  g_autoptr (GString) text = NULL;

  if (g_str_has_suffix (name, "Scheduler"))
    name[strlen (name) - strlen ("Scheduler")] = '\0';
  text = g_string_new (name);
  g_string_append_printf (text, " · %" JSON_INTEGER_FORMAT,
                          json_integer_value (json_object_get (provenance, "steps")));
  if (eta > 0.0)
    g_string_append_printf (text, " · η %g", eta);
  if (churn > 0.0)
    g_string_append_printf (text, " · churn %g", churn);
  g_string_append_printf (text, " · %" G_GINT64_FORMAT, dip_take_get_seed (take));
  if (json_is_true (json_object_get (json_object_get (provenance, "fork"), "unchanged")))
    g_string_append_printf (text, " · %s", _ ("unchanged"));

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static char *
make_spoken (DipTake *take, const char *label)
{
  const guint n_shared = dip_take_get_n_shared (take);

  if (n_shared == 0)
    return g_strdup_printf (_ ("%s, the first run"), label);

  return g_strdup_printf (_ ("%s, branch from step %u"), label, n_shared);
}

static void
lane_clear (gpointer data)
{
  DipBranchLane *lane = data;

  g_free ((char *) lane->label);
  g_free ((char *) lane->spoken);
  g_free ((double *) lane->places);
}

static void
update_places (DipBranches *self)
{
  DipTake *other = dip_shown_get_other (self->shown);
  const guint shown = dip_take_tree_find (self->takes, dip_shown_get_take (self->shown));
  const guint compared = dip_take_tree_find (self->takes, other);

  dip_branch_tree_set_shown (self->tree, (int) shown,
                             dip_shown_get_position (self->shown), (int) compared,
                             dip_shown_get_other_position (self->shown));
}

static void
update (DipBranches *self)
{
  DipTake *shown = dip_shown_get_take (self->shown);
  const guint n_takes = self->takes != NULL ? dip_take_tree_get_n_takes (self->takes) : 0;
  g_autoptr (GArray) lanes = NULL;

  gtk_widget_set_visible (self->scrolled, n_takes > 1);
  if (n_takes < 2 || !dip_take_tree_has (self->takes, shown))
    return;

  lanes = g_array_new (FALSE, TRUE, sizeof (DipBranchLane));
  g_array_set_clear_func (lanes, lane_clear);
  for (guint i = 0; i < n_takes; i++)
    {
      DipTake *take = dip_take_tree_get_take (self->takes, i);
      char *label = dip_branches_describe (take);
      DipBranchLane lane = {
        .label = label,
        .spoken = make_spoken (take, label),
        .parent = (int) dip_take_tree_find (self->takes, dip_take_get_parent (take)),
        .n_shared = dip_take_get_n_shared (take),
        .n_kept = dip_take_get_n_frames (take),
        .n_steps = dip_take_get_n_steps (take),
        .places = make_places (take, shown),
      };

      g_array_append_val (lanes, lane);
    }
  dip_branch_tree_set_lanes (self->tree, (DipBranchLane *) (void *) lanes->data, n_takes);
  update_places (self);
}

static void
changed_cb (DipBranches *self)
{
  if (self->takes != NULL && dip_take_tree_get_n_takes (self->takes) > 1 &&
      dip_take_tree_has (self->takes, dip_shown_get_take (self->shown)))
    update_places (self);
}

/* What is chosen ---------------------------------------------------------------------- */

void
dip_branches_show (DipBranches *self, DipTake *take)
{
  DipTake *shown = dip_shown_get_take (self->shown);
  DipTake *other = dip_shown_get_other (self->shown);

  if (take == shown)
    return;
  /* The one that was compared changes places with the one that was shown. */
  g_object_ref (take);
  dip_shown_change_to (self->shown, take, other == take ? shown : other);
  g_object_unref (take);
}

void
dip_branches_compare (DipBranches *self, DipTake *take)
{
  if (take == dip_shown_get_take (self->shown) ||
      take == dip_shown_get_other (self->shown))
    take = NULL;
  if (take != NULL && dip_shown_get_match (self->shown) == DIP_MATCH_END)
    dip_shown_set_match (self->shown, DIP_MATCH_TIMESTEP);
  dip_shown_set_other (self->shown, take);
}

static void
chosen_cb (DipBranches *self, guint lane)
{
  dip_branches_show (self, dip_take_tree_get_take (self->takes, lane));
}

static void
compared_cb (DipBranches *self, guint lane)
{
  dip_branches_compare (self, dip_take_tree_get_take (self->takes, lane));
}

/* The object -------------------------------------------------------------------------- */

static void
dip_branches_dispose (GObject *object)
{
  DipBranches *self = DIP_BRANCHES (object);

  if (self->takes != NULL)
    g_signal_handlers_disconnect_by_data (self->takes, self);
  g_clear_pointer (&self->scrolled, gtk_widget_unparent);
  g_clear_object (&self->takes);
  g_clear_object (&self->shown);

  G_OBJECT_CLASS (dip_branches_parent_class)->dispose (object);
}

static void
dip_branches_class_init (DipBranchesClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = dip_branches_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass),
                                            GTK_TYPE_BIN_LAYOUT);
}

static void
dip_branches_init (DipBranches *self)
{
  self->scrolled = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scrolled), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (self->scrolled),
                                                    TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (self->scrolled),
                                              MAX_HEIGHT);
  gtk_widget_set_visible (self->scrolled, FALSE);
  gtk_widget_set_parent (self->scrolled, GTK_WIDGET (self));
}

GtkWidget *
dip_branches_new (DipShown *shown, DipTimeline *timeline)
{
  DipBranches *self = g_object_new (DIP_TYPE_BRANCHES, NULL);

  self->shown = g_object_ref (shown);
  self->tree = DIP_BRANCH_TREE (dip_branch_tree_new (timeline));
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scrolled),
                                 GTK_WIDGET (self->tree));
  g_signal_connect_swapped (self->tree, "chosen", G_CALLBACK (chosen_cb), self);
  g_signal_connect_swapped (self->tree, "compared", G_CALLBACK (compared_cb), self);
  g_signal_connect_object (shown, "changed", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (shown, "grew", G_CALLBACK (update), self, G_CONNECT_SWAPPED);

  return GTK_WIDGET (self);
}

void
dip_branches_set_tree (DipBranches *self, DipTakeTree *takes)
{
  if (self->takes != takes)
    {
      if (self->takes != NULL)
        g_signal_handlers_disconnect_by_data (self->takes, self);
      g_set_object (&self->takes, takes);
      if (takes != NULL)
        g_signal_connect_object (takes, "items-changed", G_CALLBACK (update), self,
                                 G_CONNECT_SWAPPED);
    }
  update (self);
}

DipTakeTree *
dip_branches_get_tree (DipBranches *self)
{
  return self->takes;
}
