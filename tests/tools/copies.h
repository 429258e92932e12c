#pragma once

#include "model/pair/picture.h"

G_BEGIN_DECLS

/* What is done to a picture that is passed off as another. */
typedef enum
{
  DIP_COPY_NOISY,    /* gain, offset, gamma and Gaussian noise of σ 0.03 */
  DIP_COPY_COARSE,   /* reduced to half and enlarged again */
  DIP_COPY_MIRRORED, /* left and right */
  DIP_COPY_UPSIDE_DOWN,
  DIP_COPY_SHIFTED, /* up to 10 % of the width and of the height, black behind */
  DIP_COPY_ALL,     /* mirrored one way or both, shifted, noisy */
} DipCopyKind;
#define DIP_N_COPY_KINDS 6

const char *dip_copy_kind_get_name (DipCopyKind kind);

/* @shift_x, @shift_y (may be NULL) get the shift in shares, right and down. */
DipPicture *dip_copy_make (const DipPicture *picture,
                           DipCopyKind kind,
                           GRand *r,
                           double *shift_x,
                           double *shift_y);

G_END_DECLS
