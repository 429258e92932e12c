#include "model/pair/compose.h"

#include <math.h>

#include "model/pair/statistics.h"

#define N 16

static DipPicture *
make_ramp (guint by)
{
  DipPicture *picture = dip_picture_new (N, N);

  for (guint i = 0; i < N * N; i++)
    picture->values[i] = (float) (i * by % 256) / 255.0f;

  return picture;
}

static const DipShade plain = { .centre = 0.5, .width = 1.0 };

/* With the whole window a level is the 8-bit value of a file. */
static void
test_levels (void)
{
  for (guint i = 0; i <= 4096; i++)
    {
      const float value = (float) i / 4096.0f;

      g_assert_cmpuint (dip_shade_level (&plain, value), ==, dip_value_to_8_bits (value));
    }
  g_assert_cmpuint (dip_shade_level (&plain, NAN), ==, 0);
  g_assert_cmpuint (dip_shade_level (&plain, 7.0f), ==, 255);
  g_assert_cmpuint (dip_shade_level (&plain, -7.0f), ==, 0);
  g_assert_cmpuint (dip_shade_level (&(DipShade){ .centre = 0.4, .width = 0.2 }, 0.4f),
                    ==, 128);
}

/* Three times as large, two pixels in from the left, mirrored: every pixel by hand. */
static void
test_mirrored (void)
{
  g_autoptr (DipPicture) picture = make_ramp (5);
  guint32 pixels[20][60];
  const DipCanvas canvas = { &pixels[0][0], 52, 20, 60 };
  const DipPlacement place = { -3.0, 3.0, 50.0, -4.0 };

  dip_compose_picture (&canvas, NULL, picture, &place, &plain, FALSE);
  for (int y = 0; y < 20; y++)
    for (int x = 0; x < 52; x++)
      {
        const int px = x < 2 || x >= 50 ? -1 : (49 - x) / 3, py = (y + 4) / 3;
        const guint grey =
            px < 0 ? 0 : dip_value_to_8_bits (picture->values[py * N + px]);

        g_assert_cmphex (pixels[y][x], ==, 0xff000000u | grey * 0x10101u);
      }
}

/* Each pixel of a blend is the first's or the second's, by its place. */
static void
test_blends (void)
{
  g_autoptr (DipPicture) first = make_ramp (3), second = make_ramp (7);
  const DipPlacement place = { 2.0, 2.0, 0.0, 0.0 };
  guint32 a[32 * 32], b[32 * 32], both[32 * 32];
  const DipCanvas canvas = { both, 32, 32, 32 };

  dip_compose_picture (&(DipCanvas){ a, 32, 32, 32 }, NULL, first, &place, &plain, TRUE);
  dip_compose_picture (&(DipCanvas){ b, 32, 32, 32 }, NULL, second, &place, &plain, TRUE);
  dip_compose_pair (&canvas, DIP_BLEND_WIPE, 0.375, first, second, &place, &plain, TRUE);
  for (guint i = 0; i < 32 * 32; i++)
    g_assert_cmphex (both[i], ==, i % 32 < 12 ? a[i] : b[i]);
  dip_compose_pair (&canvas, DIP_BLEND_CHECKERBOARD, 5, first, second, &place, &plain,
                    TRUE);
  for (guint i = 0; i < 32 * 32; i++)
    g_assert_cmphex (both[i], ==, (i % 32 / 5 + i / 32 / 5) % 2 == 0 ? a[i] : b[i]);
  dip_compose_pair (&canvas, DIP_BLEND_SECOND, 0, first, second, &place, &plain, TRUE);
  g_assert_cmpmem (both, sizeof both, b, sizeof b);
}

/* The mean of the map is the figure. */
static void
test_residual (void)
{
  g_autoptr (DipPicture) cc = make_ramp (3), mlo = make_ramp (7);
  g_autoptr (DipPair) pair = dip_pair_new_from_views (cc, mlo, DIP_THIRD_SUM);
  g_autoptr (DipPicture) map = dip_residual_map (DIP_THIRD_ABSDIFF, pair);
  g_autoptr (DipPicture) signed_map = dip_signed_difference (cc, mlo);
  double sum = 0.0;

  for (guint i = 0; i < N * N; i++)
    {
      sum += (double) map->values[i];
      g_assert_cmpfloat_with_epsilon (2.0f * signed_map->values[i] - 1.0f,
                                      cc->values[i] - mlo->values[i], 1e-6f);
    }
  g_assert_cmpfloat_with_epsilon (
      sum / (N * N), dip_third_residual (DIP_THIRD_ABSDIFF, pair, NULL), 1e-6);
}

static double
luminance (const guint8 rgb[3])
{
  double linear[3];

  for (guint i = 0; i < 3; i++)
    linear[i] = pow (rgb[i] / 255.0, 2.2);

  return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
}

/* Maps for magnitudes grow brighter all the way; the diverging one is as bright on
 * either side of its black middle. */
static void
test_maps (void)
{
  guint8 table[256][3];

  for (guint m = DIP_COLOUR_MAP_GREY; m <= DIP_COLOUR_MAP_VIRIDIS; m++)
    {
      dip_colour_map_fill ((DipColourMap) m, table);
      for (guint i = 4; i < 256; i++)
        g_assert_cmpfloat (luminance (table[i]), >, luminance (table[i - 4]));
    }
  dip_colour_map_fill (DIP_COLOUR_MAP_DIVERGING, table);
  for (guint i = 0; i < 128; i++)
    g_assert_cmpfloat_with_epsilon (luminance (table[i]), luminance (table[255 - i]),
                                    0.08);
  g_assert_cmpfloat (luminance (table[127]), ==, 0.0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/compose/levels", test_levels);
  g_test_add_func ("/compose/mirrored", test_mirrored);
  g_test_add_func ("/compose/blends", test_blends);
  g_test_add_func ("/compose/residual", test_residual);
  g_test_add_func ("/compose/maps", test_maps);

  return g_test_run ();
}
