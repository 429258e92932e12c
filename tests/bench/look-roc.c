/* look-roc [--seed N] [--count N] [--size N]
 *
 * How well copies are told from look-alikes (model/pair/look.h), on phantoms: each view's
 * nearest among all views of all other breasts, each breast's CC against its own MLO, and
 * each view against copies of itself.  Prints the ROC and what the limit in look.h gives.
 * Not a test; tests/phantom/test-copies.c is. */

#include "model/pair/look.h"
#include "model/phantom/phantom.h"
#include "tests/tools/accuracy.h"
#include "tests/tools/copies.h"

#include <stdlib.h>

typedef struct
{
  guint n; /* breasts; 2 n views */
  DipLook **looks;
  double *nearest;                  /* (2 n) of others */
  double *sisters;                  /* (n) CC and MLO of one breast */
  double *copies[DIP_N_COPY_KINDS]; /* (2 n) */
} Roc;

static void
init (Roc *self, guint first_seed, guint n, guint size)
{
  self->n = n;
  self->looks = g_new (DipLook *, 2 * n);
  self->nearest = g_new (double, 2 * n);
  self->sisters = g_new (double, n);
  for (guint k = 0; k < DIP_N_COPY_KINDS; k++)
    self->copies[k] = g_new (double, 2 * n);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (DipPhantom) phantom = dip_phantom_new (first_seed + i, size);
      g_autoptr (GRand) r = g_rand_new_with_seed (first_seed + i);

      for (guint p = 0; p < DIP_N_PROJECTIONS; p++)
        {
          const DipPicture *picture = dip_phantom_get_picture (phantom, p);

          self->looks[2 * i + p] = dip_look_new (picture);
          for (guint k = 0; k < DIP_N_COPY_KINDS; k++)
            {
              g_autoptr (DipPicture) copy = dip_copy_make (picture, k, r, NULL, NULL);
              g_autoptr (DipLook) look = dip_look_new (copy);
              DipLikeness likeness;

              dip_look_compare (look, self->looks[2 * i + p], &likeness);
              self->copies[k][2 * i + p] = likeness.distance;
            }
        }
    }
}

static void
clear (Roc *self)
{
  for (guint i = 0; i < 2 * self->n; i++)
    dip_look_free (self->looks[i]);
  g_free (self->looks);
  g_free (self->nearest);
  g_free (self->sisters);
  for (guint k = 0; k < DIP_N_COPY_KINDS; k++)
    g_free (self->copies[k]);
}

static void
compare (Roc *self)
{
  for (guint i = 0; i < 2 * self->n; i++)
    {
      DipNearest nearest;

      dip_look_find_nearest (self->looks[i], (const DipLook *const *) self->looks,
                             2 * self->n, i & ~1u, 2, &nearest);
      self->nearest[i] = nearest.likeness.distance;
    }
  for (guint i = 0; i < self->n; i++)
    {
      DipLikeness likeness;

      dip_look_compare (self->looks[2 * i], self->looks[2 * i + 1], &likeness);
      self->sisters[i] = likeness.distance;
    }
}

/* In percent; the values are sorted. */
static double
share_below (const double *values, guint n, double limit)
{
  guint k = 0;

  while (k < n && values[k] <= limit)
    k++;

  return 100.0 * k / n;
}

/* The area under the ROC: how often a copy is nearer than a view's nearest look-alike. */
static double
area_under (const double *copies, const double *others, guint n)
{
  double sum = 0.0;

  for (guint i = 0, k = 0; i < n; i++)
    {
      while (k < n && others[k] <= copies[i])
        k++;
      sum += n - k;
    }

  return sum / ((double) n * n);
}

static void
print_limit (Roc *self, const char *name, double limit)
{
  g_print ("%-24s %.3f: look-alikes %6.2f %%, sisters %6.2f %%, found", name, limit,
           share_below (self->nearest, 2 * self->n, limit),
           share_below (self->sisters, self->n, limit));
  for (guint k = 0; k < DIP_N_COPY_KINDS; k++)
    g_print (" %6.2f", share_below (self->copies[k], 2 * self->n, limit));
  g_print (" %%\n");
}

static void
print (Roc *self)
{
  static const double rates[] = { 0.0, 0.001, 0.01, 0.05 };
  const guint n = 2 * self->n;

  dip_accuracy_quantile (self->sisters, self->n, 0.5);
  dip_accuracy_quantile (self->nearest, n, 0.5);
  g_print ("nearest look-alike: least %.3f, 1 %% %.3f, median %.3f; sisters: least %.3f, "
           "median %.3f\n",
           self->nearest[0], self->nearest[n / 100], self->nearest[n / 2],
           self->sisters[0], self->sisters[self->n / 2]);
  for (guint k = 0; k < DIP_N_COPY_KINDS; k++)
    {
      dip_accuracy_quantile (self->copies[k], n, 0.5);
      g_print ("%-12s copies: median %.3f, 99 %% %.3f, farthest %.3f; AUC %.5f\n",
               dip_copy_kind_get_name (k), self->copies[k][n / 2],
               self->copies[k][n - 1 - n / 100], self->copies[k][n - 1],
               area_under (self->copies[k], self->nearest, n));
    }
  g_print ("found, of:");
  for (guint k = 0; k < DIP_N_COPY_KINDS; k++)
    g_print (" %s", dip_copy_kind_get_name (k));
  g_print ("\n");
  for (guint i = 0; i < G_N_ELEMENTS (rates); i++)
    {
      g_autofree char *name = g_strdup_printf ("false alarms %.1f %%", 100 * rates[i]);

      print_limit (self, name, self->nearest[(guint) (rates[i] * (n - 1))] - 1e-9);
    }
  print_limit (self, "the limit", DIP_LOOK_COPY_DISTANCE);
}

int
main (int argc, char *argv[])
{
  int seed = 600000, count = 500, size = 128;
  const GOptionEntry entries[] = {
    { "seed", 0, 0, G_OPTION_ARG_INT, &seed, "first seed", "N" },
    { "count", 0, 0, G_OPTION_ARG_INT, &count, "breasts", "N" },
    { "size", 0, 0, G_OPTION_ARG_INT, &size, "pixels a side", "N" },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  Roc roc = { 0 };

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || count < 2 ||
      size < DIP_PHANTOM_MIN_SIZE || size > DIP_PHANTOM_MAX_SIZE)
    {
      g_printerr ("look-roc: %s\n", error != NULL ? error->message : "no such set");
      return EXIT_FAILURE;
    }

  g_print ("%d breasts from seed %d at %d\n", count, seed, size);
  init (&roc, (guint) seed, (guint) count, (guint) size);
  compare (&roc);
  print (&roc);
  clear (&roc);

  return EXIT_SUCCESS;
}
