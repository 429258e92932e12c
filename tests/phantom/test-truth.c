#include "model/pair/statistics.h"
#include "model/phantom/phantom.h"

#include <math.h>
#include <string.h>

#define SIZE 128
#define N_SEEDS 16

static DipPhantom *phantoms[N_SEEDS];

static double
intersection_over_union (const DipMask *a, const DipMask *b)
{
  gsize both = 0, either = 0;

  for (gsize i = 0; i < (gsize) a->width * a->height; i++)
    {
      both += a->values[i] && b->values[i];
      either += a->values[i] || b->values[i];
    }

  return (double) both / (double) either;
}

/* Nothing outside the mask, hardly a black pixel inside, and a simple detector finds
 * the same breast. */
static void
test_masks (void)
{
  double worst = 1.0;

  for (guint s = 0; s < N_SEEDS; s++)
    for (guint p = 0; p < DIP_N_PROJECTIONS; p++)
      {
        const DipPicture *picture = dip_phantom_get_picture (phantoms[s], p);
        const DipMask *mask = dip_phantom_get_mask (phantoms[s], p);
        g_autoptr (DipMask) found = dip_breast_mask (picture);
        const double iou = intersection_over_union (mask, found);
        gsize n_black = 0;

        for (gsize i = 0; i < SIZE * SIZE; i++)
          {
            g_assert_true (picture->values[i] >= 0.0f && picture->values[i] <= 1.0f);
            if (!mask->values[i])
              g_assert_cmpfloat (picture->values[i], ==, 0.0f);
            n_black += mask->values[i] && picture->values[i] < 0.5f / 255.0f;
          }
        g_assert_cmpuint (n_black * 500, <, dip_mask_count (mask));
        worst = MIN (worst, iou);
      }
  g_test_message ("worst IoU of the simple mask: %.4f", worst);
  g_assert_cmpfloat (worst, >, 0.95);
}

/* The nipple is the mask's foremost point, in both views at the same depth. */
static void
test_nipple (void)
{
  for (guint s = 0; s < N_SEEDS; s++)
    for (guint p = 0; p < DIP_N_PROJECTIONS; p++)
      {
        const DipMask *mask = dip_phantom_get_mask (phantoms[s], p);
        const DipPoint2 nipple = dip_phantom_get_nipple (phantoms[s], p);
        int foremost = -1;
        double row = 0;
        guint n_rows = 0;

        for (int i = 0; i < SIZE * SIZE; i++)
          if (mask->values[i])
            foremost = MAX (foremost, i % SIZE);
        for (int y = 0; y < SIZE; y++)
          if (mask->values[y * SIZE + foremost])
            {
              row += y;
              n_rows++;
            }
        g_assert_cmpfloat_with_epsilon ((double) nipple.x, foremost + 0.5, 1.0);
        g_assert_cmpfloat_with_epsilon ((double) nipple.y, row / n_rows, 1.5);
      }
}

/* Both frames keep the breast: it is cut at the chest wall and, in the MLO, above. */
static void
test_frame_keeps_breast (void)
{
  for (guint s = 0; s < N_SEEDS; s++)
    for (guint p = 0; p < DIP_N_PROJECTIONS; p++)
      {
        const guint8 *mask = dip_phantom_get_mask (phantoms[s], p)->values;

        for (guint i = 0; i < SIZE; i++)
          {
            g_assert_false (mask[i * SIZE + SIZE - 1]);
            g_assert_false (mask[(SIZE - 1) * SIZE + i]);
            g_assert_false (p == DIP_PROJECTION_CC && mask[i]);
          }
        g_assert_true (p == DIP_PROJECTION_CC || mask[0]);
      }
}

/* Brightness `off` pixels beyond the pectoral line, averaged along it. */
static double
brightness_beside (const DipPhantom *phantom, const DipPectoralLine *line, double off)
{
  const DipPicture *mlo = dip_phantom_get_picture (phantom, DIP_PROJECTION_MLO);
  double sum = 0;
  guint n = 0;

  for (guint i = 0; i < 50; i++)
    {
      const double t = 0.1 + 0.5 * i / 50; /* the lower end fades */
      const double x = (double) line->top.x * (1 - t) + off * line->normal_x;
      const double y = (double) line->bottom.y * t + off * line->normal_y;

      if (x < 0 || y < 0 || x > SIZE - 1 || y > SIZE - 1)
        continue;
      sum += (double) mlo->values[(guint) (y + 0.5) * SIZE + (guint) (x + 0.5)];
      n++;
    }

  return sum / n;
}

