#pragma once

#include "model/graph/graph.h"

G_BEGIN_DECLS

/* Where every value lives in one arena, known before anything is allocated.
 *
 * A value lives from the node that makes it to the last node that reads it;
 * two values share bytes only if their lives do not meet.  Inputs live from
 * the start, the output to the end.
 *
 * The reader says how many bytes each value takes (a layout may add borders
 * or padding; 0: it lives elsewhere) and how values are aligned.  No value
 * crosses a multiple of @max_range if it fits into one (0: no limit): storage
 * buffers are bound as ranges of at most maxStorageBufferRange bytes.
 * @max_range is rounded down to a multiple of @alignment; a larger value starts
 * at a multiple of it.
 */
typedef struct _DipPlan DipPlan;

typedef gsize (*DipValueSizeFunc) (const DipGraph *graph, DipValueId value, gpointer user_data);

/* @size NULL: float32 NCHW.  @keep_all: no sharing, every value can be read
 * afterwards (recording, self-test).
 */
DipPlan *dip_plan_new (const DipGraph *graph,
                       DipValueSizeFunc size,
                       gpointer user_data,
                       gsize alignment,
                       gsize max_range,
                       gboolean keep_all);
void dip_plan_free (DipPlan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipPlan, dip_plan_free)

gsize dip_plan_get_offset (const DipPlan *self, DipValueId value);
gsize dip_plan_get_size (const DipPlan *self, DipValueId value);

/* Bytes of the whole arena, and the least any plan could need (the largest sum
 * of values alive together).
 */
gsize dip_plan_get_arena_size (const DipPlan *self);
gsize dip_plan_get_lower_bound (const DipPlan *self);

/* Index of the node that makes @value and of the last that reads it (of the last
 * node of all where it is kept).
 */
void dip_plan_get_life (const DipPlan *self, DipValueId value, guint *first, guint *last);

G_END_DECLS
