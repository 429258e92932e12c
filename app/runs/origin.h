#pragma once

#include <jansson.h>

#include "model/pair/picture.h"
#include "model/sampler/run.h"
#include "model/pair/encoding.h"

G_BEGIN_DECLS

struct _DipTake;

/* What a run begins from besides noise of its own.  Reference counted, immutable, any
 * thread.
 */
typedef enum
{
  DIP_ORIGIN_FORK,    /* a step of another pair's film */
  DIP_ORIGIN_PICTURE, /* a picture with noise (SDEdit), or one that stays in part */
  DIP_ORIGIN_BETWEEN, /* noise between two seeds */
} DipOriginKind;

typedef struct
{
  DipOriginKind kind;

  /* A fork goes on after frame number @position of @take. */
  struct _DipTake *take;
  guint position;
  DipFrame *frame;

  /* A picture: (3, height, width) in [-1, 1], CC, MLO, third. */
  guint width;
  guint height;
  float *picture;
  float *mask; /* likewise: 1 where to generate, 0 where it stays; NULL: nothing stays */
  DipThird third;
  double strength;   /* 0 to 1: of all steps; 1 with a mask: from noise alone */
  guint jump_length; /* with a mask: DipWalk */
  guint n_repeats;
  json_t *facts; /* what provenance says of it: {"from": {"file": …}}, or NULL */

  /* Pair i of the run has noise weights[i] of the way from the settings' seed (0) to
   * seed_to (1).
   */
  guint64 seed_to;
  double *weights;
  guint n_weights;
} DipOrigin;

/* After frame @position (from 0) of @take, a film's, which gets a branch.  NULL with
 * @error set where the frame cannot be read.
 */
DipOrigin *dip_origin_new_fork (struct _DipTake *take, guint position, GError **error);

/* @strength: how much of the steps is taken, 0 to 1.  @facts is taken over, or NULL. */
DipOrigin *dip_origin_new_picture (const DipPair *pair,
                                   DipThird third,
                                   double strength,
                                   json_t *facts);

/* The same where only the open part is generated: @mask (3, height, width), copied;
 * @jump_length and @n_repeats as in DipWalk.
 */
DipOrigin *dip_origin_new_part (const DipPair *pair,
                                DipThird third,
                                const float *mask,
                                double strength,
                                guint jump_length,
                                guint n_repeats,
                                json_t *facts);

/* @n_weights at least 1; copied. */
DipOrigin *
dip_origin_new_between (guint64 seed_to, const double *weights, guint n_weights);

DipOrigin *dip_origin_ref (DipOrigin *self);
void dip_origin_unref (DipOrigin *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipOrigin, dip_origin_unref)

/* "from step 12 of 42", "SDEdit 0.6", "to 43", for people; not translated. */
char *dip_origin_describe (const DipOrigin *self);

G_END_DECLS
