#pragma once

#include "model/pair/png.h"

G_BEGIN_DECLS

/* What reader and writer agree on. */

#define DIP_PNG_KEY_DIPTYCH "diptych"
#define DIP_PNG_KEY_XMP "XML:com.adobe.xmp"
#define DIP_PNG_SOURCE_PREFIX "http://cv.iptc.org/newscodes/digitalsourcetype/"

/* The vocabulary's word for a DipDigitalSource; NULL for unknown. */
extern const char *const dip_png_source_names[3];

G_END_DECLS
