#pragma once

#include <adwaita.h>

#include "app/runs/checkpoint-facts.h"

G_BEGIN_DECLS

#define DIP_TYPE_SIZE_ROW (dip_size_row_get_type ())

G_DECLARE_FINAL_TYPE (DipSizeRow, dip_size_row, DIP, SIZE_ROW, AdwExpanderRow)

/* How large the pictures are: as the checkpoint was trained, or, once switched on, another
 * width and height in steps that the network takes.  ::chosen when somebody changed it.
 */

/* The checkpoint's own size and steps. */
void dip_size_row_set_facts (DipSizeRow *self, const DipCheckpointFacts *facts);

/* 0 and 0: the checkpoint's own. */
void dip_size_row_set_size (DipSizeRow *self, guint width, guint height);
void dip_size_row_get_size (DipSizeRow *self, guint *width, guint *height);

G_END_DECLS