static void
test_pectoral (void)
{
  double contrast = 0;

  for (guint s = 0; s < N_SEEDS; s++)
    {
      const DipMask *mask = dip_phantom_get_pectoral_mask (phantoms[s]);
      const DipMask *breast = dip_phantom_get_mask (phantoms[s], DIP_PROJECTION_MLO);
      gsize n_wrong = 0, n_muscle = dip_mask_count (mask);
      DipPectoralLine line;

      dip_phantom_get_pectoral_line (phantoms[s], &line);
      g_assert_cmpfloat (line.angle, >, 8.0);
      g_assert_cmpfloat (line.angle, <, 60.0);
      g_assert_cmpfloat_with_epsilon (tan (line.angle * G_PI / 180),
                                      (double) (line.top.x / line.bottom.y), 1e-4);
      g_assert_cmpfloat_with_epsilon (hypot (line.normal_x, line.normal_y), 1.0, 1e-9);
      g_assert_cmpfloat_with_epsilon (line.normal_x * (double) line.top.x, line.distance,
                                      1e-4);
      g_assert_cmpfloat_with_epsilon (line.normal_y * (double) line.bottom.y,
                                      line.distance, 1e-3);

      /* The muscle is what lies behind the line, but for its bow. */
      for (guint i = 0; i < SIZE * SIZE; i++)
        {
          const double side =
              line.normal_x * (i % SIZE) + line.normal_y * (i / SIZE) - line.distance;

          g_assert_true (!mask->values[i] || breast->values[i]);
          n_wrong += breast->values[i] && mask->values[i] != (side < 0);
        }
      g_assert_cmpuint (n_wrong * 8, <, n_muscle);
      contrast += brightness_beside (phantoms[s], &line, -4) -
                  brightness_beside (phantoms[s], &line, 4);
    }
  g_test_message ("muscle brighter than its neighbourhood by %.3f", contrast / N_SEEDS);
  g_assert_cmpfloat (contrast / N_SEEDS, >, 0.1);
}

/* The maps' other direction: the row of a point has the point's height. */
static void
test_maps (void)
{
  for (guint s = 0; s < N_SEEDS; s++)
    {
      const DipFrame *frame = dip_phantom_get_frame (phantoms[s]);

      for (guint i = 0; i < 100; i++)
        {
          const DipPoint3 point = { (float) g_test_rand_double_range (0, 1.4),
                                    (float) g_test_rand_double_range (-0.6, 0.4),
                                    (float) g_test_rand_double_range (-0.6, 0.3) };
          const DipPoint2 cc = dip_frame_to_cc (frame, point);
          const DipPoint2 mlo = dip_frame_to_mlo (frame, point);

          g_assert_cmpfloat (cc.x, ==, mlo.x);
          g_assert_cmpfloat_with_epsilon ((cc.x + 0.5f) * frame->h, point.x, 1e-5f);
          g_assert_cmpfloat_with_epsilon (dip_frame_mlo_height (frame, mlo.y),
                                          0.70710678f * (point.y + point.z), 1e-4f);
        }
    }
}

/* One breast at two sizes: the same places, to what a pixel of the frame allows. */
static void
test_sizes (void)
{
  for (guint s = 0; s < 3; s++)
    {
      g_autoptr (DipPhantom) large = dip_phantom_new (s, 2 * SIZE);

      for (guint p = 0; p < DIP_N_PROJECTIONS; p++)
        {
          const DipPoint2 a = dip_phantom_get_nipple (phantoms[s], p);
          const DipPoint2 b = dip_phantom_get_nipple (large, p);
          const DipMask *fine = dip_phantom_get_mask (large, p);
          g_autoptr (DipMask) coarse = dip_mask_new (SIZE, SIZE);

          g_assert_cmpfloat_with_epsilon (2 * a.x + 0.5f, b.x, 0.01f);
          g_assert_cmpfloat_with_epsilon (2 * a.y + 0.5f, b.y, 2.0f);
          for (guint i = 0; i < SIZE * SIZE; i++)
            coarse->values[i] = fine->values[2 * (i / SIZE) * 2 * SIZE + 2 * (i % SIZE)];
          g_assert_cmpfloat (
              intersection_over_union (coarse, dip_phantom_get_mask (phantoms[s], p)), >,
              0.95);
        }
      g_assert_cmpfloat_with_epsilon (dip_phantom_get_glandular_fraction (large),
                                      dip_phantom_get_glandular_fraction (phantoms[s]),
                                      0.03);
    }
}

