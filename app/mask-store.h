#pragma once

#include "app/runs/take.h"
#include "model/pair/mask-set.h"

G_BEGIN_DECLS

/* Where the corrected masks of a pair are kept: beside a pair of the library, which is
 * @library (its folder); those of any other pair in diptych/masks of the user's data, under
 * the sha-256 of its values, since a person's own folders are left alone; there too those of
 * its steps (@step from 1; 0 is the end, the pair itself). */

/* Takes the sum of a take's values ahead, of one that was opened: half a second for a
 * mammogram of full size.  Before another thread knows @take. */
void dip_mask_store_prepare (DipTake *take);

/* Where they are written; g_free(). */
char *dip_mask_store_make_path (DipTake *take, guint step, const char *library);

/* Those of @take, an empty set if there are none.  Masks beside a picture that was opened,
 * exported once, are read where there are none of the user's data.  NULL with @error if the
 * file cannot be read. */
DipMaskSet *
dip_mask_store_load (DipTake *take, guint step, const char *library, GError **error);

gboolean dip_mask_store_save (DipTake *take,
                              guint step,
                              const char *library,
                              const DipMaskSet *set,
                              GError **error);

/* Beside an exported picture at @path: NAME.masks.json, and the masks in force as
 * NAME-mask-CC.png and NAME-mask-MLO.png, 0 and 255.  @views NULL: without these. */
gboolean dip_mask_store_export (const DipMaskSet *set,
                                const DipMask *const views[DIP_N_VIEW_POSITIONS],
                                const DipMaskRecipe *recipe,
                                const char *path,
                                GError **error);

G_END_DECLS
