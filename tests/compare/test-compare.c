#include "app/compare/grid.h"
#include "app/compare/setting.h"

#include <string.h>

/* Settings ----------------------------------------------------------------- */

static void
test_settings (void)
{
  const char *const texts[] = { "ddim:10,20,eta=0.5",
                                "DPMSolverMultistepScheduler:7",
                                "dpmsolver: 9 ,solver_order=3,trained_betas=[0.1, 0.2]",
                                "ddim:50,eta=0.5,precision=fp16",
                                "ddim:50,eta=0.5",
                                NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) settings = dip_compare_settings_parse (texts, &error);
  const DipCompareSetting *setting;

  g_assert_no_error (error);
  g_assert_cmpuint (settings->len, ==, 6);

  setting = g_ptr_array_index (settings, 1);
  g_assert_cmpint (setting->kind, ==, DIP_SCHEDULER_DDIM);
  g_assert_cmpuint (setting->solver.n_steps, ==, 20);
  g_assert_cmpfloat (setting->solver.eta, ==, 0.5);
  g_assert_cmpuint (g_strv_length (setting->options), ==, 0);
  g_assert_cmpstr (setting->name, ==, "ddim, eta=0.5");
  g_assert_cmpstr (setting->label, ==, "ddim\n20 steps, eta=0.5");
  g_assert_cmpstr (setting->stem, ==, "ddim-20");

  setting = g_ptr_array_index (settings, 3);
  g_assert_cmpuint (setting->solver.n_steps, ==, 9);
  g_assert_cmpstr (setting->options[0], ==, "solver_order=3");
  g_assert_cmpstr (setting->options[1], ==, "trained_betas=[0.1, 0.2]");

  setting = g_ptr_array_index (settings, 4);
  g_assert_cmpstr (setting->precision, ==, "fp16");
  g_assert_cmpuint (setting->curve, ==, 3);

  /* The curve of the first text, of which two steps are known. */
  setting = g_ptr_array_index (settings, 5);
  g_assert_cmpuint (setting->curve, ==, 0);
}

static void
test_bad_settings (void)
{
  const struct
  {
    const char *text;
    const char *says;
  } cases[] = {
    { "ddim", "NAME:STEPS" },
    { "", "NAME:STEPS" },
    { "magic:10", "\"magic\"" },
    { ":10", "no solver" },
    { "ddim:", "whole number" },
    { "ddim:0", "'0'" },
    { "ddim:-3", "'-3'" },
    { "ddim:1000001", "1000001" },
    { "ddim:10,", "whole number" },
    { "ddim:10,=3", "'=3'" },
    { "ddim:eta=1", "number of steps" },
    { "ddim:10,eta=much", "'much'" },
    { "ddim:10,eta=nan", "'nan'" },
    { "ddim:10,eta=", "eta" },
    { "ddim:10,eta=0.1,eta=0.2", "twice" },
    { "ddim:10,20,10", "twice" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *const texts[] = { cases[i].text, NULL };
      g_autoptr (GError) error = NULL;

      g_assert_null (dip_compare_settings_parse (texts, &error));
      g_assert_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
      if (strstr (error->message, cases[i].says) == NULL)
        g_test_fail_printf ("'%s': %s", cases[i].text, error->message);
    }
}

static void
test_no_settings (void)
{
  const char *const none[] = { NULL };
  g_autoptr (GError) error = NULL;

  g_assert_null (dip_compare_settings_parse (none, &error));
  g_assert_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
  g_assert_null (dip_compare_settings_parse (NULL, NULL));
}

static void
test_seeds (void)
{
  const char *const bad[] = { "",     "x",   "3-1",   "1-",     "-1",
                              "1,,2", "1,1", "0-4,2", "0-5000", "1-2-3" };
  g_autoptr (GArray) seeds = dip_compare_seeds_parse ("9,0-2, 5", NULL);
  const guint64 wanted[] = { 9, 0, 1, 2, 5 };

  g_assert_cmpmem (seeds->data, seeds->len * sizeof (guint64), wanted, sizeof wanted);

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      if (dip_compare_seeds_parse (bad[i], &error) != NULL)
        g_test_fail_printf ("'%s' was taken", bad[i]);
      g_assert_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
    }
}

