#include "model/pair/statistics.h"

#include "model/storage/json.h"

#include <math.h>

double
dip_third_residual (DipThird third, const DipPair *pair, const DipMask *within)
{
  const gsize n = (gsize) pair->cc->width * pair->cc->height;
  double sum = 0.0;
  gsize n_counted = 0;

  g_return_val_if_fail (pair->third != NULL, NAN);

  for (gsize i = 0; i < n; i++)
    {
      const float cc = pair->cc->values[i], mlo = pair->mlo->values[i];

      if (within != NULL && !within->values[i])
        continue;
      sum += (double) fabsf (pair->third->values[i] - dip_third_value (third, cc, mlo));
      n_counted++;
    }

  return n_counted > 0 ? sum / (double) n_counted : 0.0;
}

static double
area_share (const DipMask *mask)
{
  return (double) dip_mask_count (mask) / ((double) mask->width * mask->height);
}

static double
mean_inside (const DipPicture *picture, const DipMask *mask)
{
  double sum = 0.0;
  gsize n = 0;

  for (gsize i = 0; i < (gsize) picture->width * picture->height; i++)
    if (mask->values[i])
      {
        sum += (double) picture->values[i];
        n++;
      }

  return n > 0 ? sum / (double) n : NAN;
}

void
dip_pair_measure (const DipPair *pair, DipThird third, DipPairStatistics *statistics)
{
  g_autoptr (DipMask) cc = dip_breast_mask (pair->cc);
  g_autoptr (DipMask) mlo = NULL;
  g_autoptr (DipMask) either = NULL;

  *statistics = (DipPairStatistics){ NAN, NAN, NAN, NAN, NAN, NAN, NAN };
  statistics->cc_area = area_share (cc);
  statistics->cc_brightness = mean_inside (pair->cc, cc);
  statistics->cc_slope = dip_power_spectrum_slope (pair->cc, cc);
  if (pair->mlo == NULL)
    return;

  mlo = dip_breast_mask (pair->mlo);
  either = dip_mask_union (cc, mlo);
  statistics->mlo_area = area_share (mlo);
  statistics->mlo_brightness = mean_inside (pair->mlo, mlo);
  statistics->mlo_slope = dip_power_spectrum_slope (pair->mlo, mlo);
  statistics->residual = dip_third_residual (third, pair, either);
}

typedef struct
{
  const char *key;
  const char *words;
  gsize offset; /* in DipPairStatistics */
} Column;

#define COLUMN(key, words)                                                               \
  {                                                                                      \
#    key, words, G_STRUCT_OFFSET(DipPairStatistics, key)                                 \
  }

static const Column columns[] = {
  COLUMN (cc_area, "breast area CC"),
  COLUMN (mlo_area, "MLO"),
  COLUMN (cc_brightness, "brightness CC"),
  COLUMN (mlo_brightness, "MLO"),
  COLUMN (residual, "third-channel residual"),
  COLUMN (cc_slope, "power-spectrum slope CC"),
  COLUMN (mlo_slope, "MLO"),
};

#define N_COLUMNS G_N_ELEMENTS (columns)

/* Running mean and sum of squared deviations (Welford 1962). */
typedef struct
{
  guint n;
  double mean;
  double squares;
} Spread;

struct _DipPairSummary
{
  guint n_pairs;
  Spread spreads[N_COLUMNS];
};

static void
spread_add (Spread *self, double value)
{
  const double off = value - self->mean;

  if (isnan (value))
    return;

  self->n++;
  self->mean += off / self->n;
  self->squares += off * (value - self->mean);
}

static double
spread_get_mean (const Spread *self)
{
  return self->n > 0 ? self->mean : NAN;
}

static double
spread_get_deviation (const Spread *self)
{
  return self->n > 1 ? sqrt (self->squares / (self->n - 1)) : NAN;
}

DipPairSummary *
dip_pair_summary_new (void)
{
  return g_new0 (DipPairSummary, 1);
}

void
dip_pair_summary_free (DipPairSummary *self)
{
  g_free (self);
}

void
dip_pair_summary_add (DipPairSummary *self, const DipPairStatistics *statistics)
{
  self->n_pairs++;
  for (guint i = 0; i < N_COLUMNS; i++)
    spread_add (&self->spreads[i],
                *(const double *) G_STRUCT_MEMBER_P (statistics, columns[i].offset));
}

guint
dip_pair_summary_get_count (const DipPairSummary *self)
{
  return self->n_pairs;
}

char *
dip_pair_summary_to_text (const DipPairSummary *self)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < N_COLUMNS; i++)
    {
      const double deviation = spread_get_deviation (&self->spreads[i]);

      if (self->spreads[i].n == 0)
        continue;
      g_string_append_printf (text, "%s%s %.3f", text->len > 0 ? ", " : "",
                              columns[i].words, spread_get_mean (&self->spreads[i]));
      if (!isnan (deviation))
        g_string_append_printf (text, " ± %.3f", deviation);
    }

  return g_string_free (text, FALSE);
}

json_t *
dip_pair_summary_to_json (const DipPairSummary *self)
{
  json_t *object = json_object ();

  dip_json_set_int (object, "n", self->n_pairs);
  for (guint i = 0; i < N_COLUMNS; i++)
    {
      json_t *column = json_object ();

      dip_json_set_double (column, "mean", spread_get_mean (&self->spreads[i]));
      dip_json_set_double (column, "spread", spread_get_deviation (&self->spreads[i]));
      dip_json_set_take (object, columns[i].key, column);
    }

  return object;
}
