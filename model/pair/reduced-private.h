#pragma once

#include "model/pair/landmarks.h"
#include "model/pair/picture.h"

G_BEGIN_DECLS

/* The copy of a picture that breasts are sought in: at most DIP_REDUCED_SIDE pixels a
 * side, in [0, 1], air dark, chest wall at x = 0. */
typedef struct
{
  guint width;
  guint height;
  float *values;   /* (height, width) */
  guint8 *foreign; /* (height, width): 1 for labels, markers, film borders */

  guint factor;     /* pixels of the picture per reduced one, each axis */
  guint full_width; /* of the picture */
  guint full_height;
  gboolean is_flipped;  /* the chest wall is on the right of the picture */
  gboolean is_inverted; /* air is bright in the picture */
  double low;           /* values of the picture that became 0 … */
  double high;          /* … and 1, before the inversion */

  /* Within the film's borders: columns left … right − 1, rows top … bottom − 1. */
  guint left;
  guint top;
  guint right;
  guint bottom;
} DipReduced;

#define DIP_REDUCED_SIDE 512

/* NULL where the picture is of one brightness. */
DipReduced *dip_reduced_new (const DipPicture *picture);
void dip_reduced_free (DipReduced *self);

/* Marks labels and markers as foreign (foreign.c), and fills their places with what
 * lies around. */
void dip_reduced_remove_foreign (DipReduced *self);

/* Mirrors values and foreign pixels; the caller says what that means. */
void dip_reduced_flip (DipReduced *self);

/* A pixel of the picture where a reduced point lies, and back. */
DipPoint dip_reduced_to_picture (const DipReduced *self, DipPoint point);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipReduced, dip_reduced_free)

G_END_DECLS
