#pragma once

#include "model/pair/colour-map.h"
#include "model/pair/encoding.h"

G_BEGIN_DECLS

/* Pictures as they are looked at: placed, windowed, coloured, in one pass. */

/* Where a picture lies on a target: target = offset + scale * picture, per axis.
 * Pixel i of either covers [i, i + 1).  A negative scale mirrors. */
typedef struct
{
  double scale_x; /* target pixels per picture pixel, not 0 */
  double scale_y;
  double offset_x; /* where the picture's coordinate 0 lies on the target */
  double offset_y;
} DipPlacement;

void dip_placement_to_target (const DipPlacement *self,
                              double x,
                              double y,
                              double *target_x,
                              double *target_y);
void dip_placement_to_picture (const DipPlacement *self,
                               double target_x,
                               double target_y,
                               double *x,
                               double *y);

/* What becomes of a value v: the window [centre − width/2, centre + width/2] is spread
 * over [0, 1] and clamped, mirrored if inverted, rounded half to even to 255 levels and
 * looked up in the map.  With centre 0.5 and width 1 a grey is dip_value_to_8_bits (v);
 * a width of 0 is a threshold.  NaN counts as black. */
typedef struct
{
  double centre;
  double width;
  gboolean is_inverted;
  DipColourMap map;
} DipShade;

/* The level 0 … 255 a value is shown at, before inversion and map. */
guint8 dip_shade_level (const DipShade *self, float value);

/* A block of pixels in rows from the top.  A pixel is 0xffRRGGBB as a native 32-bit
 * number: CAIRO_FORMAT_ARGB32 and GDK_MEMORY_DEFAULT. */
typedef struct
{
  guint32 *pixels;
  guint width;
  guint height;
  guint stride; /* in pixels */
} DipCanvas;

typedef struct
{
  int x, y, width, height; /* target pixels; cut at the canvas */
} DipCanvasArea;

/* Paints @picture into @area (NULL: all) of the canvas, and opaque black where the
 * picture does not reach.  A target pixel shows its centre: the picture pixel that holds
 * it (nearest), or, smooth, linear interpolation of values between pixel centres, the
 * border's value going on, before window and map. */
void dip_compose_picture (const DipCanvas *canvas,
                          const DipCanvasArea *area,
                          const DipPicture *picture,
                          const DipPlacement *placement,
                          const DipShade *shade,
                          gboolean is_smooth);

/* How two pictures share a canvas. */
typedef enum
{
  DIP_BLEND_FIRST,
  DIP_BLEND_SECOND,       /* flicker is first and second in turn */
  DIP_BLEND_WIPE,         /* first left of a line, second right of it */
  DIP_BLEND_CHECKERBOARD, /* first on the cell of the upper left corner */
} DipBlend;

/* One or both of them.  @at: WIPE, the line's place in [0, 1] of the canvas's width,
 * rounded to a pixel; CHECKERBOARD, the cell's side in target pixels, at least 1. */
void dip_compose_pair (const DipCanvas *canvas,
                       DipBlend blend,
                       double at,
                       const DipPicture *first,
                       const DipPicture *second,
                       const DipPlacement *placement,
                       const DipShade *shade,
                       gboolean is_smooth);

/* What the third pane can show of a pair beside its third channel. */

/* (CC − MLO + 1) / 2: 0.5 where they agree; for DIP_COLOUR_MAP_DIVERGING.  Of two
 * pictures of one size. */
DipPicture *dip_signed_difference (const DipPicture *cc, const DipPicture *mlo);

/* |third − f (CC, MLO)|: where a network does not obey its third channel.  Its mean is
 * dip_third_residual(). */
DipPicture *dip_residual_map (DipThird third, const DipPair *pair);

G_END_DECLS
