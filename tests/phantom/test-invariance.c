/* What each figure of a pair does when the pictures are changed in ways that are not the
 * breast's: the table of model/pair/figures.h. */

#include "model/pair/figures.h"
#include "model/pair/resize.h"
#include "model/phantom/phantom.h"

#include <math.h>
#include <string.h>

#define SIZE 256
#define SPACING_MM 0.8

#define GAIN 0.5
#define OFFSET 0.1

/* Black, so much on a side. */
#define PAD (SIZE / 8)

typedef enum
{
  RIGHT,    /* a right breast: both views mirrored */
  ONE_SIDE, /* the MLO alone mirrored */
  LARGER,   /* twice as many pixels along each axis */
  NEGATIVE, /* inverted grey */
  DIMMER,   /* × GAIN */
  HAZY,     /* × GAIN + OFFSET */
  PADDED,   /* wider, black on the nipple's side */
  FRAMED,   /* higher, black above and below */
} Change;
#define N_CHANGES 8

static const char *const names[N_CHANGES] = { "right",  "one side", "larger", "negative",
                                              "dimmer", "hazy",     "padded", "framed" };

/* = the same, 2 twice, 4 four times, g × GAIN, o × GAIN + OFFSET, w and t by so much less
 * as the picture is wider and taller, ~ something else: nothing is claimed, and the test
 * fails where something could be. */
typedef struct
{
  const char *key;
  const char *does; /* a letter a change */

  /* Tolerances, where pixels are not the same ones (LARGER, PADDED, FRAMED): of the wanted,
   * and absolute. */
  double relative;
  double absolute;
} Row;

/* Where the same pixels give the figure: of the wanted.  Histograms have bins. */
#define EXACT 1e-3

/* clang-format off */
static const Row rows[] = {
  { "iou",                   "========", 0.003, 0.0 },
  { "dice",                  "========", 0.003, 0.0 },
  { "cc_pnl",                "==2=====", 0.008, 0.0 },
  { "mlo_pnl",               "==2=====", 0.012, 0.0 },
  { "pnl_ratio",             "========", 0.015, 0.0 },
  { "pnl_difference_mm",     "========", 0.0,   1.5 },
  { "pnl_within_10_mm",      "========", 0.0,   0.0 },
  { "mlo_pnl_cut",           "========", 0.0,   0.0 },
  { "pectoral_angle",        "========", 0.0,   1.0 }, /* degrees */
  { "pectoral_reaches_pnl",  "========", 0.0,   0.0 },
  { "cc_in_profile",         "========", 0.0,   0.0 },
  { "mlo_in_profile",        "========", 0.0,   0.0 },
  { "ap_distance",           "=====~w=", 0.02,  0.0 },
  { "ap_correlation",        "=====~~=", 1e-4,  0.0 },
  { "third_residual",        "====gg==", 0.02,  0.0 },
  { "registration_residual", "==2====~", 0.12,  0.0 },
  { "registration_iou",      "=======~", 0.03,  0.0 },
  { "registration_scale",    "=======~", 0.09,  0.0 },
  { "registration_angle",    "=======~", 0.0,   7.0 }, /* degrees */
  { "cc_area",               "==4=====", 0.006, 0.0 },
  { "mlo_area",              "==4=====", 0.006, 0.0 },
  { "cc_area_share",         "======wt", 0.006, 0.0 },
  { "mlo_area_share",        "======wt", 0.006, 0.0 },
  { "cc_brightness",         "====go==", 0.006, 0.0 },
  { "mlo_brightness",        "====go==", 0.006, 0.0 },
  { "cc_spread",             "====gg==", 0.02,  0.0 },
  { "mlo_spread",            "====gg==", 0.02,  0.0 },
  { "histogram_distance",    "====gg==", 0.02,  0.0 },
  { "cc_slope",              "==~=====", 1e-4,  0.0 },
  { "mlo_slope",             "==~=====", 1e-4,  0.0 },
  { "cc_density",            "========", 0.0,   1.0 }, /* percent */
  { "mlo_density",           "========", 0.0,   1.0 },
};
/* clang-format on */

static DipPicture *
pad (const DipPicture *picture, guint width, guint top, guint height)
{
  DipPicture *padded = dip_picture_new (width, height);

  for (guint y = 0; y < picture->height; y++)
    memcpy (padded->values + (gsize) (y + top) * width,
            picture->values + (gsize) y * picture->width,
            picture->width * sizeof (float));

  return padded;
}

static void
change_picture (DipPicture **picture, Change change, gboolean is_mlo)
{
  DipPicture *old = *picture;
  const gsize n = (gsize) old->width * old->height;

  switch (change)
    {
    case RIGHT:
      dip_picture_flip (old);
      break;
    case ONE_SIDE:
      if (is_mlo)
        dip_picture_flip (old);
      break;
    case LARGER:
      *picture = dip_picture_resize (old, 2 * old->width, 2 * old->height);
      dip_picture_free (old);
      break;
    case NEGATIVE:
      for (gsize i = 0; i < n; i++)
        old->values[i] = 1.0f - old->values[i];
      break;
    case DIMMER:
    case HAZY:
      for (gsize i = 0; i < n; i++)
        old->values[i] =
            (float) (GAIN * (double) old->values[i] + (change == HAZY ? OFFSET : 0.0));
      break;
    case PADDED:
      *picture = pad (old, SIZE + PAD, 0, SIZE);
      dip_picture_free (old);
      break;
    case FRAMED:
      *picture = pad (old, SIZE, PAD, SIZE + 2 * PAD);
      dip_picture_free (old);
      break;
    default:
      break;
    }
}

