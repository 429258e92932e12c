#pragma once

#include "model/pair/compose.h"
#include "model/pair/encoding.h"

G_BEGIN_DECLS

/* How a picture came about, by the IPTC's vocabulary of digital source types
 * (cv.iptc.org/newscodes/digitalsourcetype/), which goes into a PNG's XMP. */
typedef enum
{
  DIP_DIGITAL_SOURCE_UNKNOWN,     /* says nothing */
  DIP_DIGITAL_SOURCE_TRAINED,     /* trainedAlgorithmicMedia: a network made it */
  DIP_DIGITAL_SOURCE_ALGORITHMIC, /* algorithmicMedia: a program, without training */
} DipDigitalSource;

/* What a PNG says beside its pixels. */
typedef struct
{
  const char *diptych; /* iTXt `diptych`: one JSON object, UTF-8; NULL for none */
  DipDigitalSource source;
} DipPngNotes;

/* A picture file that was read: 1 channel (grey) or 3 (red, green, blue; of a pair
 * CC, MLO, third), values / 255 or values / 65535. */
typedef struct
{
  guint width;
  guint height;
  guint n_channels;        /* 1 or 3 */
  guint n_bits;            /* 8 or 16 of the file; fewer count as 8 */
  DipPicture *channels[3]; /* NULL beyond n_channels */
  double spacing_mm;       /* a pixel's width by the file's pHYs; 0: see dip_png_load */
  char *diptych;           /* iTXt `diptych`, valid UTF-8; NULL if there is none */
  DipDigitalSource source;
} DipPng;

/* What is read at most. */
#define DIP_PNG_MAX_SIDE 16384
#define DIP_PNG_MAX_PIXELS (40 * 1000 * 1000)
#define DIP_PNG_MAX_CHUNK (8 * 1000 * 1000) /* bytes of one text, unpacked */

/* Encodings in memory, to be saved by dip_save_bytes().  Values are clamped to [0, 1]
 * and rounded half to even.  The same calls give the same bytes with one libpng and
 * zlib.  @name is what errors call the file.  Errors: DIP_STORAGE_ERROR. */

/* 8-bit RGB of three pictures of one size. */
GBytes *dip_png_encode_rgb (const DipPicture *red,
                            const DipPicture *green,
                            const DipPicture *blue,
                            const DipPngNotes *notes,
                            const char *name,
                            GError **error);

/* Grey of 8 or 16 bits. */
GBytes *dip_png_encode_grey (const DipPicture *picture,
                             guint n_bits,
                             const DipPngNotes *notes,
                             const char *name,
                             GError **error);

/* The pair as 8-bit RGB = CC, MLO, third, or as grey if it is of one channel. */
GBytes *dip_png_encode_pair (const DipPair *pair,
                             const DipPngNotes *notes,
                             const char *name,
                             GError **error);

/* What was drawn, as 8-bit RGB. */
GBytes *dip_png_encode_canvas (const DipCanvas *canvas,
                               const DipPngNotes *notes,
                               const char *name,
                               GError **error);

/* Grey, RGB and palette of 1 to 16 bits, interlaced or not.  Transparency is ignored,
 * gamma and colour profiles too: the numbers of the file count.  Blocks on the disk.
 * pHYs (PNG 1.2, 4.2.4.2) gives the spacing where its unit is the metre and both axes have
 * the same; not where it is 72 or 96 pixels per inch, which programs write that know
 * nothing.
 * Errors of DIP_STORAGE_ERROR: NOT_FOUND, IO, FORMAT (no PNG, damaged, cut short),
 * TOO_LARGE. */
DipPng *dip_png_load (const char *path, GError **error);
DipPng *dip_png_decode (GBytes *bytes, const char *name, GError **error);
void dip_png_free (DipPng *self);

/* The picture as one grey: the only channel, or the mean of three. */
DipPicture *dip_png_to_grey (const DipPng *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipPng, dip_png_free)

G_END_DECLS
