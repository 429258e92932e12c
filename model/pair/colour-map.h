#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How a value in [0, 1] becomes a colour.
 *
 *   grey       black to white
 *   viridis    dark violet over green to yellow (van der Walt and Smith, 2015)
 *   cividis    dark blue over grey to yellow; made to look the same with and without
 *              red-green blindness (Nuñez, Anderton, Renslow, PLoS ONE 13, 2018)
 *   diverging  light blue over black (0.5) to light orange, as bright at 0.5 + d as at
 *              0.5 − d: for signed differences
 *
 * viridis and cividis are matplotlib's tables at every fifth of their 256 entries,
 * linear between (within 4/255 of the whole table).
 */
typedef enum
{
  DIP_COLOUR_MAP_GREY,
  DIP_COLOUR_MAP_CIVIDIS,
  DIP_COLOUR_MAP_VIRIDIS,
  DIP_COLOUR_MAP_DIVERGING,
} DipColourMap;

/* "grey", "cividis", "viridis", "diverging"; static. */
const char *dip_colour_map_get_name (DipColourMap map);

/* FALSE, with *map untouched, if none has that (case-sensitive) name.  NULL is no
 * name. */
gboolean dip_colour_map_from_name (const char *name, DipColourMap *map);

/* The colours of 0, 1/255, …, 1 as red, green, blue. */
void dip_colour_map_fill (DipColourMap map, guint8 table[256][3]);

G_END_DECLS
