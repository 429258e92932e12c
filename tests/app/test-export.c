#include "harness.h"

#include <glib/gstdio.h>
#include <string.h>

#include "app/load-take.h"
#include "model/pair/png.h"
#include "model/storage/tensor-file.h"

static DipApplication *application;
static DipWindow *window;
static char *folder;

#define N_STEPS 6

static void
export_to (const char *kind, const char *path)
{
  g_action_group_activate_action (G_ACTION_GROUP (window), "export-to",
                                  g_variant_new ("(ss)", kind, path));
}

static char *waited_for;

static gboolean
is_missing (DipWindow *self)
{
  return !g_file_test (waited_for, G_FILE_TEST_EXISTS);
}

/* Exports and waits for @result, the file that comes last. */
static char *export(const char *kind, const char *name, const char *result)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_free (waited_for);
  waited_for = g_build_filename (folder, result, NULL);
  export_to (kind, path);
  while (is_missing (window))
    {
      g_usleep (2000);
      g_main_context_iteration (NULL, FALSE);
    }

  return g_strdup (waited_for);
}

static DipPng *
load_png (const char *path)
{
  g_autoptr (GError) error = NULL;
  DipPng *png = dip_png_load (path, &error);

  g_assert_no_error (error);
  g_assert_nonnull (png->diptych);
  g_assert_nonnull (strstr (png->diptych, "\"seed\": 42"));
  g_assert_cmpint (png->source, ==, DIP_DIGITAL_SOURCE_TRAINED);

  return png;
}

static void
test_pair (void)
{
  g_autofree char *path = export("pair", "pair.png", "pair.png");
  g_autoptr (DipPng) png = load_png (path);
  const DipPair *pair = dip_shown_get_pair (dip_window_get_shown (window));

  g_assert_cmpuint (png->n_channels, ==, 3);
  for (guint i = 0; i < 32 * 32; i++)
    g_assert_cmpuint (dip_value_to_8_bits (png->channels[1]->values[i]), ==,
                      dip_value_to_8_bits (pair->mlo->values[i]));
}

static void
test_views (void)
{
  g_autofree char *path = export("views", "views.png", "views-third.png");
  g_autoptr (DipPng) png = load_png (path);
  const DipPair *pair = dip_shown_get_pair (dip_window_get_shown (window));

  g_assert_cmpuint (png->n_bits, ==, 16);
  g_assert_cmpuint (png->n_channels, ==, 1);
  for (guint i = 0; i < 32 * 32; i++)
    g_assert_cmpuint (dip_value_to_16_bits (png->channels[0]->values[i]), ==,
                      dip_value_to_16_bits (pair->third->values[i]));
}

static void
test_steps (void)
{
  g_autofree char *strip = export("strip", "strip.png", "strip.png");
  g_autofree char *last = export("frames", "frames", "frames/frame-0006.png");
  g_autofree char *first = g_build_filename (folder, "frames", "frame-0001.png", NULL);
  g_autofree char *numbers = export("film", "film.safetensors", "film.safetensors");
  g_autoptr (DipPng) strip_png = load_png (strip);
  g_autoptr (DipPng) first_png = load_png (first);
  g_autoptr (DipPng) last_png = load_png (last);
  g_autoptr (DipTensorFile) file = dip_tensor_file_open (numbers, NULL);
  const DipTensor *pred_x0 = dip_tensor_file_lookup (file, "pred_x0");

  g_assert_cmpuint (strip_png->width, ==, N_STEPS * 32);
  g_assert_cmpuint (strip_png->height, ==, 2 * 32);
  g_assert_nonnull (strstr (first_png->diptych, "\"step\": 1"));
  g_assert_null (strstr (last_png->diptych, "\"step\": "));
  g_assert_cmpint (pred_x0->shape[0], ==, N_STEPS);
  g_assert_nonnull (g_hash_table_lookup (dip_tensor_file_get_metadata (file), "diptych"));
}

