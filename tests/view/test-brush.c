#include <math.h>

#include "app/view/brush.h"
#include "app/view/pair-view.h"

#define N 64

typedef struct
{
  GtkWidget *window;
  DipPairView *view;
  DipToolbox *toolbox;
  DipBrush *brush;
  DipBrushLayer *layer; /* of masks */
} Fixture;

static void
iterate (void)
{
  for (guint i = 0; i < 10; i++)
    {
      while (g_main_context_iteration (NULL, FALSE))
        continue;
      g_usleep (5000);
    }
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (DipPicture) cc = dip_picture_new (N, N);
  g_autoptr (DipPicture) mlo = dip_picture_new (N, N);

  fixture->window = gtk_window_new ();
  fixture->view = DIP_PAIR_VIEW (dip_pair_view_new ());
  fixture->toolbox = dip_pair_view_get_toolbox (fixture->view);
  fixture->brush = dip_brush_new (fixture->toolbox);
  fixture->layer = dip_brush_get_mask_layer (fixture->brush);
  dip_toolbox_offer (fixture->toolbox, DIP_TOOL_BRUSH, NULL);
  dip_toolbox_offer (fixture->toolbox, DIP_TOOL_REGION, NULL);
  dip_pair_view_add_overlay (fixture->view, DIP_OVERLAY (fixture->brush));
  dip_pair_view_take_pair (fixture->view, 0,
                           dip_pair_new_from_views (cc, mlo, DIP_THIRD_ABSDIFF), NULL);
  g_object_set (dip_pair_view_get_display (fixture->view), "annotations", FALSE, NULL);
  gtk_window_set_decorated (GTK_WINDOW (fixture->window), FALSE);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 900, 320);
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (fixture->view));
  gtk_window_present (GTK_WINDOW (fixture->window));
  iterate ();
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  iterate ();
  g_object_unref (fixture->brush);
}

/* The controller of @type that takes @button, or any. */
static GtkEventController *
find_controller (GtkWidget *widget, GType type, guint button)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (g_type_is_a (G_OBJECT_TYPE (controller), type) &&
          (button == 0 ||
           gtk_gesture_single_get_button (GTK_GESTURE_SINGLE (controller)) == button))
        return controller;
    }
  g_assert_not_reached ();
}

/* Where a place of the picture is on the pane, logical pixels. */
static DipPane *
locate (Fixture *fixture,
        DipPaneRole role,
        double x,
        double y,
        double *at_x,
        double *at_y)
{
  DipPane *pane = dip_pair_view_get_pane (fixture->view, 0, role);
  DipPlacement place;

  g_assert_true (dip_pane_get_placement (pane, &place));
  dip_placement_to_target (&place, x, y, at_x, at_y);

  return pane;
}

static DipOverlayPlace
place_of (Fixture *fixture, DipPaneRole role)
{
  DipPane *pane = dip_pair_view_get_pane (fixture->view, 0, role);
  DipOverlayPlace place = { .role = role, .width = N, .height = N };

  g_assert_true (dip_pane_get_placement (pane, &place.placement));
  place.pixel = 1.0 / fabs (place.placement.scale_x);

  return place;
}

/* A stroke through places of the picture, as the pane hands them on. */
static void
stroke (Fixture *fixture,
        DipPaneRole role,
        const double (*points)[2],
        guint n_points,
        GdkModifierType state)
{
  DipOverlay *overlay = DIP_OVERLAY (fixture->brush);
  const DipOverlayPlace place = place_of (fixture, role);

  dip_overlay_drag_begin (overlay, &place, 0, points[0][0], points[0][1], state);
  for (guint i = 1; i < n_points; i++)
    dip_overlay_drag_update (overlay, &place, 0, points[i][0], points[i][1], state);
  dip_overlay_drag_end (overlay, &place, 0, points[n_points - 1][0],
                        points[n_points - 1][1]);
}

