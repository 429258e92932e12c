#pragma once

#include "app/runs/take.h"

G_BEGIN_DECLS

/* Works out the curves of takes under way (curves.h) beside the sampling, on one thread
 * for all of them.
 *
 * The newest frame comes first; frames that it cannot keep up with are left out, and
 * made up for, oldest first, once there is time: in the end every step has its figures.
 * While steps keep coming the thread takes at most DIP_LIVE_SHARE of the time that all
 * cores have, by what it has had of them and not by what it waited; and it gives way to everything else, sampling included.  Then it works
 * without a pause, ends when nothing is left, and is started again by the next frame.
 *
 * Takes say ::grew on the main thread when they have new figures, at most one at a time
 * waiting.  Reference counted; any thread. */
typedef struct _DipLiveFigures DipLiveFigures;

/* Of all cores' time: raised, curves have fewer gaps while a run is under way, and the
 * run takes longer. */
#define DIP_LIVE_SHARE 0.04

/* Steps are over if none has come for so long, microseconds. */
#define DIP_LIVE_PATIENCE 1000000

DipLiveFigures *dip_live_figures_new (void);
DipLiveFigures *dip_live_figures_ref (DipLiveFigures *self);
void dip_live_figures_unref (DipLiveFigures *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipLiveFigures, dip_live_figures_unref)

/* There is a new frame; @take is held until all its frames have figures.  Returns at
 * once. */
void dip_live_figures_add (DipLiveFigures *self, DipTake *take);

/* Lets go of all takes, measured or not, and waits for the thread; what is added from now
 * on is not measured. */
void dip_live_figures_stop (DipLiveFigures *self);

/* Whether frames wait for their figures. */
gboolean dip_live_figures_is_busy (DipLiveFigures *self);

G_END_DECLS
