#include <glib/gi18n.h>
#include <locale.h>

#include "app/application.h"
#include "render/device.h"

/* Translations of the build tree when the program runs there. */
static const char *
find_locale_folder (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);

  return program != NULL && g_str_has_prefix (program, DIPTYCH_BUILD_ROOT "/")
             ? DIPTYCH_BUILD_ROOT "/po"
             : DIPTYCH_LOCALEDIR;
}

int
main (int argc, char **argv)
{
  g_autoptr (DipApplication) application = NULL;

  setlocale (LC_ALL, "");
  dip_device_prepare_drivers ();
  bindtextdomain (GETTEXT_PACKAGE, find_locale_folder ());
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_application_name ("Diptych");

  application = dip_application_new ();

  return g_application_run (G_APPLICATION (application), argc, argv);
}
