#pragma once

#include "model/graph/graph.h"

G_BEGIN_DECLS

/* A graph while a pass works on it.  Node i still makes value i: of nodes that
 * fold into one the last takes the place, for everything they read exists by
 * then, and the others are gone.
 */
typedef struct
{
  DipGraph *graph;   /* as it was */
  guint n_nodes;
  DipNode *nodes;    /* copies; names borrowed from graph */
  gboolean *is_gone;
  gboolean *is_kept; /* the output, and what must stay for its record name */
  DipValueId *same;  /* the value that took this one's place; itself if none did */
} DipDraft;

DipDraft *dip_draft_new (DipGraph *graph, gboolean keep_records);
void dip_draft_free (DipDraft *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipDraft, dip_draft_free)

/* Whether every reader of @value passes @test and @value need not be kept, so
 * that the node that makes it can be folded into its readers.  FALSE where
 * nobody reads it.
 */
gboolean dip_draft_can_fold (const DipDraft *self,
                             DipValueId value,
                             gboolean (*test) (const DipNode *reader, DipValueId value));

/* The only node that reads @value, which need not be kept; NULL where there are
 * more, or none.
 */
DipNode *dip_draft_get_sole_reader (DipDraft *self, DipValueId value);

/* Writes @folded where @last was (keeping its name and value) and removes what
 * made @first.
 */
void dip_draft_replace (DipDraft *self,
                        DipNode *last,
                        const DipNode *folded,
                        DipValueId first);

/* The graph of the nodes that are left. */
DipGraph *dip_draft_finish (DipDraft *self);

G_END_DECLS