static DipMask *
painted (DipBrushLayer *layer, DipViewPosition view)
{
  DipMask *mask = dip_mask_new (N, N);

  dip_mask_edits_apply (dip_brush_layer_get_edits (layer, view), mask);

  return mask;
}

static double
distance_to_segment (double x, double y, double x0, double y0, double x1, double y1)
{
  const double dx = x1 - x0, dy = y1 - y0;
  const double t = ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy);

  return hypot (x - x0 - CLAMP (t, 0, 1) * dx, y - y0 - CLAMP (t, 0, 1) * dy);
}

/* A click of the primary button where the pointer is paints the pixels whose centres lie
 * within the radius, and no others: at every zoom, flipped or not. */
static void
test_dab_is_exact (Fixture *fixture, gconstpointer data)
{
  static const double zooms[] = { 1.0, 3.7, 0.4 };
  DipViewport *viewport = dip_pair_view_get_viewport (fixture->view);

  dip_toolbox_set_tool (fixture->toolbox, DIP_TOOL_BRUSH);
  dip_brush_set_size (fixture->brush, 13.0);
  for (guint z = 0; z < G_N_ELEMENTS (zooms); z++)
    {
      const double x = 30.3, y = 21.6;
      g_autoptr (DipMask) mask = NULL;
      DipPlacement place;
      DipPane *pane;
      GtkEventController *drag;
      double at_x, at_y, back_x, back_y;

      dip_viewport_set_flip (viewport, z == 1, z == 2);
      pane = locate (fixture, DIP_PANE_CC, x, y, &at_x, &at_y);
      dip_pane_zoom_at (pane, zooms[z], at_x, at_y);
      pane = locate (fixture, DIP_PANE_CC, x, y, &at_x, &at_y);
      dip_pane_get_placement (pane, &place);
      dip_placement_to_picture (&place, at_x, at_y, &back_x, &back_y);
      drag = find_controller (GTK_WIDGET (pane), GTK_TYPE_GESTURE_DRAG, 1);
      g_signal_emit_by_name (drag, "drag-begin", at_x, at_y);
      g_signal_emit_by_name (drag, "drag-end", 0.0, 0.0);

      mask = painted (fixture->layer, DIP_VIEW_POSITION_CC);
      for (guint j = 0; j < N; j++)
        for (guint i = 0; i < N; i++)
          g_assert_cmpuint (mask->values[j * N + i], ==,
                            hypot (i + 0.5 - x, j + 0.5 - y) <= 6.5);
      g_assert_true (dip_pane_undo (pane, FALSE));
    }
}

/* Straight strokes cover all that lies within the radius but for the shallow notches
 * between stamps, and nothing else. */
static void
test_line_has_no_gaps (Fixture *fixture, gconstpointer data)
{
  static const double points[][2] = { { 10, 12 }, { 50, 33 } };
  g_autoptr (DipMask) mask = NULL;

  dip_toolbox_set_tool (fixture->toolbox, DIP_TOOL_BRUSH);
  dip_brush_set_size (fixture->brush, 12.0);
  stroke (fixture, DIP_PANE_MLO, points, 2, 0);
  mask = painted (fixture->layer, DIP_VIEW_POSITION_MLO);
  for (guint y = 0; y < N; y++)
    for (guint x = 0; x < N; x++)
      {
        const double d = distance_to_segment (x + 0.5, y + 0.5, 10, 12, 50, 33);

        if (d <= 6.0 * 0.965)
          g_assert_cmpuint (mask->values[y * N + x], ==, 1);
        if (d > 6.0)
          g_assert_cmpuint (mask->values[y * N + x], ==, 0);
      }
  /* The other view has nothing. */
  g_assert_cmpuint (dip_mask_edits_get_count (
                        dip_brush_layer_get_edits (fixture->layer, DIP_VIEW_POSITION_CC)),
                    ==, 0);
}

/* Through a few places on a circle it goes round, where straight lines turn by 22.5° at
 * each, and no further from the circle than these. */
