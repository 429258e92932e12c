#pragma once

#include <gio/gio.h>
#include <jansson.h>

#include "model/pair/png.h"

G_BEGIN_DECLS

/* One pair as files: what `sample` and `phantom` write, and the library keeps.
 *
 *   png          pair-SEED.png: 8-bit RGB = CC, MLO, third (1 channel: grey)
 *   png16        pair-SEED-CC.png, -MLO.png, -third.png: 16-bit grey
 *                (1 channel: pair-SEED-grey.png)
 *   safetensors  pair-SEED.safetensors: `sample` (C, H, W) float32 in [-1, 1]
 *
 * A sample of two channels (CC, MLO) gets its third in the PNG files; the
 * safetensors file holds the sample as the network gave it.
 */
typedef enum
{
  DIP_PAIR_PNG = 1 << 0,
  DIP_PAIR_PNG16 = 1 << 1,
  DIP_PAIR_SAFETENSORS = 1 << 2,
} DipPairFormats;

/* "png,png16" -> flags; 0 with G_OPTION_ERROR where a name is none or none is named. */
DipPairFormats dip_pair_formats_parse (const char *text, GError **error);

typedef struct
{
  guint64 seed;
  const char *stem; /* what the names begin with; NULL: "pair-SEED" */
  const DipPair *pair;
  const float *sample; /* (C, H, W) in [-1, 1], for safetensors */
  guint n_channels;    /* C */
  DipDigitalSource source;
  const json_t *provenance; /* goes into every file */
} DipPairOutput;

/* The names of the files @formats makes, NULL-terminated; g_strfreev(). */
char **dip_pair_list_files (DipPairFormats formats, guint n_channels, guint64 seed);

/* Writes the files into @folder, each whole or not at all.  Returns the
 * manifest's "files" array, or NULL.
 */
json_t *dip_pair_save (const char *folder,
                       DipPairFormats formats,
                       const DipPairOutput *output,
                       GError **error);

G_END_DECLS
