#pragma once

#include <adwaita.h>

#include "app/runs/run-settings.h"

G_BEGIN_DECLS

#define DIP_TYPE_SETTINGS_PAGE (dip_settings_page_get_type ())

G_DECLARE_FINAL_TYPE (DipSettingsPage, dip_settings_page, DIP, SETTINGS_PAGE, AdwBin)

/* The sidebar's settings of the next run, all remembered (app/settings.h).  Devices are
 * listed on a thread; each row says what its device is, and the automatic choice which
 * one that comes to.
 */
GtkWidget *dip_settings_page_new (void);

/* The caller frees. */
DipRunSettings *dip_settings_page_get (DipSettingsPage *self);

/* Shows @settings, their scheduler_json included, until the scheduler is changed. */
void dip_settings_page_restore (DipSettingsPage *self, const DipRunSettings *settings);

/* NULL: the demo. */
void dip_settings_page_set_checkpoint (DipSettingsPage *self, const char *path);

/* A run with these settings begins: remembers the seed, and unless it is locked rolls
 * another.
 */
void dip_settings_page_used (DipSettingsPage *self);
void dip_settings_page_roll (DipSettingsPage *self);
void dip_settings_page_reuse (DipSettingsPage *self);

G_END_DECLS