static void
test_curve_is_smooth (Fixture *fixture, gconstpointer data)
{
  double points[9][2], worst = 0.0, sharpest = 0.0;
  const DipMaskEdits *edits;

  for (guint i = 0; i < 9; i++)
    {
      points[i][0] = 32 + 24 * cos (i * G_PI / 8);
      points[i][1] = 32 + 24 * sin (i * G_PI / 8);
    }
  dip_toolbox_set_tool (fixture->toolbox, DIP_TOOL_BRUSH);
  dip_brush_set_size (fixture->brush, 2.0);
  stroke (fixture, DIP_PANE_CC, points, 9, 0);
  edits = dip_brush_layer_get_edits (fixture->layer, DIP_VIEW_POSITION_CC);
  for (guint i = 2; i < dip_mask_edits_get_count (edits); i++)
    {
      const DipPoint a = dip_mask_edits_get (edits, i - 2)->at;
      const DipPoint b = dip_mask_edits_get (edits, i - 1)->at;
      const DipPoint c = dip_mask_edits_get (edits, i)->at;
      const double cross = (b.x - a.x) * (c.y - b.y) - (b.y - a.y) * (c.x - b.x);
      const double dot = (b.x - a.x) * (c.x - b.x) + (b.y - a.y) * (c.y - b.y);

      g_assert_cmpfloat (dip_point_distance (b, c), <=, 0.5 + 1e-9);
      worst = MAX (worst, fabs (hypot (c.x + 0.5 - 32, c.y + 0.5 - 32) - 24));
      sharpest = MAX (sharpest, fabs (atan2 (cross, dot)));
    }
  g_assert_cmpfloat (worst, <=, 1.05 * 24 * (1 - cos (G_PI / 16)));
  g_assert_cmpfloat (sharpest, <=, 8 * G_PI / 180);
}

/* Undo and redo go over both views in the order of the strokes; a new stroke forgets. */
static void
test_undo (Fixture *fixture, gconstpointer data)
{
  static const double here[][2] = { { 20, 20 } }, there[][2] = { { 40, 40 } };
  DipPane *pane = dip_pair_view_get_current_pane (fixture->view);
  g_autoptr (DipMask) none = dip_mask_new (N, N);

  dip_toolbox_set_tool (fixture->toolbox, DIP_TOOL_BRUSH);
  g_assert_false (dip_pane_undo (pane, FALSE));
  stroke (fixture, DIP_PANE_CC, here, 1, 0);
  stroke (fixture, DIP_PANE_MLO, here, 1, 0);
  stroke (fixture, DIP_PANE_CC, there, 1, 0);
  for (guint i = 0; i < 2; i++)
    g_assert_true (dip_pane_undo (pane, FALSE));
  {
    g_autoptr (DipMask) cc = painted (fixture->layer, DIP_VIEW_POSITION_CC);
    g_autoptr (DipMask) mlo = painted (fixture->layer, DIP_VIEW_POSITION_MLO);

    g_assert_cmpuint (cc->values[20 * N + 20], ==, 1);
    g_assert_cmpuint (cc->values[40 * N + 40], ==, 0);
    g_assert_cmpmem (mlo->values, N * N, none->values, N * N);
  }
  g_assert_true (dip_pane_undo (pane, TRUE));
  g_assert_cmpuint (dip_mask_edits_get_count (dip_brush_layer_get_edits (
                        fixture->layer, DIP_VIEW_POSITION_MLO)),
                    ==, 1);
  stroke (fixture, DIP_PANE_MLO, there, 1, 0);
  g_assert_false (dip_pane_undo (pane, TRUE));

  /* With another tool in hand they are left alone. */
  dip_toolbox_set_tool (fixture->toolbox, DIP_TOOL_NONE);
  g_assert_false (dip_pane_undo (pane, FALSE));
}

