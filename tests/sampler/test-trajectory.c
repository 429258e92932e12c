#include "model/sampler/trajectory.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "model/storage/error.h"
#include "tests/sampler/golden.h"

static const DipDenoiserShape shape = { .in_channels = 2,
                                        .out_channels = 2,
                                        .height = 3,
                                        .width = 5,
                                        .max_batch = 1 };

/* 2 x 3 x 5 */
#define IMAGE_SIZE 30

/* What pixel @i of an image of a step is in these films. */
static float
make_value (guint step, guint image, guint i)
{
  return step * 1000.0f + image * 100.0f + i;
}

/* @timestep_scale: the step's timestep is this times the steps that are left. */
static void
add_step (DipTrajectory *film,
          guint step,
          guint n_steps,
          guint first_image,
          guint n_images,
          double timestep_scale)
{
  g_autofree float *x_t = g_new (float, n_images *IMAGE_SIZE);
  g_autofree float *pred_x0 = g_new (float, n_images *IMAGE_SIZE);
  DipSampleFrame frame = { .step = step,
                           .n_steps = n_steps,
                           .timestep = timestep_scale * (n_steps - step),
                           .n_images = n_images,
                           .channels = 2,
                           .height = 3,
                           .width = 5,
                           .x_t = x_t,
                           .pred_x0 = pred_x0 };
  g_autoptr (GError) error = NULL;

  for (guint k = 0; k < n_images; k++)
    for (guint i = 0; i < IMAGE_SIZE; i++)
      {
        x_t[k * IMAGE_SIZE + i] = make_value (step, first_image + k, i);
        pred_x0[k * IMAGE_SIZE + i] = -make_value (step, first_image + k, i);
      }

  dip_trajectory_add (film, &frame, first_image, &error);
  g_assert_no_error (error);
}

/* 3 images, made as 2 and 1. */
static void
make_film (const char *path, guint n_steps, guint every, double timestep_scale)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (DipTrajectory) film =
      dip_trajectory_new (path, 0, n_steps, every, 3, &shape, &error);

  g_assert_no_error (error);
  for (guint step = 1; step <= n_steps; step++)
    add_step (film, step, n_steps, 0, 2, timestep_scale);
  for (guint step = 1; step <= n_steps; step++)
    add_step (film, step, n_steps, 2, 1, timestep_scale);

  dip_trajectory_save (film, &error);
  g_assert_no_error (error);
}

static void
check_film (const char *path, guint n_steps, guint every)
{
  guint n_kept = (n_steps + every - 1) / every;
  g_autoptr (DipTensorFile) file = dip_tensor_file_open (path, NULL);
  const DipTensor *x_t = dip_tensor_file_lookup (file, "x_t");
  const gint64 wanted[] = { n_kept, 3, 2, 3, 5 };
  g_autofree float *got_x_t = golden_floats (file, "x_t", NULL);
  g_autofree float *got_x0 = golden_floats (file, "pred_x0", NULL);
  g_autofree float *timesteps = golden_floats (file, "timesteps", NULL);

  g_assert_cmpmem (x_t->shape, 5 * sizeof (gint64), wanted, sizeof wanted);
  for (guint k = 0; k < n_kept; k++)
    {
      guint step = MIN ((k + 1) * every, n_steps);

      g_assert_cmpfloat (timesteps[k], ==, 10.0 * (n_steps - step));
      for (guint i = 0; i < 3 * IMAGE_SIZE; i++)
        {
          float value = make_value (step, i / IMAGE_SIZE, i % IMAGE_SIZE);

          g_assert_cmpfloat (got_x_t[k * 3 * IMAGE_SIZE + i], ==, value);
          g_assert_cmpfloat (got_x0[k * 3 * IMAGE_SIZE + i], ==, -value);
        }
    }
}

static char *
make_folder (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("diptych-trajectory-XXXXXX", &error);

  g_assert_no_error (error);

  return folder;
}

/* Counts that the interval divides, that it does not, and one larger than all. */
static void
test_every (void)
{
  static const guint cases[][2] = { { 6, 1 }, { 6, 2 }, { 7, 3 }, { 1, 1 }, { 4, 9 } };
  g_autofree char *folder = make_folder ();
  g_autofree char *path = g_build_filename (folder, "film.safetensors", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      make_film (path, cases[i][0], cases[i][1], 10.0);
      check_film (path, cases[i][0], cases[i][1]);
    }

  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* Whole timesteps are I64, others F32. */
static void
test_timestep_type (void)
{
  static const struct
  {
    double scale;
    DipDType dtype;
  } cases[] = { { 10.0, DIP_DTYPE_I64 }, { 0.25, DIP_DTYPE_F32 } };
  g_autofree char *folder = make_folder ();
  g_autofree char *path = g_build_filename (folder, "film.safetensors", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (DipTensorFile) file = NULL;

      make_film (path, 4, 1, cases[i].scale);
      file = dip_tensor_file_open (path, NULL);
      g_assert_true (dip_tensor_file_lookup (file, "timesteps")->dtype == cases[i].dtype);
    }

  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* A film that is given up leaves nothing behind. */
static void
test_given_up (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *path = g_build_filename (folder, "film.safetensors", NULL);
  DipTrajectory *film = dip_trajectory_new (path, 0, 2, 1, 3, &shape, NULL);

  add_step (film, 1, 2, 0, 3, 10.0);
  dip_trajectory_free (film);

  /* Only an empty folder can be removed. */
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static void
test_no_folder (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *path = g_build_filename (folder, "gone", "film.safetensors", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (dip_trajectory_new (path, 0, 2, 1, 3, &shape, &error));
  g_assert_error (error, DIP_STORAGE_ERROR, DIP_STORAGE_ERROR_NOT_FOUND);
  g_assert_true (g_str_has_prefix (error->message, path));
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/trajectory/every", test_every);
  g_test_add_func ("/trajectory/timestep-type", test_timestep_type);
  g_test_add_func ("/trajectory/given-up", test_given_up);
  g_test_add_func ("/trajectory/no-folder", test_no_folder);

  return g_test_run ();
}