/* Where two pictures differ: the centre of the difference. */
static double
difference_centre (const DipPicture *a, const DipPicture *b, double *x, double *y)
{
  double sum = 0;

  *x = *y = 0;
  for (guint i = 0; i < SIZE * SIZE; i++)
    {
      const double d = fabs ((double) (a->values[i] - b->values[i]));

      sum += d;
      *x += d * (i % SIZE);
      *y += d * (i / SIZE);
    }
  *x /= sum;
  *y /= sum;

  return sum;
}

/* The same breast with and without: what changes lies where the truth says. */
static void
test_lesions (gconstpointer data)
{
  const gboolean is_mass = GPOINTER_TO_INT (data);
  guint n_tried = 0;

  for (guint64 seed = 0; n_tried < 5; seed++)
    {
      g_autoptr (DipPhantom) with = NULL, without = NULL;
      DipLesion lesions[DIP_PHANTOM_MAX_LESIONS];
      DipAnatomy anatomy;

      dip_anatomy_draw (&anatomy, seed);
      if (!(is_mass ? anatomy.has_mass : anatomy.has_calcifications))
        continue;
      anatomy.has_mass = is_mass;
      anatomy.has_calcifications = !is_mass;
      with = dip_phantom_new_for_anatomy (&anatomy, SIZE);
      anatomy.has_mass = anatomy.has_calcifications = FALSE;
      without = dip_phantom_new_for_anatomy (&anatomy, SIZE);
      n_tried++;

      g_assert_cmpuint (dip_phantom_get_lesions (without, lesions), ==, 0);
      g_assert_cmpuint (dip_phantom_get_lesions (with, lesions), ==, 1);
      g_assert_cmpuint (lesions->kind, ==,
                        is_mass ? DIP_LESION_MASS : DIP_LESION_CALCIFICATIONS);
      for (guint p = 0; p < DIP_N_PROJECTIONS; p++)
        {
          const float room = 0.6f * lesions->radius + 1.0f;
          double x, y;
          const double sum =
              difference_centre (dip_phantom_get_picture (with, p),
                                 dip_phantom_get_picture (without, p), &x, &y);

          g_test_message ("%" G_GUINT64_FORMAT ": %.1f %.1f, told %.1f %.1f", seed, x, y,
                          (double) lesions->at[p].x, (double) lesions->at[p].y);
          if (lesions->place[p] == DIP_LESION_OUTSIDE)
            continue;
          g_assert_cmpfloat (sum, >, 0.05);
          g_assert_cmpfloat_with_epsilon ((float) x, lesions->at[p].x, room);
          g_assert_cmpfloat_with_epsilon ((float) y, lesions->at[p].y, room);
        }
    }
}

/* Denser is brighter, and has more glandular tissue. */
static void
test_density (void)
{
  double last_fraction = 0, last_brightness = 0;

  for (guint step = 0; step < 4; step++)
    {
      g_autoptr (DipPhantom) phantom = NULL;
      DipAnatomy anatomy;
      double brightness = 0;

      dip_anatomy_draw (&anatomy, 3);
      anatomy.density = 0.1f + 0.25f * (float) step;
      phantom = dip_phantom_new_for_anatomy (&anatomy, SIZE);
      for (guint i = 0; i < SIZE * SIZE; i++)
        brightness +=
            (double) dip_phantom_get_picture (phantom, DIP_PROJECTION_CC)->values[i];
      g_assert_cmpfloat (brightness, >, last_brightness);
      g_assert_cmpfloat (dip_phantom_get_glandular_fraction (phantom), >, last_fraction);
      last_brightness = brightness;
      last_fraction = dip_phantom_get_glandular_fraction (phantom);
    }
}

