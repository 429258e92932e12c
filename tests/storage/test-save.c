#include "model/storage/error.h"
#include "model/storage/save.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define LARGE_BYTES (1 << 20)

typedef struct
{
  char *folder;
  char *path; /* in it; not there yet */
} Fixture;

static guint
count_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n_files = 0;

  while (g_dir_read_name (dir) != NULL)
    n_files++;
  return n_files;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = g_dir_make_tmp ("diptych-XXXXXX", NULL);
  self->path = g_build_filename (self->folder, "file", NULL);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (self->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->folder, name, NULL);

      g_unlink (path);
    }

  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_free (self->folder);
  g_free (self->path);
}

static void
save (const char *path, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;
  gboolean saved = dip_save_bytes (path, bytes, &error);

  g_assert_no_error (error);
  g_assert_true (saved);
}

/* Saving @text fails with @code, and the message names the file. */
static void
save_fails (const char *path, const char *text, int code)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;

  g_assert_false (dip_save_bytes (path, bytes, &error));
  g_assert_error (error, DIP_STORAGE_ERROR, code);
  g_assert_true (g_str_has_prefix (error->message, path));
}

static void
check_content (const char *path, const char *wanted)
{
  g_autofree char *content = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &content, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (content, ==, wanted);
}

static void
test_new_and_old (Fixture *self, gconstpointer data)
{
  struct stat st;
  mode_t mask = umask (022);

  save (self->path, "one");
  check_content (self->path, "one");
  g_assert_cmpint (stat (self->path, &st), ==, 0);
  g_assert_cmphex (st.st_mode & 07777, ==, 0644);

  g_assert_cmpint (chmod (self->path, 0600), ==, 0);
  save (self->path, "two");
  check_content (self->path, "two");
  g_assert_cmpint (stat (self->path, &st), ==, 0);
  g_assert_cmphex (st.st_mode & 07777, ==, 0600);

  g_assert_cmpuint (count_files (self->folder), ==, 1);
  umask (mask);
}

static void
test_chunks (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) first = g_bytes_new_static ("one ", 4);
  g_autoptr (GBytes) none = g_bytes_new (NULL, 0);
  g_autoptr (GBytes) last = g_bytes_new_static ("two", 3);
  GBytes *const chunks[] = { first, none, last };
  g_autoptr (GError) error = NULL;

  g_assert_true (dip_save_chunks (self->path, chunks, 3, &error));
  g_assert_no_error (error);
  check_content (self->path, "one two");
}

static void
test_link (Fixture *self, gconstpointer data)
{
  g_autofree char *link = g_build_filename (self->folder, "link", NULL);

  save (self->path, "one");
  g_assert_cmpint (symlink ("file", link), ==, 0);
  save (link, "two");
  g_assert_true (g_file_test (link, G_FILE_TEST_IS_SYMLINK));
  check_content (self->path, "two");

  g_unlink (self->path);
  save_fails (link, "three", DIP_STORAGE_ERROR_UNSUPPORTED);
  g_assert_cmpuint (count_files (self->folder), ==, 1);
}

static void
test_not_a_file (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  struct stat st;

  g_assert_cmpint (mkfifo (self->path, 0600), ==, 0);
  save_fails (self->path, "x", DIP_STORAGE_ERROR_UNSUPPORTED);
  g_assert_false (dip_append_line (self->path, "x", &error));
  g_assert_error (error, DIP_STORAGE_ERROR, DIP_STORAGE_ERROR_UNSUPPORTED);
  g_assert_cmpint (lstat (self->path, &st), ==, 0);
  g_assert_true (S_ISFIFO (st.st_mode));

  save_fails ("/dev/full", "x", DIP_STORAGE_ERROR_UNSUPPORTED);
  save_fails (self->folder, "x", DIP_STORAGE_ERROR_UNSUPPORTED);
  g_assert_cmpuint (count_files (self->folder), ==, 1);
}

/* /proc takes no new files, not even root's. */
static void
test_unwritable_folder (Fixture *self, gconstpointer data)
{
  g_autofree char *nowhere = g_build_filename (self->folder, "no", "file", NULL);
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x", 1);
  g_autoptr (GError) error = NULL;

  save_fails (nowhere, "x", DIP_STORAGE_ERROR_NOT_FOUND);
  g_assert_false (dip_save_bytes ("/proc/self/file", bytes, &error));
  g_assert_true (error->domain == DIP_STORAGE_ERROR);
  g_clear_error (&error);
  g_assert_false (dip_append_line ("/proc/self/file", "x", &error));
  g_assert_true (error->domain == DIP_STORAGE_ERROR);

  if (geteuid () == 0)
    return;

  g_assert_cmpint (chmod (self->folder, 0500), ==, 0);
  save_fails (self->path, "x", DIP_STORAGE_ERROR_IO);
  g_assert_cmpint (chmod (self->folder, 0700), ==, 0);
}

/* The file size limit stands for a full disk: write() fails half way. */
static void
limit_files (rlim_t n_bytes)
{
  struct rlimit limit;

  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  limit.rlim_cur = MIN (n_bytes, limit.rlim_max);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
}

static void
test_full_disk (Fixture *self, gconstpointer data)
{
  g_autofree char *large = g_strnfill (LARGE_BYTES, 'x');
  g_autoptr (GError) error = NULL;

  save (self->path, "old\n");

  limit_files (LARGE_BYTES / 2);
  save_fails (self->path, large, DIP_STORAGE_ERROR_IO);
  g_assert_false (dip_append_line (self->path, large, &error));
  limit_files (RLIM_INFINITY);

  g_assert_error (error, DIP_STORAGE_ERROR, DIP_STORAGE_ERROR_IO);
  check_content (self->path, "old\n");
  g_assert_cmpuint (count_files (self->folder), ==, 1);
}

