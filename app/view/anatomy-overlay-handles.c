#include "app/view/anatomy-overlay-private.h"

#include <glib/gi18n.h>
#include <math.h>

#define GRASP 10.0 /* screen pixels */

gboolean
dip_anatomy_overlay_get_handle (const DipLandmarks *landmarks, guint handle, DipPoint *at)
{
  const DipLandmark *point;

  if (handle == HANDLE_TOP || handle == HANDLE_BOTTOM)
    {
      *at = handle == HANDLE_TOP ? landmarks->pectoral.top : landmarks->pectoral.bottom;
      return landmarks->pectoral.is_found;
    }
  point = dip_landmarks_peek (landmarks, (DipLandmarkId) handle);
  *at = point->at;

  return point->is_found;
}

static int
hit (DipOverlay *overlay, const DipOverlayPlace *place, double x, double y)
{
  DipAnatomyOverlay *self = DIP_ANATOMY_OVERLAY (overlay);
  const int view = dip_anatomy_overlay_find_view (self, place);
  double nearest = GRASP * place->pixel;
  int found = -1;

  for (guint i = 0; view >= 0 && i < N_HANDLES; i++)
    {
      DipPoint at;
      double distance;

      if (!dip_anatomy_overlay_get_handle (&self->views[view]->breast->landmarks, i, &at))
        continue;
      distance = hypot (at.x + 0.5 - x, at.y + 0.5 - y);
      if (distance < nearest)
        {
          nearest = distance;
          found = (int) i;
        }
    }

  return found;
}

static const char *
get_pointer (DipOverlay *overlay, const DipOverlayPlace *place, int handle)
{
  return "grab";
}

static void
set_handle (DipLandmarks *landmarks, guint handle, DipPoint at)
{
  if (handle == HANDLE_TOP)
    dip_landmarks_set_pectoral (landmarks, at, landmarks->pectoral.bottom);
  else if (handle == HANDLE_BOTTOM)
    dip_landmarks_set_pectoral (landmarks, landmarks->pectoral.top, at);
  else
    dip_landmarks_set_point (landmarks, (DipLandmarkId) handle, at);
}

static void
place_handle (DipAnatomyOverlay *self,
              const DipOverlayPlace *place,
              int handle,
              double x,
              double y)
{
  const int view = dip_anatomy_overlay_find_view (self, place);

  if (view < 0)
    return;

  set_handle (&self->views[view]->breast->landmarks, (guint) handle,
              (DipPoint){ CLAMP (x, 0.0, place->width) - 0.5,
                          CLAMP (y, 0.0, place->height) - 0.5 });
  dip_overlay_changed (DIP_OVERLAY (self));
}

static void
drag_begin (DipOverlay *overlay,
            const DipOverlayPlace *place,
            int handle,
            double x,
            double y,
            GdkModifierType state)
{
  DipAnatomyOverlay *self = DIP_ANATOMY_OVERLAY (overlay);
  const int view = dip_anatomy_overlay_find_view (self, place);

  self->is_dragging = view >= 0;
  if (view >= 0)
    self->before = self->views[view]->breast->landmarks;
}

static void
drag_update (DipOverlay *overlay,
             const DipOverlayPlace *place,
             int handle,
             double x,
             double y,
             GdkModifierType state)
{
  if (DIP_ANATOMY_OVERLAY (overlay)->is_dragging)
    place_handle (DIP_ANATOMY_OVERLAY (overlay), place, handle, x, y);
}

static void
drag_end (DipOverlay *overlay,
          const DipOverlayPlace *place,
          int handle,
          double x,
          double y)
{
  DipAnatomyOverlay *self = DIP_ANATOMY_OVERLAY (overlay);
  const int view = dip_anatomy_overlay_find_view (self, place);

  if (self->is_dragging && view >= 0)
    dip_anatomy_overlay_dragged (self, view);
  self->is_dragging = FALSE;
}

static void
drag_cancel (DipOverlay *overlay, const DipOverlayPlace *place, int handle)
{
  DipAnatomyOverlay *self = DIP_ANATOMY_OVERLAY (overlay);
  const int view = dip_anatomy_overlay_find_view (self, place);

  if (self->is_dragging && view >= 0)
    self->views[view]->breast->landmarks = self->before;
  self->is_dragging = FALSE;
  dip_overlay_changed (overlay);
}

static guint
get_n_handles (DipOverlay *overlay, const DipOverlayPlace *place)
{
  return dip_anatomy_overlay_find_view (DIP_ANATOMY_OVERLAY (overlay), place) >= 0
             ? N_HANDLES
             : 0;
}

static gboolean
get_handle_place (DipOverlay *overlay,
                  const DipOverlayPlace *place,
                  guint handle,
                  double *x,
                  double *y)
{
  DipAnatomyOverlay *self = DIP_ANATOMY_OVERLAY (overlay);
  const int view = dip_anatomy_overlay_find_view (self, place);
  DipPoint at;

  if (view < 0 || !dip_anatomy_overlay_get_handle (&self->views[view]->breast->landmarks,
                                                   handle, &at))
    return FALSE;
  *x = at.x + 0.5;
  *y = at.y + 0.5;

  return TRUE;
}

static char *
describe_handle (DipOverlay *overlay, const DipOverlayPlace *place, guint handle)
{
  static const char *const names[] = { N_ ("Nipple"),
                                       N_ ("Chest wall"),
                                       N_ ("Upper end of the skin line"),
                                       N_ ("Lower end of the skin line"),
                                       N_ ("Pectoral line, upper end"),
                                       N_ ("Pectoral line, lower end") };

  return g_strdup (handle < N_HANDLES ? _ (names[handle]) : "");
}

static void
move_handle (DipOverlay *overlay,
             const DipOverlayPlace *place,
             guint handle,
             double dx,
             double dy)
{
  DipAnatomyOverlay *self = DIP_ANATOMY_OVERLAY (overlay);
  const int view = dip_anatomy_overlay_find_view (self, place);
  DipPoint at;

  if (view < 0 || !dip_anatomy_overlay_get_handle (&self->views[view]->breast->landmarks,
                                                   handle, &at))
    return;

  place_handle (self, place, (int) handle, at.x + 0.5 + dx, at.y + 0.5 + dy);
  dip_anatomy_overlay_dragged (self, view);
}

void
dip_anatomy_overlay_implement_handles (DipOverlayInterface *iface)
{
  iface->hit = hit;
  iface->get_pointer = get_pointer;
  iface->drag_begin = drag_begin;
  iface->drag_update = drag_update;
  iface->drag_end = drag_end;
  iface->drag_cancel = drag_cancel;
  iface->get_n_handles = get_n_handles;
  iface->get_handle = get_handle_place;
  iface->describe_handle = describe_handle;
  iface->move_handle = move_handle;
}
