#include "app/registrar.h"
#include "model/pair/figures.h"

#include <math.h>

#define SIDE 1200

typedef struct
{
  GtkWidget *window;
  DipPairView *view;
  DipAnatomyOverlay *anatomy;
  DipRegistrar *registrar;
} Fixture;

/* Half an ellipse on the chest wall with a nipple in front, found as it is. */
static DipFoundView *
make_view (double a, double b, double y0)
{
  DipFoundView *self = g_new0 (DipFoundView, 1);
  DipMask *mask = dip_mask_new (SIDE, SIDE);

  for (guint i = 0; i < SIDE * SIDE; i++)
    {
      const double x = i % SIDE, y = (double) (i / SIDE) - y0;

      mask->values[i] = x * x / (a * a) + y * y / (b * b) <= 1.0;
    }
  self->picture = dip_picture_new (SIDE, SIDE);
  self->breast = g_new0 (DipBreast, 1);
  self->breast->mask = mask;
  self->breast->foreign = dip_mask_new (SIDE, SIDE);
  dip_landmarks_init (&self->breast->landmarks, DIP_VIEW_POSITION_CC, DIP_CHEST_LEFT);
  dip_landmarks_set_point (&self->breast->landmarks, DIP_LANDMARK_NIPPLE,
                           (DipPoint){ a, y0 });

  return self;
}

static void
show_views (Fixture *fixture)
{
  dip_anatomy_overlay_take_views (fixture->anatomy, make_view (800, 500, 600),
                                  make_view (640, 400, 660), 0.0);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (DipPicture) black = dip_picture_new (SIDE, SIDE);

  fixture->window = gtk_window_new ();
  fixture->view = DIP_PAIR_VIEW (dip_pair_view_new ());
  fixture->anatomy = dip_anatomy_overlay_new ();
  fixture->registrar = dip_registrar_new (fixture->view, fixture->anatomy);
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (fixture->view));
  dip_pair_view_take_pair (
      fixture->view, 0, dip_pair_new_from_views (black, black, DIP_THIRD_ABSDIFF), NULL);
}

static void
iterate (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_add_weak_pointer (G_OBJECT (fixture->registrar),
                             (gpointer *) &fixture->registrar);
  g_object_unref (fixture->registrar);
  for (guint i = 0; i < 2000 && fixture->registrar != NULL; i++)
    {
      iterate (); /* what is under way holds it */
      g_usleep (1000);
    }
  g_assert_null (fixture->registrar);
  g_object_unref (fixture->anatomy);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  iterate ();
}

static void
wait_until (Fixture *fixture, DipRegistrarState state)
{
  const gint64 end = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  while (dip_registrar_get_state (fixture->registrar) != state &&
         g_get_monotonic_time () < end)
    {
      iterate ();
      g_usleep (500);
    }
  g_assert_cmpint (dip_registrar_get_state (fixture->registrar), ==, state);
}

/* Nothing happens until somebody looks; then it is as when it is computed at once, and the
 * main loop has turned meanwhile. */
static void
test_computes (Fixture *fixture, gconstpointer data)
{
  DipRegistration expected;
  guint n_turns = 0;

  show_views (fixture);
  iterate ();
  g_assert_cmpint (dip_registrar_get_state (fixture->registrar), ==,
                   DIP_REGISTRAR_NOTHING);
  g_assert_true (dip_found_views_register (
      dip_anatomy_overlay_get_view (fixture->anatomy, DIP_VIEW_POSITION_CC),
      dip_anatomy_overlay_get_view (fixture->anatomy, DIP_VIEW_POSITION_MLO), &expected));

  dip_registrar_set_watched (fixture->registrar, TRUE);
  iterate ();
  g_assert_cmpint (dip_registrar_get_state (fixture->registrar), ==, DIP_REGISTRAR_BUSY);
  while (dip_registrar_get_state (fixture->registrar) == DIP_REGISTRAR_BUSY)
    {
      g_main_context_iteration (NULL, FALSE);
      g_assert_cmpfloat (dip_registrar_get_progress (fixture->registrar), <=, 1.0);
      n_turns++;
    }
  g_assert_cmpuint (n_turns, >, 10);
  g_assert_cmpint (dip_registrar_get_state (fixture->registrar), ==, DIP_REGISTRAR_DONE);
  g_assert_cmpfloat (dip_registrar_get (fixture->registrar)->residual, ==,
                     expected.residual);
  g_assert_cmpfloat (dip_registrar_get (fixture->registrar)->similarity.a, ==,
                     expected.similarity.a);
}

/* Stopped it stays so, without a registration, until it is to go on or the views change. */
static void
test_stops (Fixture *fixture, gconstpointer data)
{
  show_views (fixture);
  dip_registrar_set_watched (fixture->registrar, TRUE);
  iterate ();
  dip_registrar_stop (fixture->registrar);
  g_assert_cmpint (dip_registrar_get_state (fixture->registrar), ==,
                   DIP_REGISTRAR_STOPPED);
  for (guint i = 0; i < 400; i++)
    {
      iterate ();
      g_usleep (1000);
    }
  g_assert_cmpint (dip_registrar_get_state (fixture->registrar), ==,
                   DIP_REGISTRAR_STOPPED);
  dip_registrar_go_on (fixture->registrar);
  wait_until (fixture, DIP_REGISTRAR_DONE);

  show_views (fixture);
  iterate ();
  dip_registrar_stop (fixture->registrar);
  show_views (fixture);
  wait_until (fixture, DIP_REGISTRAR_DONE);
  dip_anatomy_overlay_take_views (fixture->anatomy, NULL, NULL, 0.0);
  wait_until (fixture, DIP_REGISTRAR_NOTHING);
}

/* The end of the program in the middle of it. */
static void
test_ends (Fixture *fixture, gconstpointer data)
{
  show_views (fixture);
  dip_registrar_set_watched (fixture->registrar, TRUE);
  iterate ();
  g_assert_cmpint (dip_registrar_get_state (fixture->registrar), ==, DIP_REGISTRAR_BUSY);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  if (!gtk_init_check ())
    {
      g_print ("1..0 # SKIP no display\n");
      return 0;
    }
#define ADD(name, function) g_test_add (name, Fixture, NULL, set_up, function, tear_down)
  ADD ("/registration/computes", test_computes);
  ADD ("/registration/stops", test_stops);
  ADD ("/registration/ends", test_ends);

  return g_test_run ();
}
