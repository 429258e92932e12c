#include "app/levels-popover.h"

#include <glib/gi18n.h>

#include "app/view/histogram.h"

/* Counted only while it is seen: a run brings new pictures many times a second. */
static void
count_cb (DipHistogram *histogram, DipPairView *view)
{
  const DipPicture *pictures[4] = { NULL };

  if (!gtk_widget_get_mapped (GTK_WIDGET (histogram)))
    return;
  for (guint i = 0; i < 2; i++)
    {
      const DipPair *pair = dip_pair_view_get_pair (view, i);

      if (pair != NULL)
        {
          pictures[2 * i] = pair->cc;
          pictures[2 * i + 1] = pair->mlo;
        }
    }
  dip_histogram_set_pictures (histogram, pictures, G_N_ELEMENTS (pictures));
}

static void
map_cb (DipPairView *view, GtkWidget *histogram)
{
  count_cb (DIP_HISTOGRAM (histogram), view);
}

static void
add_preset (GtkWidget *box, guint preset)
{
  GtkWidget *button = gtk_toggle_button_new ();
  g_autofree char *label =
      g_strdup_printf ("%u  %s", preset, dip_levels_get_preset_name (preset));
  GtkWidget *text = gtk_label_new (label);

  gtk_label_set_xalign (GTK_LABEL (text), 0.0f);
  gtk_button_set_child (GTK_BUTTON (button), text);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "view.preset");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "u", preset);
  gtk_widget_add_css_class (button, "flat");
  gtk_box_append (GTK_BOX (box), button);
}

GtkWidget *
dip_levels_button_new (DipPairView *view)
{
  GtkWidget *button = gtk_menu_button_new ();
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *histogram = dip_histogram_new (dip_pair_view_get_levels (view));

  gtk_widget_set_margin_bottom (histogram, 6);
  gtk_box_append (GTK_BOX (box), histogram);
  for (guint preset = 1; preset <= DIP_LEVELS_N_PRESETS; preset++)
    add_preset (box, preset);
  gtk_popover_set_child (GTK_POPOVER (popover), box);
  g_signal_connect_object (view, "taken", G_CALLBACK (count_cb), histogram,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (histogram, "map", G_CALLBACK (map_cb), view,
                           G_CONNECT_SWAPPED);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (button), popover);
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), "display-brightness-symbolic");
  gtk_widget_set_tooltip_text (button, _ ("Window and level, histogram"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Window and level, histogram"), -1);

  return button;
}
