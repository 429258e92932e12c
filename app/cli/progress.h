#pragma once

#include <glib.h>

#include "app/cli/cli.h"

G_BEGIN_DECLS

/* A bar with the time left, on a terminal; a plain line now and then where
 * stderr is a file; nothing with --quiet.  One thread.
 */
typedef struct _DipProgress DipProgress;

/* @n_total: how many dip_progress_set() will count to. */
DipProgress *dip_progress_new (DipCli *cli, const char *label, guint64 n_total);

/* @detail (may be NULL) stands behind the figures: "pair 2 of 4". */
void dip_progress_set (DipProgress *self, guint64 n_done, const char *detail);

/* Takes the bar off the line, so that something else can be printed; the next
 * dip_progress_set() draws it again.
 */
void dip_progress_hide (DipProgress *self);

/* Hides the bar.  NULL is fine. */
void dip_progress_free (DipProgress *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipProgress, dip_progress_free)

G_END_DECLS
