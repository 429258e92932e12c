#pragma once

#include <gio/gio.h>

#include "app/runs/run-settings.h"

G_BEGIN_DECLS

/* What the program remembers: io.github.diptych.Diptych.gschema.xml, from the build tree
 * when the program runs there.  Main thread.
 */

#define DIP_APPLICATION_ID "io.github.diptych.Diptych"

/* The one GSettings, borrowed; made at the first call. */
GSettings *dip_settings_get (void);

/* The settings of the next run, as the sidebar has them. */
DipRunSettings *dip_settings_load_run (void);

/* Puts them there, but for what belongs to one picture alone (scheduler_json). */
void dip_settings_store_run (const DipRunSettings *settings);

/* A list of paths ("recent-checkpoints", "recent-pictures"): the newest first, ten at
 * most.  What is no longer there is left out; g_strfreev().
 */
void dip_settings_add_recent (const char *key, const char *path);
char **dip_settings_get_recent (const char *key);

/* Which folder held the weights of a SHA-256, as far as is known and still there. */
void dip_settings_note_checkpoint (const char *sha256, const char *path);
char *dip_settings_find_checkpoint (const char *sha256);

G_END_DECLS
