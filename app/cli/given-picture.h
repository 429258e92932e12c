#pragma once

#include "model/pair/encoding.h"
#include "model/sampler/denoiser.h"

G_BEGIN_DECLS

/* Pictures that `sample` is given, as the network sees them: CHW float32 in [-1, 1], of
 * exactly the size that is generated.  Each is freed with g_free(); @sha256 is that of
 * the file.  Errors name the file, the wanted and the found.
 */

/* A pair: a PNG (red CC, green MLO, blue third; grey for a network of one channel) or a
 * safetensors file with `sample` [C, H, W].
 */
float *dip_given_load_pair (const char *path,
                            const DipDenoiserShape *shape,
                            DipThird third,
                            char **sha256,
                            GError **error);

/* One view, (H, W): a grey PNG, or channel @channel of a pair. */
float *dip_given_load_view (const char *path,
                            guint channel,
                            const DipDenoiserShape *shape,
                            char **sha256,
                            GError **error);

/* A mask (C, H, W), 1 where the PNG is white: grey for all channels, or red for CC, green
 * for MLO, blue for the third.  The third is open wherever a view is.
 */
float *dip_given_load_mask (const char *path,
                            const DipDenoiserShape *shape,
                            char **sha256,
                            GError **error);

G_END_DECLS