static void
assert_runs (json_t *runs, const DipMask *mask)
{
  gsize at = 0;

  for (gsize r = 0; r < json_array_size (runs); r++)
    {
      const json_int_t n = json_integer_value (json_array_get (runs, r));

      for (json_int_t i = 0; i < n; i++)
        g_assert_cmpuint (mask->values[at++], ==, r & 1);
    }
  g_assert_cmpuint (at, ==, (gsize) mask->width * mask->height);
}

static void
test_json (void)
{
  for (guint s = 0; s < N_SEEDS; s++)
    {
      json_t *truth = dip_phantom_truth_to_json (phantoms[s]);
      json_t *lesions = json_object_get (truth, "lesions"), *mlo, *pectoral;
      const DipPoint2 nipple = dip_phantom_get_nipple (phantoms[s], DIP_PROJECTION_MLO);
      DipLesion drawn[DIP_PHANTOM_MAX_LESIONS];

      mlo = json_object_get (truth, "mlo");
      pectoral = json_object_get (truth, "pectoral");
      g_assert_cmpint (json_integer_value (json_object_get (truth, "seed")), ==, s);
      g_assert_cmpint (json_integer_value (json_object_get (truth, "size")), ==, SIZE);
      assert_runs (json_object_get (json_object_get (truth, "cc"), "mask"),
                   dip_phantom_get_mask (phantoms[s], DIP_PROJECTION_CC));
      assert_runs (json_object_get (mlo, "mask"),
                   dip_phantom_get_mask (phantoms[s], DIP_PROJECTION_MLO));
      assert_runs (json_object_get (pectoral, "mask"),
                   dip_phantom_get_pectoral_mask (phantoms[s]));
      g_assert_cmpfloat_with_epsilon (
          json_number_value (json_array_get (json_object_get (mlo, "nipple"), 1)),
          (double) nipple.y, 6e-4);
      g_assert_cmpuint (json_array_size (lesions), ==,
                        dip_phantom_get_lesions (phantoms[s], drawn));
      json_decref (truth);
    }
}

/* Shapes and densities vary over their whole range. */
static void
test_variety (void)
{
  float shortest = 9, longest = 0, fattiest = 1, densest = 0;
  guint n_masses = 0, n_calcifications = 0;

  for (guint64 seed = 0; seed < 2000; seed++)
    {
      DipAnatomy a;

      dip_anatomy_draw (&a, seed);
      shortest = MIN (shortest, a.length);
      longest = MAX (longest, a.length);
      fattiest = MIN (fattiest, a.density);
      densest = MAX (densest, a.density);
      n_masses += a.has_mass;
      n_calcifications += a.has_calcifications;
    }
  g_assert_cmpfloat (shortest, <, 0.76f);
  g_assert_cmpfloat (longest, >, 1.44f);
  g_assert_cmpfloat (fattiest, <, 0.01f);
  g_assert_cmpfloat (densest, >, 0.98f);
  g_assert_cmpuint (n_masses, >, 600);
  g_assert_cmpuint (n_masses, <, 800);
  g_assert_cmpuint (n_calcifications, >, 350);
  g_assert_cmpuint (n_calcifications, <, 530);
}

int
main (int argc, char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  for (guint s = 0; s < N_SEEDS; s++)
    phantoms[s] = dip_phantom_new (s, SIZE);

  g_test_add_func ("/phantom/truth/masks", test_masks);
  g_test_add_func ("/phantom/truth/nipple", test_nipple);
  g_test_add_func ("/phantom/truth/frame-keeps-the-breast", test_frame_keeps_breast);
  g_test_add_func ("/phantom/truth/pectoral", test_pectoral);
  g_test_add_func ("/phantom/truth/maps", test_maps);
  g_test_add_func ("/phantom/truth/sizes", test_sizes);
  g_test_add_data_func ("/phantom/truth/mass", GINT_TO_POINTER (TRUE), test_lesions);
  g_test_add_data_func ("/phantom/truth/calcifications", GINT_TO_POINTER (FALSE),
                        test_lesions);
  g_test_add_func ("/phantom/truth/density", test_density);
  g_test_add_func ("/phantom/truth/json", test_json);
  g_test_add_func ("/phantom/truth/variety", test_variety);
  status = g_test_run ();

  for (guint s = 0; s < N_SEEDS; s++)
    dip_phantom_free (phantoms[s]);

  return status;
}