static G_NORETURN void
save_forever (const char *path)
{
  for (char letter = 'a';; letter = letter == 'a' ? 'b' : 'a')
    {
      g_autofree char *text = g_strnfill (LARGE_BYTES, letter);
      g_autoptr (GBytes) bytes = g_bytes_new (text, LARGE_BYTES);

      dip_save_bytes (path, bytes, NULL);
    }
}

/* Killed at any moment, the file is the old one or the new one. */
static void
test_killed (Fixture *self, gconstpointer data)
{
  g_autofree char *before = g_strnfill (LARGE_BYTES, 'a');

  save (self->path, before);
  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *content = NULL;
      pid_t child = fork ();
      gsize n_bytes;

      g_assert_cmpint (child, >=, 0);
      if (child == 0)
        save_forever (self->path);

      g_usleep (g_test_rand_int_range (1000, 20000));
      kill (child, SIGKILL);
      g_assert_cmpint (waitpid (child, NULL, 0), ==, child);

      g_assert_true (g_file_get_contents (self->path, &content, &n_bytes, NULL));
      g_assert_cmpuint (n_bytes, ==, LARGE_BYTES);
      g_assert_cmpuint (strspn (content, content[0] == 'a' ? "a" : "b"), ==, LARGE_BYTES);
    }
}

static void
append (const char *path, const char *line)
{
  g_autoptr (GError) error = NULL;

  dip_append_line (path, line, &error);
  g_assert_no_error (error);
}

static void
test_lines (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) lines = NULL;

  append (self->path, "{\"seed\": 1}");
  append (self->path, "");
  append (self->path, "é");
  check_content (self->path, "{\"seed\": 1}\n\né\n");

  lines = dip_read_lines (self->path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (lines), ==, 3);
  g_assert_cmpstr (lines[2], ==, "é");

  g_assert_null (dip_read_lines (self->folder, &error));
  g_assert_error (error, DIP_STORAGE_ERROR, DIP_STORAGE_ERROR_IO);
  g_clear_error (&error);
  g_assert_null (dip_read_lines ("/nowhere/lines", &error));
  g_assert_error (error, DIP_STORAGE_ERROR, DIP_STORAGE_ERROR_NOT_FOUND);
}

/* A torn line of each length around the piece in which the end is searched. */
static void
test_torn_line (Fixture *self, gconstpointer data)
{
  const gsize lengths[] = { 1, 4094, 4095, 4096, 4097, 10000 };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autofree char *torn = g_strnfill (lengths[i], 't');
      g_autofree char *content = g_strconcat ("one\n", torn, NULL);
      g_auto (GStrv) lines = NULL;

      save (self->path, content);
      lines = dip_read_lines (self->path, NULL);
      g_assert_cmpuint (g_strv_length (lines), ==, 1);
      g_assert_cmpstr (lines[0], ==, "one");

      append (self->path, "two");
      check_content (self->path, "one\ntwo\n");

      save (self->path, torn);
      append (self->path, "three");
      check_content (self->path, "three\n");
    }
}

/* Two processes append to one file: no line is lost, none is mixed. */
static void
test_two_writers (Fixture *self, gconstpointer data)
{
  const guint n_lines = 50;
  g_auto (GStrv) lines = NULL;
  guint n_a = 0;

  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *line = g_strnfill (3000, 'a' + i);

      if (fork () == 0)
        {
          for (guint n = 0; n < n_lines; n++)
            append (self->path, line);
          _exit (0);
        }
    }
  while (wait (NULL) > 0)
    continue;

  lines = dip_read_lines (self->path, NULL);
  g_assert_cmpuint (g_strv_length (lines), ==, 2 * n_lines);
  for (guint n = 0; n < 2 * n_lines; n++)
    {
      g_assert_cmpuint (strspn (lines[n], lines[n][0] == 'a' ? "a" : "b"), ==, 3000);
      n_a += lines[n][0] == 'a';
    }
  g_assert_cmpuint (n_a, ==, n_lines);
}

/* FIPS 180-2, appendix B.1 and B.3 (a million times 'a'). */
static void
test_sha256 (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) abc = g_bytes_new_static ("abc", 3);
  g_autofree char *million = g_strnfill (1000000, 'a');
  g_autofree char *of_bytes = dip_sha256_bytes (abc);
  g_autofree char *of_file = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (of_bytes, ==,
                   "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");

  save (self->path, million);
  of_file = dip_sha256_file (self->path, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (of_file, ==,
                   "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");

  g_assert_null (dip_sha256_file ("/nowhere/file", &error));
  g_assert_error (error, DIP_STORAGE_ERROR, DIP_STORAGE_ERROR_NOT_FOUND);
}

static void
add (const char *path, void (*test) (Fixture *self, gconstpointer data))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add ("/storage/save/new-and-old", test_new_and_old);
  add ("/storage/save/chunks", test_chunks);
  add ("/storage/save/link", test_link);
  add ("/storage/save/not-a-file", test_not_a_file);
  add ("/storage/save/unwritable-folder", test_unwritable_folder);
  add ("/storage/save/full-disk", test_full_disk);
  add ("/storage/save/killed", test_killed);
  add ("/storage/lines/append-and-read", test_lines);
  add ("/storage/lines/torn", test_torn_line);
  add ("/storage/lines/two-writers", test_two_writers);
  add ("/storage/sha256", test_sha256);

  return g_test_run ();
}
