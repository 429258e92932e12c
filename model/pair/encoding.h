#pragma once

#include "model/pair/picture.h"

G_BEGIN_DECLS

/* What the third channel of a pair says, as a function of the other two, all three
 * in [0, 1]:
 *
 *   absdiff  |CC − MLO|
 *   sum      (CC + MLO) / 2; halved, since the plain sum would leave the range
 *   zero     0, that is black, −1 inside the network
 *
 * A checkpoint declares it in diptych.json. */
typedef enum
{
  DIP_THIRD_ABSDIFF,
  DIP_THIRD_SUM,
  DIP_THIRD_ZERO,
} DipThird;

/* "absdiff", "sum", "zero"; static. */
const char *dip_third_get_name (DipThird third);

/* FALSE, with *third untouched, if no encoding has that (case-sensitive) name.  NULL is
 * no name. */
gboolean dip_third_from_name (const char *name, DipThird *third);

/* One value of the third channel; all in [0, 1]. */
float dip_third_value (DipThird third, float cc, float mlo);

/* The third channel of two pictures of one size. */
DipPicture *dip_third_make (DipThird third, const DipPicture *cc, const DipPicture *mlo);

/* Inside the network pictures lie in [-1, 1].  These are diffusers' conversions
 * (VaeImageProcessor.denormalize and numpy_to_pil): x/2 + 0.5 clamped to [0, 1] in
 * float32; 255 v or 65535 v rounded half to even.  NaN becomes 0. */
float dip_value_from_network (float x);
float dip_value_to_network (float v);
guint8 dip_value_to_8_bits (float v);
guint16 dip_value_to_16_bits (float v);

/* What a network's channels show: the pictures of one breast. */
typedef struct
{
  DipPicture *cc;    /* never NULL */
  DipPicture *mlo;   /* NULL for a network of one channel */
  DipPicture *third; /* NULL for a network of one channel */
} DipPair;

/* From a sample (n_channels, height, width) in [-1, 1]: the channels are CC, MLO and
 * third.  Of two channels the third is made by @third; of more than three the rest is
 * not looked at. */
DipPair *dip_pair_new_from_network (const float *sample,
                                    guint n_channels,
                                    guint width,
                                    guint height,
                                    DipThird third);

/* Two pictures of one size and the third made of them; copies. */
DipPair *
dip_pair_new_from_views (const DipPicture *cc, const DipPicture *mlo, DipThird third);

void dip_pair_free (DipPair *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipPair, dip_pair_free)

G_END_DECLS
