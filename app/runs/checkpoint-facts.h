#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the settings of a run must know of a checkpoint, read from its JSON files alone:
 * milliseconds, any thread.
 */
typedef struct
{
  guint width; /* pixels it was trained at; 0 where it does not say */
  guint height;
  guint multiple;   /* what width and height must be a multiple of */
  gint64 max_class; /* the largest class label; -1: the network has no classes */
  char *scheduler;  /* path of its scheduler_config.json, or NULL */
} DipCheckpointFacts;

/* @path: NULL for the demo.  On failure all is zero but for max_class. */
gboolean
dip_checkpoint_facts_read (DipCheckpointFacts *self, const char *path, GError **error);
void dip_checkpoint_facts_clear (DipCheckpointFacts *self);

G_END_DECLS
