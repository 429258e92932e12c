/* mask-accuracy [--seed N] [--count N] [--size N] [--degrade N,N…] [--algorithm NAME]
 *
 * Masks and landmarks of phantoms against their truth, as issue 5 asks: prints medians
 * and tails.  Not a test; tests/pair/test-breast-accuracy.c is. */

#include "tests/tools/accuracy.h"
#include "tests/tools/degrade.h"

#include <stdlib.h>

typedef struct
{
  int seed, count, size;
  char *degrade; /* bits, separated by commas */
  char *algorithm;
  gboolean verbose;
} Options;

static void
print_row (const char *name, double *values, guint n, double factor)
{
  const double middle = factor * dip_accuracy_quantile (values, n, 0.50);
  const double low = factor * dip_accuracy_quantile (values, n, 0.05);
  const double high = factor * dip_accuracy_quantile (values, n, 0.95);

  g_print ("%-22s median %8.4f   5 %% %8.4f   95 %% %8.4f   worst %8.4f %8.4f\n", name,
           middle, low, high, factor * values[0], factor * values[n - 1]);
}

static void
print_seed (guint seed, const DipAccuracy *a)
{
  g_print ("seed %u: IoU %.4f %.4f nipple %.4f %.4f angle %.2f PNL %.4f out %.4f "
           "labels %.0f%s\n",
           seed, a->iou[0], a->iou[1], a->nipple[0], a->nipple[1], a->angle, a->pnl_ratio,
           a->pectoral_iou, a->n_label_pixels, a->is_wrong_way ? " WRONG WAY" : "");
}

/* The columns of one degradation. */
typedef struct
{
  guint what;
  double *iou, *nipple, *angle, *pnl, *out;
  double n_labels;
  guint n_wrong;
} Column;

static void
init_column (Column *self, guint what, guint n)
{
  self->what = what;
  self->iou = g_new (double, 2 * n);
  self->nipple = g_new (double, 2 * n);
  self->angle = g_new (double, n);
  self->pnl = g_new (double, n);
  self->out = g_new (double, n);
  self->n_labels = 0.0;
  self->n_wrong = 0;
}

static void
clear_column (Column *self)
{
  g_free (self->iou);
  g_free (self->nipple);
  g_free (self->angle);
  g_free (self->pnl);
  g_free (self->out);
}

static void
add_to_column (Column *self, guint i, const DipAccuracy *a)
{
  for (guint p = 0; p < 2; p++)
    {
      self->iou[2 * i + p] = a->iou[p];
      self->nipple[2 * i + p] = a->nipple[p];
    }
  self->angle[i] = a->angle;
  self->pnl[i] = a->pnl_ratio;
  self->out[i] = a->pectoral_iou;
  self->n_labels += a->n_label_pixels;
  self->n_wrong += a->is_wrong_way;
}

static void
print_column (Column *self, guint n)
{
  g_print ("degraded by %u\n", self->what);
  print_row ("breast IoU", self->iou, 2 * n, 1.0);
  print_row ("nipple, % of width", self->nipple, 2 * n, 100.0);
  print_row ("pectoral angle, deg", self->angle, n, 1.0);
  print_row ("PNL ratio error, %", self->pnl, n, 100.0);
  print_row ("IoU without muscle", self->out, n, 1.0);
  g_print ("pixels of labels in masks: %.0f; side or grey mistaken: %u pairs\n",
           self->n_labels, self->n_wrong);
}

static void
run (const Options *o, const DipMaskRecipe *recipe)
{
  g_auto (GStrv) kinds = g_strsplit (o->degrade != NULL ? o->degrade : "0,271", ",", -1);
  const guint n_kinds = g_strv_length (kinds), n = (guint) o->count;
  g_autofree Column *columns = g_new (Column, n_kinds);

  for (guint k = 0; k < n_kinds; k++)
    init_column (&columns[k], (guint) g_ascii_strtoull (kinds[k], NULL, 10), n);
  for (guint i = 0; i < n; i++)
    {
      const guint seed = (guint) o->seed + i;
      g_autoptr (DipPhantom) phantom = dip_phantom_new (seed, (guint) o->size);

      for (guint k = 0; k < n_kinds; k++)
        {
          DipAccuracy a;

          dip_accuracy_measure (phantom, columns[k].what, seed, recipe, &a);
          add_to_column (&columns[k], i, &a);
          if (o->verbose)
            print_seed (seed, &a);
        }
    }
  for (guint k = 0; k < n_kinds; k++)
    {
      print_column (&columns[k], n);
      clear_column (&columns[k]);
    }
}

int
main (int argc, char *argv[])
{
  Options o = { 500000, 500, 256, NULL, NULL, FALSE };
  const GOptionEntry entries[] = {
    { "seed", 0, 0, G_OPTION_ARG_INT, &o.seed, "first seed", "N" },
    { "count", 0, 0, G_OPTION_ARG_INT, &o.count, "phantoms", "N" },
    { "size", 0, 0, G_OPTION_ARG_INT, &o.size, "pixels a side", "N" },
    { "degrade", 0, 0, G_OPTION_ARG_STRING, &o.degrade, "bits of tests/tools/degrade.h",
      "N,N…" },
    { "algorithm", 0, 0, G_OPTION_ARG_STRING, &o.algorithm, "of the mask", "NAME" },
    { "verbose", 0, 0, G_OPTION_ARG_NONE, &o.verbose, "a line a seed", NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  DipMaskAlgorithm algorithm = DIP_MASK_BACKGROUND;
  DipMaskRecipe recipe;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("mask-accuracy: %s\n", error->message);
      return EXIT_FAILURE;
    }
  if (o.count < 1 || o.size < DIP_PHANTOM_MIN_SIZE || o.size > DIP_PHANTOM_MAX_SIZE ||
      (o.algorithm != NULL && !dip_mask_algorithm_from_name (o.algorithm, &algorithm)))
    {
      g_printerr ("mask-accuracy: no such count, size or algorithm\n");
      return EXIT_FAILURE;
    }

  dip_mask_recipe_init (&recipe, algorithm);
  g_print ("%d phantoms from seed %d at %d, %s\n", o.count, o.seed, o.size,
           dip_mask_algorithm_get_name (algorithm));
  run (&o, &recipe);
  g_free (o.algorithm);
  g_free (o.degrade);

  return EXIT_SUCCESS;
}
