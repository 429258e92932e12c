#include "app/cli/cli.h"

#include <errno.h>

char *
dip_cli_get_demo_checkpoint (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = NULL;
  g_autofree char *beside = NULL;

  if (program != NULL && g_str_has_prefix (program, DIPTYCH_BUILD_ROOT "/"))
    return g_build_filename (DIPTYCH_SOURCE_ROOT, "data", "demo", NULL);

  /* An installation that was moved as a whole: PREFIX/bin, PREFIX/share. */
  if (program != NULL)
    {
      folder = g_path_get_dirname (program);
      beside = g_build_filename (folder, "..", "share", "diptych", "demo", NULL);
      if (g_file_test (beside, G_FILE_TEST_IS_DIR))
        return g_canonicalize_filename (beside, NULL);
    }

  return g_build_filename (DIPTYCH_DATADIR, "demo", NULL);
}

gboolean
dip_cli_make_folder (const char *path, GError **error)
{
  if (g_mkdir_with_parents (path, 0777) == 0)
    return TRUE;

  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno),
               "%s: the folder cannot be made: %s", path, g_strerror (errno));
  return FALSE;
}
