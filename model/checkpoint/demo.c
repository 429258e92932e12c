#include "model/checkpoint/demo.h"

char *
dip_demo_find (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = NULL;
  g_autofree char *beside = NULL;

  if (program != NULL && g_str_has_prefix (program, DIPTYCH_BUILD_ROOT "/"))
    return g_build_filename (DIPTYCH_SOURCE_ROOT, "data", "demo", NULL);

  /* PREFIX/bin and PREFIX/share. */
  if (program != NULL)
    {
      folder = g_path_get_dirname (program);
      beside = g_build_filename (folder, "..", "share", "diptych", "demo", NULL);
      if (g_file_test (beside, G_FILE_TEST_IS_DIR))
        return g_canonicalize_filename (beside, NULL);
    }

  return g_build_filename (DIPTYCH_DATADIR, "demo", NULL);
}
