/* Saves pairs into the library at argv[1] until it is killed: test-library's victim. */
#include "app/files/library.h"
#include "model/storage/json.h"

int
main (int argc, char *argv[])
{
  g_autoptr (DipPicture) cc = dip_picture_new (96, 96);
  g_autoptr (DipPair) pair = NULL;
  g_autofree float *sample = g_new (float, 3 * 96 * 96);

  for (guint i = 0; i < 96 * 96; i++)
    cc->values[i] = g_random_double ();
  for (guint i = 0; i < 3 * 96 * 96; i++)
    sample[i] = g_random_double_range (-1, 1);
  pair = dip_pair_new_from_views (cc, cc, DIP_THIRD_ABSDIFF);

  for (guint64 seed = 0;; seed++)
    {
      json_t *provenance = json_object ();
      DipPairOutput output = { .seed = seed,
                               .pair = pair,
                               .sample = sample,
                               .n_channels = 3,
                               .source = DIP_DIGITAL_SOURCE_TRAINED,
                               .provenance = provenance };
      g_autoptr (GError) error = NULL;
      g_autofree char *path = NULL;

      dip_json_set_int (provenance, "seed", seed);
      dip_json_set_bool (provenance, "synthetic", TRUE);
      path = dip_library_write (argv[1], &output, 0, &error);
      json_decref (provenance);
      if (path == NULL)
        g_error ("%s", error->message);
      g_print ("%s\n", path);
    }
}