/* Control takes away; a drag that is taken by another gesture leaves nothing. */
static void
test_erase_and_cancel (Fixture *fixture, gconstpointer data)
{
  static const double here[][2] = { { 20, 20 }, { 30, 20 } };
  const DipOverlayPlace place = place_of (fixture, DIP_PANE_CC);
  DipOverlay *overlay = DIP_OVERLAY (fixture->brush);
  g_autoptr (DipMask) mask = NULL;

  dip_toolbox_set_tool (fixture->toolbox, DIP_TOOL_BRUSH);
  stroke (fixture, DIP_PANE_CC, here, 2, 0);
  stroke (fixture, DIP_PANE_CC, here, 2, GDK_CONTROL_MASK);
  mask = painted (fixture->layer, DIP_VIEW_POSITION_CC);
  g_assert_cmpuint (dip_mask_count (mask), ==, 0);
  dip_brush_set_erase (fixture->brush, TRUE);
  dip_overlay_drag_begin (overlay, &place, 0, 20, 20, GDK_CONTROL_MASK);
  g_assert_cmpint (dip_brush_layer_get_drawing (fixture->layer), ==,
                   DIP_VIEW_POSITION_CC);
  dip_overlay_drag_update (overlay, &place, 0, 25, 20, GDK_CONTROL_MASK);
  dip_overlay_drag_cancel (overlay, &place, 0);
  g_clear_pointer (&mask, dip_mask_free);
  mask = painted (fixture->layer, DIP_VIEW_POSITION_CC);
  g_assert_cmpuint (dip_mask_count (mask), ==, 0);
}

/* Without a brush in hand, on the third pane, or on a layer that takes none: nothing. */
static void
test_paints_only_in_hand (Fixture *fixture, gconstpointer data)
{
  static const double here[][2] = { { 20, 20 } };
  DipOverlay *overlay = DIP_OVERLAY (fixture->brush);
  DipOverlayPlace place = place_of (fixture, DIP_PANE_CC);

  g_assert_cmpint (dip_overlay_hit (overlay, &place, 20, 20), ==, -1);
  stroke (fixture, DIP_PANE_CC, here, 1, 0);
  dip_toolbox_set_tool (fixture->toolbox, DIP_TOOL_REGION);
  g_assert_cmpint (dip_overlay_hit (overlay, &place, 20, 20), ==, 0);
  stroke (fixture, DIP_PANE_CC, here, 1, 0);
  place.role = DIP_PANE_THIRD;
  g_assert_cmpint (dip_overlay_hit (overlay, &place, 20, 20), ==, -1);
  dip_toolbox_set_tool (fixture->toolbox, DIP_TOOL_BRUSH);
  dip_brush_layer_set_active (fixture->layer, FALSE);
  stroke (fixture, DIP_PANE_CC, here, 1, 0);
  g_assert_true (dip_brush_layer_is_empty (fixture->layer));
  g_assert_false (dip_brush_layer_is_empty (dip_brush_get_region_layer (fixture->brush)));
}

/* [ and ] change the size by at least a pixel, within bounds; the keyboard paints at the
 * crosshair. */
static void
test_by_keyboard (Fixture *fixture, gconstpointer data)
{
  DipViewport *viewport = dip_pair_view_get_viewport (fixture->view);
  GtkWidget *view = GTK_WIDGET (fixture->view);
  g_autoptr (DipMask) mask = NULL;

  dip_toolbox_set_tool (fixture->toolbox, DIP_TOOL_BRUSH);
  dip_brush_set_size (fixture->brush, 2.0);
  gtk_widget_activate_action (view, "view.larger", NULL);
  g_assert_cmpfloat (dip_brush_get_size (fixture->brush), ==, 3.0);
  for (guint i = 0; i < 5; i++)
    gtk_widget_activate_action (view, "view.smaller", NULL);
  g_assert_cmpfloat (dip_brush_get_size (fixture->brush), ==, 1.0);
  for (guint i = 0; i < 60; i++)
    gtk_widget_activate_action (view, "view.larger", NULL);
  g_assert_cmpfloat (dip_brush_get_size (fixture->brush), ==, DIP_BRUSH_MAX_SIZE);

  dip_brush_set_size (fixture->brush, 1.0);
  dip_viewport_set_cursor (viewport, 8.5, 9.5);
  gtk_widget_activate_action (view, "view.draw", "(dd)", 4.0, 0.0);
  mask = painted (fixture->layer, DIP_VIEW_POSITION_CC);
  g_assert_cmpuint (dip_mask_count (mask), ==, 5);
  for (guint x = 8; x <= 12; x++)
    g_assert_cmpuint (mask->values[9 * N + x], ==, 1);
}

