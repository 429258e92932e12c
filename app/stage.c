#include "app/stage.h"

#include <glib/gi18n.h>

struct _DipStage
{
  GtkWidget parent_instance;

  DipShown *shown;
  GtkWidget *box;
  GtkWidget *pictures[3];
  GtkWidget *scale;
  GtkWidget *badge;
  gboolean is_updating;
};

G_DEFINE_FINAL_TYPE (DipStage, dip_stage, GTK_TYPE_WIDGET)

static GdkTexture *
make_texture (const DipPicture *picture)
{
  gsize n = (gsize) picture->width * picture->height;
  guint8 *pixels = g_malloc (3 * n);
  g_autoptr (GBytes) bytes = g_bytes_new_take (pixels, 3 * n);

  for (gsize i = 0; i < n; i++)
    pixels[3 * i] = pixels[3 * i + 1] = pixels[3 * i + 2] =
        dip_value_to_8_bits (picture->values[i]);

  return gdk_memory_texture_new (picture->width, picture->height, GDK_MEMORY_R8G8B8,
                                 bytes, 3 * picture->width);
}

static void
changed_cb (DipStage *self)
{
  const DipPair *pair = dip_shown_get_pair (self->shown);
  DipTake *take = dip_shown_get_take (self->shown);

  if (pair != NULL)
    {
      const DipPicture *pictures[] = { pair->cc, pair->mlo, pair->third };

      for (guint i = 0; i < 3; i++)
        {
          g_autoptr (GdkTexture) texture = make_texture (pictures[i]);

          gtk_picture_set_paintable (GTK_PICTURE (self->pictures[i]),
                                     GDK_PAINTABLE (texture));
        }
    }
  gtk_widget_set_visible (self->badge, take != NULL && dip_take_is_synthetic (take));
}

static void
grew_cb (DipStage *self)
{
  DipTake *take = dip_shown_get_take (self->shown);
  guint n_steps = take != NULL ? dip_take_get_n_steps (take) : 1;

  self->is_updating = TRUE;
  gtk_widget_set_sensitive (self->scale, n_steps > 1);
  gtk_range_set_range (GTK_RANGE (self->scale), 1, MAX (n_steps, 2));
  gtk_range_set_fill_level (GTK_RANGE (self->scale),
                            dip_shown_get_n_frames (self->shown));
  gtk_range_set_value (GTK_RANGE (self->scale), dip_shown_get_position (self->shown) + 1);
  self->is_updating = FALSE;
}

static void
scrubbed_cb (DipStage *self)
{
  if (!self->is_updating)
    dip_shown_set_position (self->shown,
                            gtk_range_get_value (GTK_RANGE (self->scale)) - 1);
}

static void
dip_stage_dispose (GObject *object)
{
  DipStage *self = DIP_STAGE (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->shown);

  G_OBJECT_CLASS (dip_stage_parent_class)->dispose (object);
}

static void
dip_stage_class_init (DipStageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = dip_stage_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass),
                                            GTK_TYPE_BIN_LAYOUT);
}

static void
dip_stage_init (DipStage *self)
{
  static const char *const names[] = { N_ ("CC view"), N_ ("MLO view"),
                                       N_ ("Third channel") };
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  gtk_box_set_homogeneous (GTK_BOX (row), TRUE);
  gtk_widget_set_vexpand (row, TRUE);
  for (guint i = 0; i < 3; i++)
    {
      self->pictures[i] = gtk_picture_new ();
      gtk_picture_set_alternative_text (GTK_PICTURE (self->pictures[i]), _ (names[i]));
      gtk_box_append (GTK_BOX (row), self->pictures[i]);
    }
  gtk_box_append (GTK_BOX (self->box), row);
  self->badge = gtk_label_new (_ ("SYNTHETIC"));
  gtk_box_append (GTK_BOX (self->box), self->badge);
  self->scale = gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL, 1, 2, 1);
  gtk_range_set_show_fill_level (GTK_RANGE (self->scale), TRUE);
  gtk_box_append (GTK_BOX (self->box), self->scale);
  g_signal_connect_swapped (self->scale, "value-changed", G_CALLBACK (scrubbed_cb), self);
}

GtkWidget *
dip_stage_new (DipShown *shown)
{
  DipStage *self = g_object_new (DIP_TYPE_STAGE, NULL);

  self->shown = g_object_ref (shown);
  g_signal_connect_object (shown, "changed", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (shown, "grew", G_CALLBACK (grew_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (shown, "notify::position", G_CALLBACK (grew_cb), self,
                           G_CONNECT_SWAPPED);
  changed_cb (self);
  grew_cb (self);

  return GTK_WIDGET (self);
}
