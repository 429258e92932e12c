#include "app/save-take.h"

#include "app/files/library.h"

char *
dip_save_take (DipTake *take, const char *folder, double seconds, GError **error)
{
  guint n_frames = dip_take_get_n_frames (take);
  g_autoptr (DipFrame) frame = dip_take_get_frame (take, n_frames - 1, error);
  g_autoptr (DipPair) pair = NULL;
  DipPairOutput output = { .seed = MAX (dip_take_get_seed (take), 0),
                           .source = DIP_DIGITAL_SOURCE_TRAINED,
                           .provenance = dip_take_get_provenance (take) };

  if (frame == NULL)
    return NULL;

  pair = dip_take_make_pair (take, frame, FALSE);
  output.pair = pair;
  output.sample = frame->x_t;
  output.n_channels = frame->channels;

  return dip_library_write (folder, &output, seconds, error);
}
