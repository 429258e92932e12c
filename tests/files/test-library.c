#include "app/files/library.h"

#include <glib/gstdio.h>
#include <string.h>

#include "model/pair/png.h"
#include "model/storage/json.h"

#define N_KILLS 40

typedef struct
{
  char *folder;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = g_dir_make_tmp ("diptych-library-XXXXXX", NULL);
  g_assert_nonnull (self->folder);
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

static void
tear_down (Fixture *self, gconstpointer data)
{
  remove_tree (self->folder);
  g_free (self->folder);
}

static json_t *
make_provenance (guint64 seed)
{
  json_t *provenance = json_object ();

  dip_json_set_int (provenance, "seed", seed);
  dip_json_set_bool (provenance, "synthetic", TRUE);
  dip_json_set_string (provenance, "scheduler", "DDIMScheduler");
  dip_json_set_int (provenance, "steps", 50);

  return provenance;
}

static char *
write_pair (const char *folder, guint64 seed, GError **error)
{
  g_autoptr (DipPicture) cc = dip_picture_new (8, 8);
  g_autoptr (DipPair) pair = dip_pair_new_from_views (cc, cc, DIP_THIRD_ABSDIFF);
  float sample[3 * 64] = { 0.25f };
  json_t *provenance = make_provenance (seed);
  DipPairOutput output = { .seed = seed,
                           .pair = pair,
                           .sample = sample,
                           .n_channels = 3,
                           .source = DIP_DIGITAL_SOURCE_TRAINED,
                           .provenance = provenance };
  char *path = dip_library_write (folder, &output, 1.5, error);

  json_decref (provenance);

  return path;
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer loop)
{
  g_assert_true (dip_library_load_finish (DIP_LIBRARY (source), result, NULL));
  g_main_loop_quit (loop);
}

static DipLibrary *
load (const char *folder)
{
  DipLibrary *library = dip_library_new (folder);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  dip_library_load_async (library, loaded_cb, loop);
  g_main_loop_run (loop);

  return library;
}

static DipLibraryEntry *
get_entry (DipLibrary *library, guint position)
{
  g_autoptr (DipLibraryEntry) entry =
      g_list_model_get_item (G_LIST_MODEL (library), position);

  g_assert_nonnull (entry);

  return entry;
}

static guint
count (DipLibrary *library)
{
  return g_list_model_get_n_items (G_LIST_MODEL (library));
}

static void
test_keeps_pairs (Fixture *self, gconstpointer data)
{
  g_autofree char *first = write_pair (self->folder, 42, NULL);
  g_autofree char *second = write_pair (self->folder, 42, NULL);
  g_autoptr (DipLibrary) library = load (self->folder);
  g_autofree char *text = NULL;
  g_autofree char *values = NULL;

  g_assert_cmpstr (first, !=, second);
  g_assert_cmpuint (count (library), ==, 2);
  g_assert_cmpint (dip_library_entry_get_seed (get_entry (library, 0)), ==, 42);
  text = dip_library_entry_describe (get_entry (library, 0));
  g_assert_cmpstr (text, ==, "DDIM · 50 steps");
  values = dip_library_entry_make_values_path (get_entry (library, 0));
  g_assert_true (g_file_test (values, G_FILE_TEST_IS_REGULAR));
}

static void
test_remembers_stars_and_notes (Fixture *self, gconstpointer data)
{
  g_autofree char *path = write_pair (self->folder, 1, NULL);
  g_autoptr (DipLibrary) library = load (self->folder);
  g_autoptr (DipLibrary) again = NULL;

  g_assert_true (dip_library_set_starred (library, get_entry (library, 0), TRUE, NULL));
  g_assert_true (
      dip_library_set_note (library, get_entry (library, 0), "dense\nvery", NULL));
  again = load (self->folder);
  g_assert_true (dip_library_entry_get_starred (get_entry (again, 0)));
  g_assert_cmpstr (dip_library_entry_get_note (get_entry (again, 0)), ==, "dense\nvery");
}

static void
test_deletes_and_brings_back (Fixture *self, gconstpointer data)
{
  g_autofree char *path = write_pair (self->folder, 7, NULL);
  g_autofree char *other = write_pair (self->folder, 8, NULL);
  g_autoptr (DipLibrary) library = load (self->folder);
  g_autoptr (DipLibraryEntry) entry = g_object_ref (dip_library_find (library, path));
  g_autoptr (DipLibrary) again = NULL;

  g_assert_true (dip_library_delete (library, entry, NULL));
  g_assert_cmpuint (count (library), ==, 1);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_true (dip_library_undelete (library, entry, NULL));
  g_assert_cmpuint (count (library), ==, 2);
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_true (get_entry (library, 1) == entry);

  again = load (self->folder);
  g_assert_cmpuint (count (again), ==, 2);
}

/* The manifest is an index: without it the pictures themselves are read. */
static void
test_does_without_its_manifest (Fixture *self, gconstpointer data)
{
  g_autofree char *path = write_pair (self->folder, 99, NULL);
  g_autofree char *manifest = g_build_filename (self->folder, "manifest.jsonl", NULL);
  g_autoptr (DipLibrary) library = NULL;

  g_assert_true (g_file_set_contents (manifest, "{ torn", -1, NULL));
  library = load (self->folder);
  g_assert_cmpuint (count (library), ==, 1);
  g_assert_cmpint (dip_library_entry_get_seed (get_entry (library, 0)), ==, 99);
}

/* Nothing may be left where nothing can be written. */
static void
test_says_why_it_cannot_save (Fixture *self, gconstpointer data)
{
  g_autofree char *in_the_way = g_build_filename (self->folder, "file", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (in_the_way, "", 0, NULL));
  g_assert_null (write_pair (in_the_way, 1, &error));
  g_assert_nonnull (strstr (error->message, in_the_way));
}

static void
check_whole (DipLibrary *library)
{
  for (guint i = 0; i < count (library); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (DipPng) png =
          dip_png_load (dip_library_entry_get_path (get_entry (library, i)), &error);

      g_assert_no_error (error);
      g_assert_cmpuint (png->n_channels, ==, 3);
      g_assert_nonnull (png->diptych);
    }
}

/* Killed while it saves, at another moment each time: every picture there is whole, the
 * library opens, and what was there before is there after.
 */
static void
test_survives_being_killed (Fixture *self, gconstpointer data)
{
  const char *argv[] = { g_getenv ("DIPTYCH_SAVE_FOREVER"), self->folder, NULL };
  guint n_before = 0;

  for (guint i = 0; i < N_KILLS; i++)
    {
      g_autoptr (GSubprocess) victim =
          g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDOUT_SILENCE, NULL);
      g_autoptr (DipLibrary) library = NULL;

      g_assert_nonnull (victim);
      g_usleep (g_test_rand_int_range (5000, 40000));
      g_subprocess_force_exit (victim);
      g_subprocess_wait (victim, NULL, NULL);

      library = load (self->folder);
      g_assert_cmpuint (count (library), >=, n_before);
      n_before = count (library);
    }
  g_test_message ("%u pairs in %u kills", n_before, N_KILLS);
  g_assert_cmpuint (n_before, >, 0);
  {
    g_autoptr (DipLibrary) library = load (self->folder);

    check_whole (library);
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function)                                                              \
  g_test_add ("/library/" path, Fixture, NULL, set_up, function, tear_down)
  ADD ("keeps-pairs", test_keeps_pairs);
  ADD ("remembers-stars-and-notes", test_remembers_stars_and_notes);
  ADD ("deletes-and-brings-back", test_deletes_and_brings_back);
  ADD ("does-without-its-manifest", test_does_without_its_manifest);
  ADD ("says-why-it-cannot-save", test_says_why_it_cannot_save);
  ADD ("survives-being-killed", test_survives_being_killed);

  return g_test_run ();
}
