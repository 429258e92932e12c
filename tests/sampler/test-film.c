#include "model/sampler/film.h"
#include "model/storage/tensor-file.h"

#include <glib/gstdio.h>
#include <string.h>

#define CHANNELS 3
#define SIDE 16
#define N_VALUES (CHANNELS * SIDE * SIDE)
#define FRAME_BYTES (2 * sizeof (float) * N_VALUES)
#define N_STEPS 1000

/* A frame of @n_images whose every value says which frame and picture it is of. */
static void
fill_frame (DipSampleFrame *frame, float *x_t, float *pred_x0, guint step, guint n_images)
{
  for (guint i = 0; i < n_images * N_VALUES; i++)
    {
      x_t[i] = step + i / N_VALUES * 10000.0f + (i % N_VALUES) / 1024.0f;
      pred_x0[i] = -x_t[i];
    }
  *frame = (DipSampleFrame){ .step = step,
                             .n_steps = N_STEPS,
                             .timestep = N_STEPS - step,
                             .n_images = n_images,
                             .channels = CHANNELS,
                             .height = SIDE,
                             .width = SIDE,
                             .x_t = x_t,
                             .pred_x0 = pred_x0 };
}

static void
add_steps (DipFilm *film, guint first, guint last, guint image)
{
  float *x_t = g_new (float, 2 * N_VALUES);
  float *pred_x0 = g_new (float, 2 * N_VALUES);

  for (guint step = first; step <= last; step++)
    {
      g_autoptr (GError) error = NULL;
      DipSampleFrame frame;

      fill_frame (&frame, x_t, pred_x0, step, 2);
      dip_film_add (film, &frame, image, &error);
      g_assert_no_error (error);
    }
  g_free (x_t);
  g_free (pred_x0);
}

static void
check_frame (DipFilm *film, guint index, guint image)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (DipFrame) frame = dip_film_get_frame (film, index, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (frame->step, ==, index + 1);
  g_assert_cmpfloat (frame->timestep, ==, N_STEPS - index - 1);
  g_assert_cmpuint (frame->n_images, ==, 1);
  for (guint i = 0; i < N_VALUES; i++)
    {
      float wanted = index + 1 + image * 10000.0f + i / 1024.0f;

      g_assert_cmpfloat (frame->x_t[i], ==, wanted);
      g_assert_cmpfloat (frame->pred_x0[i], ==, -wanted);
    }
}

static char *
make_folder (void)
{
  char *folder = g_dir_make_tmp ("diptych-film-XXXXXX", NULL);

  g_assert_nonnull (folder);

  return folder;
}

/* 1000 steps with room for 100: memory stays within the bound and no step is missing,
 * whichever way one scrubs.
 */
static void
test_keeps_every_step_in_bounded_memory (void)
{
  g_autofree char *folder = make_folder ();
  g_autoptr (DipFilmStore) store = dip_film_store_new (100 * FRAME_BYTES, folder);
  g_autoptr (DipFilm) film = dip_film_new (store, CHANNELS, SIDE, SIDE);
  g_autoptr (GDir) dir = NULL;
  guint64 in_memory, on_disk;

  add_steps (film, 1, N_STEPS, 1);
  dip_film_store_get_used (store, &in_memory, &on_disk);
  g_assert_cmpuint (in_memory, ==, 100 * FRAME_BYTES);
  g_assert_cmpuint (on_disk, ==, 900 * FRAME_BYTES);
  g_assert_cmpuint (dip_film_get_n_frames (film), ==, N_STEPS);
  for (guint i = 0; i < N_STEPS; i++)
    check_frame (film, i, 1);
  for (guint i = 0; i < N_STEPS; i++)
    check_frame (film, (i * 617 + 3) % N_STEPS, 1);

  /* The file has no name: nothing is left of it, however the program ends. */
  dir = g_dir_open (folder, 0, NULL);
  g_assert_null (g_dir_read_name (dir));
  g_rmdir (folder);
}

/* Films share the bound, and one that goes makes room. */
static void
test_gives_memory_back (void)
{
  g_autofree char *folder = make_folder ();
  g_autoptr (DipFilmStore) store = dip_film_store_new (10 * FRAME_BYTES, folder);
  guint64 in_memory, on_disk;

  for (guint i = 0; i < 50; i++)
    {
      g_autoptr (DipFilm) film = dip_film_new (store, CHANNELS, SIDE, SIDE);

      add_steps (film, 1, 12, 0);
      dip_film_store_get_used (store, &in_memory, &on_disk);
      g_assert_cmpuint (in_memory, ==, 10 * FRAME_BYTES);
      g_assert_cmpuint (on_disk, ==, 2 * FRAME_BYTES);
      check_frame (film, 0, 0);
      check_frame (film, 11, 0);
    }
  dip_film_store_get_used (store, &in_memory, &on_disk);
  g_assert_cmpuint (in_memory, ==, 0);
  g_assert_cmpuint (on_disk, ==, 0);
  g_rmdir (folder);
}

