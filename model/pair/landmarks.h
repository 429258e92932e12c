#pragma once

#include "model/pair/geometry.h"

#include <jansson.h>

G_BEGIN_DECLS

/* The standard views; the names are DICOM's View Position (0018,5101). */
typedef enum
{
  DIP_VIEW_POSITION_CC,
  DIP_VIEW_POSITION_MLO,
} DipViewPosition;

#define DIP_N_VIEW_POSITIONS 2

/* "CC", "MLO"; static. */
const char *dip_view_position_get_name (DipViewPosition view);

/* At which edge of the picture the chest wall lies. */
typedef enum
{
  DIP_CHEST_LEFT,
  DIP_CHEST_RIGHT,
} DipChestSide;

/* A point of the anatomy, found by a program or set by hand. */
typedef struct
{
  DipPoint at;       /* pixels; of no meaning unless found */
  double confidence; /* 0 … 1; 0 unless found, 1 by hand */
  gboolean is_found;
  gboolean is_by_hand;
} DipLandmark;

/* A line of the anatomy.  `top` and `bottom` are two points of it to hold it by: where
 * it enters and leaves the breast's frame. */
typedef struct
{
  DipLine line; /* the normal points away from the muscle, to the nipple */
  DipPoint top;
  DipPoint bottom;
  double confidence;
  gboolean is_found;
  gboolean is_by_hand;
} DipLandmarkLine;

/* What alignment needs to know about one view, in the pixels of its picture as it is
 * (of a right breast that was not flipped, nipple toward −x).
 *
 *   nipple      its foremost point
 *   chest_wall  of the breast's posterior edge, the point on the nipple's level
 *   superior    the upper end of the skin line: where it meets the picture's edge (in a
 *               CC, the lateral end)
 *   inferior    the lower end of the skin line: in an MLO the inframammary fold's, in a
 *               CC the medial end
 *   pectoral    the muscle's edge, MLO only; a straight line, n · p = d
 *
 * A plain struct, to be copied by assignment. */
typedef struct
{
  DipViewPosition view;
  DipChestSide chest_side;
  DipLandmark nipple;
  DipLandmark chest_wall;
  DipLandmark superior;
  DipLandmark inferior;
  DipLandmarkLine pectoral;
} DipLandmarks;

typedef enum
{
  DIP_LANDMARK_NIPPLE,
  DIP_LANDMARK_CHEST_WALL,
  DIP_LANDMARK_SUPERIOR,
  DIP_LANDMARK_INFERIOR,
} DipLandmarkId;

#define DIP_N_LANDMARK_POINTS 4

/* "nipple", "chest_wall", "superior", "inferior"; static. */
const char *dip_landmark_get_name (DipLandmarkId id);

/* The point of that name, within @self. */
DipLandmark *dip_landmarks_get (DipLandmarks *self, DipLandmarkId id);
const DipLandmark *dip_landmarks_peek (const DipLandmarks *self, DipLandmarkId id);

/* Nothing found. */
void
dip_landmarks_init (DipLandmarks *self, DipViewPosition view, DipChestSide chest_side);

/* A point dragged, by hand from now on. */
void dip_landmarks_set_point (DipLandmarks *self, DipLandmarkId id, DipPoint at);

/* The pectoral line through two points, by hand from now on; the normal is turned away
 * from the chest wall.  Two equal points change nothing. */
void dip_landmarks_set_pectoral (DipLandmarks *self, DipPoint top, DipPoint bottom);

/* Says that there is none, by hand. */
void dip_landmarks_remove_pectoral (DipLandmarks *self);

/* What was set by hand in @by_hand replaces what was found in @self: after masks and
 * landmarks were sought anew. */
void dip_landmarks_keep_by_hand (DipLandmarks *self, const DipLandmarks *by_hand);

gboolean dip_landmarks_has_by_hand (const DipLandmarks *self);

/* {"nipple": [x, y], …, "pectoral": [[x, y], [x, y]] or null}: only what is by hand, null
 * where a line was taken away.  The caller owns it. */
json_t *dip_landmarks_by_hand_to_json (const DipLandmarks *self);

/* Sets those in @self, by hand.  Errors: DIP_STORAGE_ERROR_VALUE, with @self half set;
 * @name is what they call the file. */
gboolean dip_landmarks_by_hand_from_json (DipLandmarks *self,
                                          const json_t *json,
                                          const char *name,
                                          GError **error);

/* In the picture mirrored left and right, which is @width pixels wide. */
void dip_landmarks_flip (DipLandmarks *self, guint width);

/* In the picture resized from one size to another, each axis by itself. */
void dip_landmarks_scale (DipLandmarks *self, double factor_x, double factor_y);

/* {"view": "MLO", "chest_wall_side": "left", "nipple": {"at": [x, y], "confidence": …,
 *  "by_hand": false}, …, "pectoral": {"normal": [x, y], "distance": …, "angle": …,
 *  "line": [[x, y], [x, y]], "confidence": …, "by_hand": …}}; null for what was not
 * found.  Pixels to a thousandth.  The caller owns it. */
json_t *dip_landmarks_to_json (const DipLandmarks *self);

G_END_DECLS
