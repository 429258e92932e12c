#include "tests/checkpoint/folder.h"

#include <glib/gstdio.h>

char *
folder_new (void)
{
  g_autoptr (GError) error = NULL;
  char *path = g_dir_make_tmp ("diptych-XXXXXX", &error);

  g_assert_no_error (error);
  return path;
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  if (!g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    dir = g_dir_open (path, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }

  g_remove (path);
}

void
folder_remove (char *path)
{
  remove_tree (path);
  g_free (path);
}

void
folder_copy (const char *from, const char *to)
{
  g_autoptr (GDir) dir = g_dir_open (from, 0, NULL);
  const char *name;

  g_assert_nonnull (dir);
  g_mkdir_with_parents (to, 0700);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (from, name, NULL);
      g_autofree char *copy = g_build_filename (to, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR))
        folder_copy (child, copy);
      else
        folder_copy_file (child, to, name);
    }
}

static char *
make_parent (const char *root, const char *name)
{
  g_autofree char *path = g_build_filename (root, name, NULL);
  g_autofree char *parent = g_path_get_dirname (path);

  g_mkdir_with_parents (parent, 0700);
  return g_steal_pointer (&path);
}

void
folder_write (const char *root, const char *name, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = make_parent (root, name);

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

void
folder_copy_file (const char *from, const char *root, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = make_parent (root, name);
  g_autofree char *bytes = NULL;
  gsize n_bytes;

  g_file_get_contents (from, &bytes, &n_bytes, &error);
  g_assert_no_error (error);
  g_file_set_contents (path, bytes, n_bytes, &error);
  g_assert_no_error (error);
}