/* A frame that is shown outlives its film. */
static void
test_lends_frames (void)
{
  g_autoptr (DipFilmStore) store = dip_film_store_new (10 * FRAME_BYTES, NULL);
  DipFilm *film = dip_film_new (store, CHANNELS, SIDE, SIDE);
  g_autoptr (DipFrame) frame = NULL;

  add_steps (film, 1, 1, 0);
  frame = dip_film_get_frame (film, 0, NULL);
  dip_film_unref (film);
  g_assert_cmpfloat (frame->x_t[0], ==, 1);
}

/* A full disk is an error that names the folder; the step can be tried again. */
static void
test_says_that_it_cannot_keep (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *in_the_way = g_build_filename (folder, "file", NULL);
  g_autoptr (DipFilmStore) store = dip_film_store_new (0, in_the_way);
  g_autoptr (DipFilm) film = dip_film_new (store, CHANNELS, SIDE, SIDE);
  g_autoptr (GError) error = NULL;
  float x_t[N_VALUES], pred_x0[N_VALUES];
  DipSampleFrame frame;

  g_assert_true (g_file_set_contents (in_the_way, "", 0, NULL));
  fill_frame (&frame, x_t, pred_x0, 1, 1);
  g_assert_false (dip_film_add (film, &frame, 0, &error));
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, in_the_way));
  g_assert_cmpuint (dip_film_get_n_frames (film), ==, 0);

  g_unlink (in_the_way);
  g_assert_true (dip_film_add (film, &frame, 0, NULL));
  check_frame (film, 0, 0);
  g_rmdir (in_the_way);
  g_rmdir (folder);
}

static void
test_saves (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *path = g_build_filename (folder, "film.safetensors", NULL);
  g_autoptr (DipFilmStore) store = dip_film_store_new (3 * FRAME_BYTES, folder);
  g_autoptr (DipFilm) film = dip_film_new (store, CHANNELS, SIDE, SIDE);
  g_autoptr (DipTensorFile) file = NULL;
  g_autoptr (GError) error = NULL;
  const DipTensor *x_t;

  add_steps (film, 1, 5, 0);
  dip_film_save (film, "{\"seed\": 5}", path, &error);
  g_assert_no_error (error);
  file = dip_tensor_file_open (path, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (g_hash_table_lookup (dip_tensor_file_get_metadata (file), "diptych"),
                   ==, "{\"seed\": 5}");
  x_t = dip_tensor_file_lookup (file, "x_t");
  g_assert_cmpuint (x_t->n_dims, ==, 5);
  g_assert_cmpint (x_t->shape[0], ==, 5);
  g_assert_cmpfloat (((const float *) x_t->data)[4 * N_VALUES], ==, 5);
  g_unlink (path);
  g_rmdir (folder);
}

/* A branch has the frames that it shares, wherever they lie, and then its own; as a file
 * all of them, or only those of its own run.
 */
static void
test_branch (void)
{
  g_autofree char *folder = make_folder ();
  g_autoptr (DipFilmStore) store = dip_film_store_new (3 * FRAME_BYTES, folder);
  g_autoptr (DipFilm) film = dip_film_new (store, CHANNELS, SIDE, SIDE);
  g_autofree char *path = g_build_filename (folder, "branch.safetensors", NULL);
  g_autoptr (GError) error = NULL;
  const guint n_foreign[] = { 0, 5 };

  add_steps (film, 1, 8, 0);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (DipFilm) branch = dip_film_new_branch (film, 5, N_STEPS, n_foreign[i]);
      g_autoptr (DipTensorFile) file = NULL;

      g_assert_cmpuint (dip_film_get_n_frames (branch), ==, 5);
      g_assert_cmpuint (dip_film_get_n_steps (branch), ==, N_STEPS);
      add_steps (branch, 6, 9, 1);
      g_assert_cmpuint (dip_film_get_n_frames (branch), ==, 9);
      g_assert_cmpfloat (dip_film_get_timestep (branch, 4), ==, N_STEPS - 5);
      for (guint k = 0; k < 9; k++)
        check_frame (branch, k, k < 5 ? 0 : 1);

      g_assert_true (dip_film_save (branch, "{}", path, &error));
      file = dip_tensor_file_open (path, &error);
      g_assert_no_error (error);
      g_assert_cmpint (dip_tensor_file_lookup (file, "x_t")->shape[0], ==,
                       9 - n_foreign[i]);
    }
  g_unlink (path);
  g_rmdir (folder);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/film/keeps-every-step-in-bounded-memory",
                   test_keeps_every_step_in_bounded_memory);
  g_test_add_func ("/film/gives-memory-back", test_gives_memory_back);
  g_test_add_func ("/film/lends-frames", test_lends_frames);
  g_test_add_func ("/film/says-that-it-cannot-keep", test_says_that_it_cannot_keep);
  g_test_add_func ("/film/saves", test_saves);

  g_test_add_func ("/film/branch", test_branch);

  return g_test_run ();
}
