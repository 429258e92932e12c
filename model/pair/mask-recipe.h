#pragma once

#include <glib.h>
#include <jansson.h>

G_BEGIN_DECLS

/* How a breast mask is made: a named algorithm, its parameters, and whether the
 * pectoral muscle of an MLO belongs to it.  Name, parameters and version stand in every
 * report (dip_mask_recipe_to_json(), dip_mask_recipe_to_text()).
 *
 * All algorithms go the same way (breast.h); what differs is the threshold between air
 * and breast, and the parameters that suit it.  The threshold is sought in the
 * histogram of the blurred picture, 256 bins between its robust minimum and maximum,
 * labels and film borders left out:
 *
 *   background    the air's level and noise, from the darkest peak of the histogram;
 *                 the threshold lies where the noise ends (the default); in the fog of a
 *                 film between there and where the fog ends, where nothing leaks and the
 *                 outline is not ragged
 *   otsu          N. Otsu, IEEE Trans. Syst. Man Cybern. 9, 1979: largest variance
 *                 between the two classes
 *   scaled-otsu   0.175 times Otsu's, the blurred picture, dilated: keeps the thin skin
 *                 line, as several published preparations of mammograms do
 *   triangle      G. W. Zack, W. E. Rogers, S. A. Latt, J. Histochem. Cytochem. 25, 1977
 *   li            minimum cross-entropy: C. H. Li, C. K. Lee, Pattern Recogn. 26, 1993,
 *                 by the iteration of C. H. Li, P. K. S. Tam, Pattern Recogn. Lett. 19,
 *                 1998 */
typedef enum
{
  DIP_MASK_BACKGROUND,
  DIP_MASK_OTSU,
  DIP_MASK_SCALED_OTSU,
  DIP_MASK_TRIANGLE,
  DIP_MASK_LI,
} DipMaskAlgorithm;

#define DIP_N_MASK_ALGORITHMS 5

typedef enum
{
  DIP_MASK_SCALE, /* the threshold above the air's level is multiplied with this */
  DIP_MASK_BLUR, /* Gaussian before the threshold: σ, ‰ of the picture's longer side */
  DIP_MASK_OPENING, /* radius of the opening that parts labels and dust from the breast,
                     * ‰ of the longer side */
  DIP_MASK_GROWTH, /* radius of the dilation at the end, ‰ of the longer side; negative:
                     * erosion */
} DipMaskParameter;

#define DIP_N_MASK_PARAMETERS 4

/* What a control for a parameter shows; static. */
typedef struct
{
  const char *name;  /* "scale": in JSON and on the command line */
  const char *title; /* "Threshold": for people, in English */
  const char *unit;  /* "×", "‰" */
  double minimum;
  double maximum;
  double step;
} DipMaskParameterInfo;

const DipMaskParameterInfo *dip_mask_parameter_get_info (DipMaskParameter parameter);

/* Raised whenever an algorithm's results change. */
#define DIP_MASK_VERSION "4"

typedef struct
{
  DipMaskAlgorithm algorithm;
  double parameters[DIP_N_MASK_PARAMETERS];
  gboolean has_pectoral; /* whether the muscle belongs to the mask */
} DipMaskRecipe;

/* "background", …; static. */
const char *dip_mask_algorithm_get_name (DipMaskAlgorithm algorithm);

/* FALSE, with *algorithm untouched, if none has that name. */
gboolean dip_mask_algorithm_from_name (const char *name, DipMaskAlgorithm *algorithm);

/* The algorithm with its own parameters and the muscle in. */
void dip_mask_recipe_init (DipMaskRecipe *self, DipMaskAlgorithm algorithm);

/* Takes the nearest value within the parameter's range; NaN is the minimum. */
void dip_mask_recipe_set (DipMaskRecipe *self, DipMaskParameter parameter, double value);

gboolean dip_mask_recipe_equal (const DipMaskRecipe *a, const DipMaskRecipe *b);

/* "background 2 (scale 1, blur 4 ‰, opening 12 ‰, growth 0 ‰), pectoral muscle in" */
char *dip_mask_recipe_to_text (const DipMaskRecipe *self);

/* {"algorithm": "otsu", "version": "2", "scale": 1.0, "blur": …, "opening": …,
 *  "growth": …, "pectoral": true}; the caller owns it. */
json_t *dip_mask_recipe_to_json (const DipMaskRecipe *self);

/* What the object leaves out is the algorithm's default; without an algorithm it is
 * that of @self, which is not changed on failure.  Errors of DIP_STORAGE_ERROR: VALUE.
 * @name is what errors call it. */
gboolean dip_mask_recipe_from_json (DipMaskRecipe *self,
                                    json_t *json,
                                    const char *name,
                                    GError **error);

G_END_DECLS
