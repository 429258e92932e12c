#include "model/pair/colour-map.h"

#define N_KNOTS 52 /* every fifth of 256 */

static const guint8 viridis[N_KNOTS][3] = {
  { 68, 1, 84 },    { 70, 8, 92 },    { 71, 16, 99 },   { 72, 23, 105 },
  { 72, 29, 111 },  { 72, 36, 117 },  { 71, 42, 122 },  { 70, 48, 126 },
  { 69, 55, 129 },  { 67, 61, 132 },  { 65, 66, 135 },  { 63, 72, 137 },
  { 61, 78, 138 },  { 58, 83, 139 },  { 56, 89, 140 },  { 53, 94, 141 },
  { 51, 99, 141 },  { 49, 104, 142 }, { 46, 109, 142 }, { 44, 113, 142 },
  { 42, 118, 142 }, { 41, 123, 142 }, { 39, 128, 142 }, { 37, 132, 142 },
  { 35, 137, 142 }, { 33, 142, 141 }, { 32, 146, 140 }, { 31, 151, 139 },
  { 30, 156, 137 }, { 31, 161, 136 }, { 33, 165, 133 }, { 36, 170, 131 },
  { 40, 174, 128 }, { 46, 179, 124 }, { 53, 183, 121 }, { 61, 188, 116 },
  { 70, 192, 111 }, { 80, 196, 106 }, { 90, 200, 100 }, { 101, 203, 94 },
  { 112, 207, 87 }, { 124, 210, 80 }, { 137, 213, 72 }, { 149, 216, 64 },
  { 162, 218, 55 }, { 176, 221, 47 }, { 189, 223, 38 }, { 202, 225, 31 },
  { 216, 226, 25 }, { 229, 228, 25 }, { 241, 229, 29 }, { 253, 231, 37 }
};

static const guint8 cividis[N_KNOTS][3] = {
  { 0, 34, 78 },     { 0, 38, 86 },     { 0, 42, 95 },     { 0, 45, 104 },
  { 0, 48, 112 },    { 8, 51, 112 },    { 22, 55, 112 },   { 32, 58, 111 },
  { 39, 62, 110 },   { 46, 65, 109 },   { 52, 69, 108 },   { 58, 72, 108 },
  { 63, 76, 108 },   { 68, 79, 108 },   { 73, 83, 108 },   { 78, 86, 108 },
  { 83, 90, 109 },   { 87, 93, 109 },   { 92, 97, 110 },   { 96, 100, 111 },
  { 101, 104, 112 }, { 105, 107, 113 }, { 109, 111, 114 }, { 114, 114, 116 },
  { 118, 118, 118 }, { 122, 122, 120 }, { 126, 125, 120 }, { 131, 129, 121 },
  { 136, 133, 120 }, { 141, 136, 120 }, { 146, 140, 120 }, { 150, 144, 119 },
  { 155, 148, 118 }, { 160, 152, 117 }, { 165, 156, 116 }, { 170, 160, 115 },
  { 175, 164, 113 }, { 181, 168, 111 }, { 186, 172, 109 }, { 191, 176, 107 },
  { 196, 180, 104 }, { 201, 185, 101 }, { 207, 189, 98 },  { 212, 193, 95 },
  { 218, 198, 91 },  { 223, 202, 87 },  { 229, 207, 82 },  { 234, 211, 76 },
  { 240, 216, 70 },  { 246, 221, 63 },  { 252, 226, 54 },  { 254, 232, 56 }
};

/* From the middle outwards, at equal distances; relative luminance rises alike. */
#define N_ARM 4

static const guint8 blue_arm[N_ARM][3] = { { 0, 0, 0 },
                                           { 18, 74, 148 },
                                           { 62, 146, 232 },
                                           { 186, 222, 255 } };
static const guint8 orange_arm[N_ARM][3] = { { 0, 0, 0 },
                                             { 130, 58, 6 },
                                             { 226, 122, 24 },
                                             { 255, 213, 166 } };

static const char *const names[] = { "grey", "cividis", "viridis", "diverging" };

const char *
dip_colour_map_get_name (DipColourMap map)
{
  return names[map];
}

gboolean
dip_colour_map_from_name (const char *name, DipColourMap *map)
{
  for (guint i = 0; name != NULL && i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (name, names[i]))
      {
        *map = (DipColourMap) i;
        return TRUE;
      }

  return FALSE;
}

/* @at in [0, 1] between @n_knots colours. */
static void
interpolate (const guint8 knots[][3], guint n_knots, double at, guint8 colour[3])
{
  const double x = at * (n_knots - 1);
  const guint low = MIN ((guint) x, n_knots - 2);

  for (guint c = 0; c < 3; c++)
    colour[c] =
        (guint8) (knots[low][c] + (x - low) * (knots[low + 1][c] - knots[low][c]) + 0.5);
}

void
dip_colour_map_fill (DipColourMap map, guint8 table[256][3])
{
  for (guint i = 0; i < 256; i++)
    switch (map)
      {
      case DIP_COLOUR_MAP_GREY:
        table[i][0] = table[i][1] = table[i][2] = (guint8) i;
        break;
      case DIP_COLOUR_MAP_CIVIDIS:
        interpolate (cividis, N_KNOTS, i / 255.0, table[i]);
        break;
      case DIP_COLOUR_MAP_VIRIDIS:
        interpolate (viridis, N_KNOTS, i / 255.0, table[i]);
        break;
      case DIP_COLOUR_MAP_DIVERGING:
        if (i < 128)
          interpolate (blue_arm, N_ARM, (127 - i) / 127.0, table[i]);
        else
          interpolate (orange_arm, N_ARM, (i - 128) / 127.0, table[i]);
        break;
      }
}
