#pragma once

#include "app/runs/live-figures.h"
#include "app/runs/network.h"
#include "app/runs/take.h"
#include "model/sampler/run.h"
#include "model/sampler/scheduler-config.h"

G_BEGIN_DECLS

/* The pairs of one sampling run: DipRun's user data, and its functions.
 *
 * Opens checkpoint and device (or takes the network of the last run), draws the noise,
 * gives each pair a film, keeps every step in it, and saves every finished pair.
 */
typedef struct _DipGeneration DipGeneration;

/* Saves a finished pair as soon as it is there; sampling thread.  Returns the path of
 * its file, or NULL.  @seconds: what it took.
 */
typedef char *(*DipGenerationSaveFunc) (DipTake *take,
                                        double seconds,
                                        gpointer user_data,
                                        GError **error);

/* @n_images pairs, the first of @first_seed, and everything else as @settings say.
 * @figures works out the curves of the pairs; NULL: they have none.  @save may be NULL.
 */
DipGeneration *dip_generation_new (const DipRunSettings *settings,
                                   guint64 first_seed,
                                   guint n_images,
                                   DipNetworks *networks,
                                   DipFilmStore *store,
                                   DipLiveFigures *figures,
                                   DipGenerationSaveFunc save,
                                   gpointer user_data);
void dip_generation_free (DipGeneration *self);

/* The scheduler that @settings run with: that of a picture, or the checkpoint's, or another
 * class over it.
 */
DipSchedulerConfig *dip_generation_load_scheduler (const DipRunSettings *settings,
                                                   struct _DipCheckpoint *checkpoint,
                                                   GError **error);

/* A run of it, which takes @self over. */
DipRun *dip_generation_make_run (DipGeneration *self);

/* From here on what is known once the run is running; main thread. */

/* The pairs, in the order of their seeds; DipTake, borrowed. */
GPtrArray *dip_generation_get_takes (DipGeneration *self);

/* Where it runs, for people: "llvmpipe (LLVM 15.0.6, 256 bits), the processor"; another one
 * once a device was lost.  Never freed.
 */
const char *dip_generation_get_device (DipGeneration *self);

/* How often a device was lost and opened anew, or another took its place. */
guint dip_generation_get_n_recoveries (DipGeneration *self);

/* Seconds that the steps took so far, and how many of them; pauses are not counted. */
double dip_generation_get_seconds (DipGeneration *self, guint *n_steps);

/* The paths that the finished pairs were saved at; "" where one could not be. */
char **dip_generation_get_paths (DipGeneration *self);

G_END_DECLS
