#pragma once

#include <adwaita.h>

#include "app/files/library.h"
#include "app/runs/queue.h"

G_BEGIN_DECLS

#define DIP_TYPE_APPLICATION (dip_application_get_type ())

G_DECLARE_FINAL_TYPE (DipApplication, dip_application, DIP, APPLICATION, AdwApplication)

/* The program: queue, films and library, which outlive windows.
 *
 * Actions: app.preferences, app.shortcuts, app.about, app.quit.
 */
DipApplication *dip_application_new (void);

/* Borrowed; there from startup on. */
DipQueue *dip_application_get_queue (DipApplication *self);
DipLibrary *dip_application_get_library (DipApplication *self);
DipFilmStore *dip_application_get_film_store (DipApplication *self);

G_END_DECLS