static void
test_what_the_panes_show (void)
{
  g_autofree char *png_path = export("view-png", "view.png", "view.png");
  g_autofree char *pdf_path = export("view-pdf", "view.pdf", "view.pdf");
  g_autoptr (DipPng) png = load_png (png_path);
  g_autofree char *pdf = NULL;
  gsize n_bytes;
  float least = 1, most = 0;

  g_assert_cmpuint (png->width, >, 100);
  for (gsize i = 0; i < (gsize) png->width * png->height; i++)
    {
      least = MIN (least, png->channels[0]->values[i]);
      most = MAX (most, png->channels[0]->values[i]);
    }
  g_assert_cmpfloat (most - least, >, 0.5f);

  g_assert_true (g_file_get_contents (pdf_path, &pdf, &n_bytes, NULL));
  g_assert_true (g_str_has_prefix (pdf, "%PDF-"));
  g_assert_nonnull (memmem (pdf, n_bytes, "/Subject ", 9));
}

static gboolean
has_other_title (DipWindow *self)
{
  DipTake *take = dip_shown_get_take (dip_window_get_shown (self));

  return g_strcmp0 (dip_take_get_title (take), "pair.png") != 0;
}

/* A picture that was exported brings its settings back. */
static void
test_opens_again (void)
{
  g_autofree char *path = g_build_filename (folder, "pair.png", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (DipRunSettings) other = make_quick_settings ("c3_butterflies_mini", 99);
  g_autoptr (DipRunSettings) settings = NULL;

  other->seed = 7;
  dip_window_set_settings (window, other);
  dip_window_open (window, &file, 1);
  wait_while (has_other_title, window);
  settings = dip_window_get_settings (window);
  g_assert_cmpuint (settings->seed, ==, 42);
  g_assert_cmpuint (settings->n_steps, ==, N_STEPS);
  g_assert_nonnull (settings->scheduler);
  g_assert_nonnull (settings->scheduler_json);
}

static gboolean
has_no_pair_of_views (DipWindow *self)
{
  DipTake *take = dip_shown_get_take (dip_window_get_shown (self));

  return g_strcmp0 (dip_take_get_title (take), "views-CC.png, views-MLO.png") != 0;
}

static void
test_opens_two_views (void)
{
  g_autofree char *cc = g_build_filename (folder, "views-CC.png", NULL);
  g_autofree char *mlo = g_build_filename (folder, "views-MLO.png", NULL);
  g_autoptr (GFile) first = g_file_new_for_path (cc);
  g_autoptr (GFile) second = g_file_new_for_path (mlo);
  GFile *files[] = { first, second };

  dip_window_open (window, files, 2);
  wait_while (has_no_pair_of_views, window);
}

static void
test_refuses_in_words (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *cc = g_build_filename (folder, "views-CC.png", NULL);

  g_assert_null (dip_load_take (cc, &error));
  g_assert_nonnull (strstr (error->message, "three channels"));
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *inner = g_build_filename (path, name, NULL);

      remove_tree (inner);
    }
  g_remove (path);
}

int
main (int argc, char *argv[])
{
  g_autoptr (DipRunSettings) settings = NULL;
  int result;

  g_test_init (&argc, &argv, NULL);

  if (!gtk_init_check ())
    {
      g_print ("1..0 # SKIP no display\n");
      return 0;
    }
  folder = g_dir_make_tmp ("diptych-export-XXXXXX", NULL);
  application = start_application ();
  window = get_test_window (application);
  settings = make_quick_settings ("c3_butterflies_mini", N_STEPS);
  dip_window_generate (window, settings);
  wait_while (is_busy, window);

  g_test_add_func ("/export/pair", test_pair);
  g_test_add_func ("/export/views", test_views);
  g_test_add_func ("/export/steps", test_steps);
  g_test_add_func ("/export/what-the-panes-show", test_what_the_panes_show);
  g_test_add_func ("/export/opens-again", test_opens_again);
  g_test_add_func ("/export/opens-two-views", test_opens_two_views);
  g_test_add_func ("/export/refuses-in-words", test_refuses_in_words);

  result = g_test_run ();
  remove_tree (folder);
  gtk_window_destroy (GTK_WINDOW (window));
  dip_queue_shut_down (dip_application_get_queue (application));

  return result;
}
