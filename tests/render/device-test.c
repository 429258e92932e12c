#include "tests/render/device-test.h"
#include "render/instance.h"

static gboolean
is_absent (const GError *error)
{
  return g_error_matches (error, DIP_RENDER_ERROR, DIP_RENDER_ERROR_NO_LOADER) ||
         g_error_matches (error, DIP_RENDER_ERROR, DIP_RENDER_ERROR_NO_DRIVER) ||
         g_error_matches (error, DIP_RENDER_ERROR, DIP_RENDER_ERROR_NO_DEVICE);
}

DipDevice *
dip_test_open_device (void)
{
  g_autoptr (GError) error = NULL;
  DipDevice *device = dip_device_open (NULL, &error);

  if (device == NULL && is_absent (error) && g_getenv ("DIPTYCH_REQUIRE_DEVICE") == NULL)
    {
      g_test_skip (error->message);
      return NULL;
    }
  g_assert_no_error (error);

  if (g_getenv ("VK_INSTANCE_LAYERS") != NULL && !dip_instance_is_validated ())
    {
      g_assert_null (g_getenv ("DIPTYCH_REQUIRE_DEVICE"));
      g_test_skip ("no Vulkan validation layer");
      g_clear_pointer (&device, dip_device_unref);
    }

  return device;
}

/* The loader looks at these when an instance is made: the name of today, and the old one. */
static const char *const variables[] = { "VK_DRIVER_FILES", "VK_ICD_FILENAMES" };

struct _DipTestDrivers
{
  char *found[G_N_ELEMENTS (variables)]; /* NULL where it was not set */
};

DipTestDrivers *
dip_test_hide_drivers (void)
{
  DipTestDrivers *self = g_new0 (DipTestDrivers, 1);

  for (guint i = 0; i < G_N_ELEMENTS (variables); i++)
    {
      self->found[i] = g_strdup (g_getenv (variables[i]));
      g_setenv (variables[i], "/nonexistent.json", TRUE);
    }

  return self;
}

void
dip_test_show_drivers (DipTestDrivers *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (variables); i++)
    {
      if (self->found[i] != NULL)
        g_setenv (variables[i], self->found[i], TRUE);
      else
        g_unsetenv (variables[i]);
      g_free (self->found[i]);
    }
  g_free (self);
}

GRand *
dip_test_rand_new (void)
{
  return g_rand_new_with_seed (g_test_rand_int ());
}