/* @change −1: none. */
static void
measure (const DipPhantom *phantom, int change, DipPairFigures *figures)
{
  g_autoptr (DipPicture) cc =
      dip_picture_copy (dip_phantom_get_picture (phantom, DIP_PROJECTION_CC));
  g_autoptr (DipPicture) mlo =
      dip_picture_copy (dip_phantom_get_picture (phantom, DIP_PROJECTION_MLO));
  g_autoptr (DipPicture) third = NULL;
  g_autoptr (DipFoundView) cc_view = NULL;
  g_autoptr (DipFoundView) mlo_view = NULL;
  double spacing = SPACING_MM;

  /* A third channel that is not obeyed, so that its residual is something. */
  third = dip_third_make (DIP_THIRD_ABSDIFF, cc, mlo);
  for (gsize i = 0; i < SIZE * SIZE; i++)
    third->values[i] *= 0.8f;
  if (change >= 0)
    {
      change_picture (&cc, (Change) change, FALSE);
      change_picture (&mlo, (Change) change, TRUE);
      if (change == LARGER || change == DIMMER || change >= PADDED || change == HAZY)
        change_picture (&third, change == HAZY ? DIMMER : (Change) change, FALSE);
    }
  if (change == LARGER)
    spacing /= 2.0;
  cc_view = dip_found_view_new (cc, DIP_VIEW_POSITION_CC, NULL, DIP_FLIP_AUTO);
  mlo_view = dip_found_view_new (mlo, DIP_VIEW_POSITION_MLO, NULL, DIP_FLIP_AUTO);
  dip_pair_figures_compute (figures, cc_view, mlo_view, third, DIP_THIRD_ABSDIFF, spacing,
                            DIP_FIGURES_ALL);
}

/* One figure's value after a change; NaN where nothing is claimed. */
static double
get_wanted (double value, char does)
{
  switch (does)
    {
    case '=':
      return value;
    case '2':
      return 2.0 * value;
    case '4':
      return 4.0 * value;
    case 'g':
      return GAIN * value;
    case 'o':
      return GAIN * value + OFFSET;
    case 'w':
      return value * SIZE / (SIZE + PAD);
    case 't':
      return value * SIZE / (SIZE + 2 * PAD);
    default:
      return NAN;
    }
}

#define N_SEEDS 3

static gboolean
is_near (const Row *row, Change change, double found, double wanted)
{
  const gboolean is_loose = change == LARGER || change >= PADDED;
  const double tolerance =
      is_loose ? row->relative * fabs (wanted) + row->absolute : EXACT * fabs (wanted);

  return fabs (found - wanted) <= tolerance + 1e-9;
}

/* The table has a row for every figure, in order. */
static void
test_complete (void)
{
  g_assert_cmpuint (G_N_ELEMENTS (rows), ==, dip_figures_get_count ());
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_assert_cmpstr (rows[i].key, ==, dip_figure_infos[i].key);
      g_assert_cmpuint (strlen (rows[i].does), ==, N_CHANGES);
    }
}

static void
test_change (gconstpointer data)
{
  const Change change = GPOINTER_TO_UINT (data);
  gboolean differs[G_N_ELEMENTS (rows)] = { FALSE };

  for (guint s = 0; s < N_SEEDS; s++)
    {
      g_autoptr (DipPhantom) phantom = dip_phantom_new (670000 + s, SIZE);
      DipPairFigures before, after;

      measure (phantom, -1, &before);
      measure (phantom, (int) change, &after);
      for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
        {
          const double value = dip_pair_figures_get (&before, i);
          const double found = dip_pair_figures_get (&after, i);
          const double wanted = get_wanted (value, rows[i].does[change]);

          g_assert_true (isfinite (value) && isfinite (found));
          differs[i] |= fabs (found - value) > EXACT * fabs (value);
          if (!isnan (wanted) && !is_near (&rows[i], change, found, wanted))
            g_test_fail_printf ("%s, %s, phantom %u: %g became %g, wanted %g",
                                rows[i].key, names[change], s, value, found, wanted);
        }
    }
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (rows[i].does[change] != '=' && !differs[i])
      g_test_fail_printf ("%s, %s: stays the same, the table says it does not",
                          rows[i].key, names[change]);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/phantom/invariance/complete", test_complete);
  for (guint i = 0; i < N_CHANGES; i++)
    {
      g_autofree char *path = g_strconcat ("/phantom/invariance/", names[i], NULL);

      g_strdelimit (path, " ", '-');
      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_change);
    }

  return g_test_run ();
}
