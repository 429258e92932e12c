#pragma once

#include "app/application.h"

G_BEGIN_DECLS

/* The preferences window: appearance, memory for films, the library's folder. */
void dip_preferences_present (DipApplication *application, GtkWindow *parent);

G_END_DECLS
