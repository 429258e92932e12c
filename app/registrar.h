#pragma once

#include "app/view/anatomy-overlay.h"
#include "app/view/pair-view.h"

G_BEGIN_DECLS

#define DIP_TYPE_REGISTRAR (dip_registrar_get_type ())

G_DECLARE_FINAL_TYPE (DipRegistrar, dip_registrar, DIP, REGISTRAR, GObject)

/* Registers the anatomy's views to each other (model/pair/registration.h), on a thread of
 * its own, and tells view and overlay; only while it is watched or the display's
 * registration is not at none.  Views that change meanwhile end what is under way, and it
 * begins again.
 *
 * ::changed  it began, ended or was stopped, or how far the MLO is laid over is another
 *
 * Main thread. */
DipRegistrar *dip_registrar_new (DipPairView *view, DipAnatomyOverlay *anatomy);

/* Somebody looks at the figures. */
void dip_registrar_set_watched (DipRegistrar *self, gboolean is_watched);

typedef enum
{
  DIP_REGISTRAR_NOTHING, /* no outlines of both views */
  DIP_REGISTRAR_BUSY,
  DIP_REGISTRAR_STOPPED,
  DIP_REGISTRAR_DONE,
} DipRegistrarState;

DipRegistrarState dip_registrar_get_state (DipRegistrar *self);

/* What is done of what is under way, 0 … 1. */
double dip_registrar_get_progress (DipRegistrar *self);

/* Of DIP_REGISTRAR_DONE; borrowed. */
const DipRegistration *dip_registrar_get (DipRegistrar *self);

/* Ends what is under way, until go_on() or other views come. */
void dip_registrar_stop (DipRegistrar *self);
void dip_registrar_go_on (DipRegistrar *self);

G_END_DECLS