static void
test_cells (void)
{
  const char *const texts[] = { "ddim:10,20", "unipc:5", NULL };
  g_autoptr (GPtrArray) settings = dip_compare_settings_parse (texts, NULL);
  g_autoptr (GArray) seeds = dip_compare_seeds_parse ("7,3", NULL);
  g_autoptr (GArray) many = dip_compare_seeds_parse ("0-999", NULL);
  g_autoptr (GArray) cells = dip_compare_list_cells (seeds, settings, NULL);
  g_autoptr (GError) error = NULL;
  const DipCompareCell *cell;

  g_assert_cmpuint (cells->len, ==, 6);
  cell = &g_array_index (cells, DipCompareCell, 3);
  g_assert_cmpuint (cell->row, ==, 1);
  g_assert_cmpuint (cell->column, ==, 1);
  g_assert_cmpuint (cell->seed, ==, 3);
  g_assert_cmpuint (cell->setting->solver.n_steps, ==, 20);

  g_assert_null (dip_compare_list_cells (many, settings, &error));
  g_assert_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
  g_assert_nonnull (strstr (error->message, "3000 cells"));
}

/* The grid ------------------------------------------------------------------ */

#define GREY 0xff656565u

/* A pair of one grey, which no letter has over a whole row of a view. */
static DipPair *
make_pair (guint width, guint height)
{
  g_autoptr (DipPicture) picture = dip_picture_new (width, height);

  for (gsize i = 0; i < (gsize) width * height; i++)
    picture->values[i] = 0x65 / 255.0f;

  return dip_pair_new_from_views (picture, picture, DIP_THIRD_SUM);
}

static gsize
count_grey (const DipCanvas *canvas)
{
  gsize n = 0;

  for (guint y = 0; y < canvas->height; y++)
    for (guint x = 0; x + 1 < canvas->width; x++)
      n += canvas->pixels[(gsize) y * canvas->stride + x] == GREY &&
           canvas->pixels[(gsize) y * canvas->stride + x + 1] == GREY;

  return n;
}

/* Every view of every pair is there, whole, whatever its own size. */
static void
test_grid (gconstpointer data)
{
  const DipGridViews views = GPOINTER_TO_UINT (data);
  const guint n_views = (views & 1) + (views >> 1 & 1) + (views >> 2 & 1);
  const char *const rows[] = { "seed 3", "seed 4" };
  const char *const columns[] = { "reference\nddim, 1000 steps", "ddim\n10 steps",
                                  "dpmsolver\n10 steps, solver_order=3" };
  g_autoptr (DipPair) small = make_pair (16, 20);
  g_autoptr (DipPair) large = make_pair (80, 100);
  const DipGridCell cells[] = { { small, NULL },     { large, "RMSE 3" }, { NULL, NULL },
                                { large, "RMSE 4" }, { small, NULL },     { large, "" } };
  const DipGrid grid = { 2,
                         3,
                         rows,
                         columns,
                         cells,
                         1,
                         views,
                         40,
                         50,
                         "Title",
                         "A footer that is longer than the grid is wide, and "
                         "so takes several lines of it" };
  g_autoptr (GError) error = NULL;
  g_autoptr (DipCanvas) canvas = dip_grid_draw (&grid, &error);
  g_autoptr (DipCanvas) again = dip_grid_draw (&grid, NULL);
  guint width, height;

  g_assert_no_error (error);
  dip_grid_measure (&grid, &width, &height);
  g_assert_cmpuint (canvas->width, ==, width);
  g_assert_cmpuint (canvas->height, ==, height);
  g_assert_cmpuint (canvas->pixels[0], ==, 0xffffffff);
  g_assert_cmpmem (canvas->pixels, 4 * (gsize) width * height, again->pixels,
                   4 * (gsize) width * height);

  /* Five pairs; pairs of equal pixels in each row. */
  g_assert_cmpuint (count_grey (canvas), >=, 5 * n_views * 39 * 50);
  g_assert_cmpuint (count_grey (canvas), <, 5 * n_views * 39 * 50 + 200);
}

static void
test_too_large (void)
{
  const char *const labels[] = { "a", "b", "c", "d", "e", "f", "g", "h", "i", "j" };
  const DipGridCell cells[100] = { { NULL, NULL } };
  const DipGrid grid = { 10,  10,  labels, labels, cells, 0, DIP_GRID_CC | DIP_GRID_MLO,
                         500, 500, NULL,   NULL };
  g_autoptr (GError) error = NULL;

  g_assert_null (dip_grid_draw (&grid, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/compare/settings/good", test_settings);
  g_test_add_func ("/compare/settings/bad", test_bad_settings);
  g_test_add_func ("/compare/settings/none", test_no_settings);
  g_test_add_func ("/compare/seeds", test_seeds);
  g_test_add_func ("/compare/cells", test_cells);
  g_test_add_data_func ("/compare/grid/two-views", GUINT_TO_POINTER (3), test_grid);
  g_test_add_data_func ("/compare/grid/all-views", GUINT_TO_POINTER (7), test_grid);
  g_test_add_func ("/compare/grid/too-large", test_too_large);

  return g_test_run ();
}
