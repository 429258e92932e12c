/* probe-accuracy [--seed N] [--lesions N] [--size N]
 *
 * How often a phantom's lesion lies in the arc and in the depth strip that the probe
 * (model/pair/probe.h) draws in the other view, both ways, for several tolerances.  Not a
 * test; tests/phantom/test-probe-lesions.c is. */

#include "model/pair/probe.h"
#include "tests/tools/accuracy.h"
#include "tests/tools/probe-hits.h"

static void
print_errors (const char *name, const GArray *hits, gboolean is_strip)
{
  g_autofree double *values = g_new (double, hits->len);

  for (guint i = 0; i < hits->len; i++)
    {
      const DipProbeHit *hit = &g_array_index (hits, DipProbeHit, i);

      values[i] = 100.0 * (is_strip ? hit->strip_error : hit->arc_error);
      if (is_strip ? !hit->has_strip : !hit->has_arc)
        values[i] = 100.0;
    }
  g_print ("  %s error, %% of width: median %.2f  90 %% %.2f  95 %% %.2f\n", name,
           dip_accuracy_quantile (values, hits->len, 0.5),
           dip_accuracy_quantile (values, hits->len, 0.9),
           dip_accuracy_quantile (values, hits->len, 0.95));
}

static void
print_hits (const char *name, const GArray *hits)
{
  const double tolerances[] = { 5.0, DIP_PROBE_TOLERANCE_MM, 15.0, 20.0 };

  g_print ("%s: %u lesions, each way\n", name, hits->len / 2);
  print_errors ("arc", hits, FALSE);
  print_errors ("strip", hits, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (tolerances); i++)
    {
      DipProbeRate rate;

      dip_probe_hits_rate (hits, tolerances[i] / DIP_PROBE_WIDTH_MM, &rate);
      g_print ("  within %2.0f mm: arc %5.1f %%  strip %5.1f %%  both %5.1f %%\n",
               tolerances[i], 100 * rate.arc, 100 * rate.strip, 100 * rate.both);
    }
}

int
main (int argc, char *argv[])
{
  int seed = 700000, n_lesions = 200, size = 256;
  const GOptionEntry entries[] = {
    { "seed", 0, 0, G_OPTION_ARG_INT, &seed, "first seed", "N" },
    { "lesions", 0, 0, G_OPTION_ARG_INT, &n_lesions, "lesions", "N" },
    { "size", 0, 0, G_OPTION_ARG_INT, &size, "pixels a side", "N" },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) truth = g_array_new (FALSE, FALSE, sizeof (DipProbeHit));
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (DipProbeHit));

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("probe-accuracy: %s\n", error->message);
      return 2;
    }
  for (int i = 0; truth->len < 2 * (guint) n_lesions; i++)
    {
      DipAnatomy anatomy;
      g_autoptr (DipPhantom) phantom = NULL;

      dip_anatomy_draw (&anatomy, (guint64) (seed + i));
      if (!anatomy.has_mass && !anatomy.has_calcifications)
        continue;
      phantom = dip_phantom_new_for_anatomy (&anatomy, (guint) size);
      dip_probe_hits_append (truth, phantom, TRUE);
      dip_probe_hits_append (found, phantom, FALSE);
    }
  print_hits ("true landmarks", truth);
  print_hits ("landmarks as found", found);

  return 0;
}