static guint32
pixel_at (DipPane *pane, double x, double y)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (GTK_WIDGET (pane));
  g_autoptr (GtkSnapshot) snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;
  const int width = gtk_widget_get_width (GTK_WIDGET (pane));
  const int height = gtk_widget_get_height (GTK_WIDGET (pane));
  g_autofree guint32 *pixels = g_new (guint32, width * height);

  iterate ();
  gdk_paintable_snapshot (paintable, GDK_SNAPSHOT (snapshot), width, height);
  node = gtk_snapshot_to_node (snapshot);
  texture = gsk_renderer_render_texture (
      gtk_native_get_renderer (gtk_widget_get_native (GTK_WIDGET (pane))), node,
      &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));
  gdk_texture_download (texture, (guchar *) pixels, width * 4);

  return pixels[(int) y * width + (int) x] & 0xffffff;
}

/* The ring is as large as what it paints, at any zoom; and the region is seen. */
static void
test_ring_and_region (Fixture *fixture, gconstpointer data)
{
  static const double here[][2] = { { 32, 32 } };
  double x, y, edge_x, edge_y;
  DipPane *pane;

  dip_toolbox_set_tool (fixture->toolbox, DIP_TOOL_REGION);
  dip_brush_set_size (fixture->brush, 20.0);
  for (guint i = 0; i < 2; i++)
    {
      pane = locate (fixture, DIP_PANE_CC, 32, 32, &x, &y);
      dip_pane_zoom_at (pane, i == 0 ? 1.0 : 1.6, x, y);
      locate (fixture, DIP_PANE_CC, 32, 32, &x, &y);
      locate (fixture, DIP_PANE_CC, 42, 32, &edge_x, &edge_y);
      dip_pane_point (pane, 32, 32);
      g_assert_cmphex (pixel_at (pane, edge_x, edge_y) & 0xff, >, 0x80);
      g_assert_cmphex (pixel_at (pane, edge_x + 6, edge_y), ==, 0);
      g_assert_cmphex (pixel_at (pane, edge_x - 6, edge_y), ==, 0);
    }

  stroke (fixture, DIP_PANE_CC, here, 1, 0);
  g_assert_cmphex (pixel_at (pane, x, y), !=, 0);
  dip_toolbox_set_tool (fixture->toolbox, DIP_TOOL_NONE);
  g_assert_cmphex (pixel_at (pane, x, y), !=, 0);
  dip_brush_layer_set_edits (dip_brush_get_region_layer (fixture->brush), NULL, NULL);
  g_assert_cmphex (pixel_at (pane, x, y), ==, 0);
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/brush/dab-is-exact", test_dab_is_exact);
  ADD ("/brush/line-has-no-gaps", test_line_has_no_gaps);
  ADD ("/brush/curve-is-smooth", test_curve_is_smooth);
  ADD ("/brush/undo", test_undo);
  ADD ("/brush/erase-and-cancel", test_erase_and_cancel);
  ADD ("/brush/paints-only-in-hand", test_paints_only_in_hand);
  ADD ("/brush/by-keyboard", test_by_keyboard);
  ADD ("/brush/ring-and-region", test_ring_and_region);

  return g_test_run ();
}
