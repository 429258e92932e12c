#include <glib/gi18n.h>

#include "app/runs/take-tree.h"
#include "app/window-private.h"

/* Going from one film to the next: the pairs of a batch while they are made, and those of
 * the runs before.
 */

/* Which pair, branches and all, is shown; the newest if none of them is. */
static guint
find_shown (DipWindow *self, gboolean *is_any)
{
  DipTake *take = dip_shown_get_take (self->shown);

  for (guint i = 0; take != NULL && i < self->films->len; i++)
    if (dip_take_tree_has (g_ptr_array_index (self->films, i), take))
      {
        *is_any = TRUE;
        return i;
      }
  *is_any = FALSE;

  return 0;
}

/* Films are listed newest first; the next one is the newer. */
static void
move_by (DipWindow *self, int n)
{
  int n_films = self->films->len;
  gboolean is_any;
  int position = (int) find_shown (self, &is_any) - n;

  if (position < 0 || position >= n_films)
    return;
  dip_window_show_take (
      self, dip_take_tree_get_take (g_ptr_array_index (self->films, position), 0));
}

static void
next_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  move_by (user_data, 1);
}

static void
previous_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  move_by (user_data, -1);
}

static void
add_button (DipWindow *self,
            GtkWidget *box,
            const char *icon,
            const char *action,
            const char *text)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "dip-small");
  gtk_widget_set_tooltip_text (button, text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  text, -1);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_box_append (GTK_BOX (box), button);
}

void
dip_window_update_takes (DipWindow *self)
{
  guint n = self->films->len;
  gboolean is_film;
  guint position = find_shown (self, &is_film);
  g_autofree char *text = g_strdup_printf (_ ("%u of %u"), n - position, n);

  gtk_widget_set_visible (self->takes_box, n > 1 && is_film);
  gtk_label_set_text (self->takes_label, text);
  dip_window_enable (self, "next-film", is_film && position > 0);
  dip_window_enable (self, "previous-film", is_film && position + 1 < n);
}

void
dip_window_add_takes (DipWindow *self)
{
  static const GActionEntry entries[] = { { "next-film", next_cb },
                                          { "previous-film", previous_cb } };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries),
                                   self);
  self->takes_box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  self->takes_label = GTK_LABEL (gtk_label_new (""));
  gtk_widget_add_css_class (GTK_WIDGET (self->takes_label), "caption");
  gtk_widget_add_css_class (GTK_WIDGET (self->takes_label), "numeric");
  add_button (self, self->takes_box, "go-previous-symbolic", "win.previous-film",
              _ ("The film before (Alt+Page Up)"));
  gtk_box_append (GTK_BOX (self->takes_box), GTK_WIDGET (self->takes_label));
  add_button (self, self->takes_box, "go-next-symbolic", "win.next-film",
              _ ("The next film (Alt+Page Down)"));
  dip_run_status_add_control (self->status, self->takes_box);
  g_signal_connect_object (self->shown, "notify::take",
                           G_CALLBACK (dip_window_update_takes), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->queue, "started", G_CALLBACK (dip_window_update_takes),
                           self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  dip_window_update_takes (self);
}
