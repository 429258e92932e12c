#pragma once

#include "app/files/library.h"
#include "app/runs/queue.h"

G_BEGIN_DECLS

#define DIP_TYPE_COMPLETIONS (dip_completions_get_type ())

G_DECLARE_FINAL_TYPE (DipCompletions, dip_completions, DIP, COMPLETIONS, GObject)

/* Gathers the completions of one job: of two or more, the mean and the spread of the view
 * that was missing become a pair of their own in the library, with the known view beside
 * them: the mean in the missing view's place, the spread (standard deviation,
 * DIP_SPREAD_WHITE is white) in the third channel's.  Its provenance says "completions":
 * how many, of which seeds, and how far the known view was off at most.
 *
 * ::summarised (DipTake)  it is there, saved
 * ::failed (string)       it could not be saved
 *
 * Main thread. */
DipCompletions *dip_completions_new (DipQueue *queue, DipLibrary *library);

/* Whether a pair completes a view, or is the summary of several that do. */
gboolean dip_provenance_is_completion (const json_t *provenance);
gboolean dip_provenance_is_summary (const json_t *provenance);

/* "known view off by 0/255", "mean of 4 completions, …", for people; NULL for other pairs.
 * g_free(). */
char *dip_provenance_describe_completion (const json_t *provenance);

G_END_DECLS
