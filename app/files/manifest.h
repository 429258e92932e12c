#pragma once

#include <gio/gio.h>
#include <jansson.h>

G_BEGIN_DECLS

/* A folder's list of pairs, one JSON object a line: manifest.jsonl of generated
 * ones, truth.jsonl of phantoms.
 *
 *   {"seed": 42,
 *    "files": [{"name": "pair-42.png", "bytes": 61234, "sha256": "…"}, …],
 *    …settings…, "time": "2026-04-05T12:00:00Z", "seconds": 12.3}
 *
 * A line follows its files, so a listed pair was whole when it was written.
 * Where a seed is listed twice, the later line counts.  Several processes may
 * append to one manifest.
 */
typedef struct _DipManifest DipManifest;

/* Reads @folder's file @name; one that is not there is empty.  A line that is no
 * such object fails, naming file and line.
 */
DipManifest *dip_manifest_open (const char *folder, const char *name, GError **error);
void dip_manifest_free (DipManifest *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipManifest, dip_manifest_free)

/* The line of @seed, borrowed, or NULL. */
json_t *dip_manifest_lookup (DipManifest *self, guint64 seed);

/* Whether every file the line lists is there with its SHA-256, and every name
 * in @wanted (NULL-terminated) is among them.
 */
gboolean
dip_manifest_is_intact (DipManifest *self, const json_t *line, const char *const *wanted);

/* Appends @line, durably. */
gboolean dip_manifest_append (DipManifest *self, const json_t *line, GError **error);

const char *dip_manifest_get_path (DipManifest *self);

/* One entry of "files", for a file just written in the manifest's folder. */
json_t *dip_manifest_make_file (const char *name, GBytes *bytes);

G_END_DECLS
