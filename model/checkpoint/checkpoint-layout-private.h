#pragma once

#include "model/checkpoint/checkpoint-layout.h"

/* checkpoint-layout.c finds the folder and its JSON files, checkpoint-layout-weights.c the
 * weights. */

/* Whether something is there; a link that leads nowhere counts, so that opening it says
 * what is wrong. */
gboolean dip_checkpoint_layout_is_there (const char *path);

/* Whether @name is one component of a path that leads nowhere else. */
gboolean dip_checkpoint_layout_is_plain_name (const char *name);

/* The path of @name in @folder if it is there, else NULL. */
char *dip_checkpoint_layout_find_file (const char *folder, const char *name);

/* Fills weights, index and variant from @folder. */
gboolean dip_checkpoint_layout_find_weights (DipCheckpointLayout *self,
                                             const char *folder,
                                             GError **error);
