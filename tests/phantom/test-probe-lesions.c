/* The probe (model/pair/probe.h) on lesions of which the phantom knows where they lie in
 * both views; tests/bench/probe-accuracy counts more of them. */

#include "model/pair/probe.h"
#include "tests/tools/probe-hits.h"

#define N_LESIONS 24
#define SIZE 128

/* Measured on 201 lesions at the default tolerance: 98.5 % on the arc, 80 % in the strip
 * too.  Of 24 lesions, both ways, fewer than 43 of 48 on the arc or 31 of 48 in both would
 * be a matter of one chance in a thousand. */
static void
test_hits (void)
{
  g_autoptr (GArray) hits = g_array_new (FALSE, FALSE, sizeof (DipProbeHit));
  DipProbeRate rate, narrow;

  for (guint64 seed = 900000; hits->len < 2 * N_LESIONS; seed++)
    {
      DipAnatomy anatomy;
      g_autoptr (DipPhantom) phantom = NULL;

      dip_anatomy_draw (&anatomy, seed);
      if (!anatomy.has_mass && !anatomy.has_calcifications)
        continue;
      phantom = dip_phantom_new_for_anatomy (&anatomy, SIZE);
      dip_probe_hits_append (hits, phantom, FALSE);
    }
  dip_probe_hits_rate (hits, DIP_PROBE_TOLERANCE_MM / DIP_PROBE_WIDTH_MM, &rate);
  dip_probe_hits_rate (hits, 0.001, &narrow);
  g_test_message ("arc %.3f, strip %.3f, both %.3f", rate.arc, rate.strip, rate.both);
  g_assert_cmpfloat (rate.arc, >=, 43.0 / 48.0);
  g_assert_cmpfloat (rate.both, >=, 31.0 / 48.0);
  g_assert_cmpfloat (narrow.both, <, 0.2); /* a place, not the whole breast */
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/probe/lesions", test_hits);

  return g_test_run ();
}
