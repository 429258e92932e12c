#include "app/view/pane-private.h"

#include <math.h>

#define RING 11.0 /* logical pixels */

static gboolean
make_place (DipPane *self, DipOverlayPlace *place)
{
  DipPlacement placement;

  if (!dip_pane_get_placement (self, &placement))
    return FALSE;
  *place = dip_pane_make_place (self, &placement, FALSE);

  return TRUE;
}

/* One handle of one overlay. */
typedef struct
{
  DipOverlay *overlay; /* borrowed */
  guint handle;
  double x, y;
} Handle;

/* All that are somewhere, of the lowest overlay first. */
static GArray *
list_handles (DipPane *self, const DipOverlayPlace *place)
{
  GArray *handles = g_array_new (FALSE, FALSE, sizeof (Handle));

  for (guint i = 0; i < self->overlays->len; i++)
    {
      Handle handle = { self->overlays->pdata[i], 0, 0.0, 0.0 };
      const guint n = dip_overlay_get_n_handles (handle.overlay, place);

      for (handle.handle = 0; handle.handle < n; handle.handle++)
        if (dip_overlay_get_handle (handle.overlay, place, handle.handle, &handle.x,
                                    &handle.y))
          g_array_append_val (handles, handle);
    }

  return handles;
}

/* Where the chosen one is in the list; -1 if it is none. */
static int
find_chosen (DipPane *self, GArray *handles)
{
  for (guint i = 0; i < handles->len; i++)
    {
      const Handle *handle = &g_array_index (handles, Handle, i);

      if (handle->overlay == self->chosen && handle->handle == self->chosen_handle)
        return (int) i;
    }

  return -1;
}

void
dip_pane_forget_handle (DipPane *self)
{
  if (self->chosen == NULL)
    return;

  g_clear_object (&self->chosen);
  gtk_accessible_reset_property (GTK_ACCESSIBLE (self),
                                 GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
choose (DipPane *self, const Handle *handle, const DipOverlayPlace *place)
{
  g_autofree char *name =
      dip_overlay_describe_handle (handle->overlay, place, handle->handle);

  dip_pane_point (self, handle->x, handle->y);
  g_set_object (&self->chosen, handle->overlay);
  self->chosen_handle = handle->handle;
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, name, -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

gboolean
dip_pane_step_handle (DipPane *self, int by)
{
  g_autoptr (GArray) handles = NULL;
  DipOverlayPlace place;
  int index;

  g_return_val_if_fail (DIP_IS_PANE (self), FALSE);

  if (!make_place (self, &place))
    return FALSE;
  handles = list_handles (self, &place);
  if (handles->len == 0)
    {
      dip_pane_forget_handle (self);
      return FALSE;
    }

  index = find_chosen (self, handles);
  if (index < 0 && by < 0)
    index = 0;
  index = (index + by + (int) handles->len) % (int) handles->len;
  choose (self, &g_array_index (handles, Handle, index), &place);

  return TRUE;
}

/* A ring about it and its name; in picture pixels. */
void
dip_pane_draw_handle (DipPane *self, const DipOverlayPlace *place, cairo_t *cr)
{
  g_autofree char *name = NULL;
  double x, y;

  if (self->chosen == NULL || place->is_export ||
      !dip_overlay_get_handle (self->chosen, place, self->chosen_handle, &x, &y))
    return;

  name = dip_overlay_describe_handle (self->chosen, place, self->chosen_handle);
  cairo_new_path (cr);
  cairo_arc (cr, x, y, RING * place->pixel, 0, 2 * G_PI);
  cairo_set_source_rgba (cr, 0, 0, 0, 0.7);
  cairo_set_line_width (cr, 4.0 * place->pixel);
  cairo_stroke_preserve (cr);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_set_line_width (cr, 2.0 * place->pixel);
  cairo_stroke (cr);
  dip_overlay_show_text (place, cr, x, y, RING + 5, -RING - 12, name);
}
