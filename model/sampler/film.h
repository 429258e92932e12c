#pragma once

#include "model/sampler/run.h"

G_BEGIN_DECLS

/* Where films lie: a bounded amount of memory, and beyond it a file.
 *
 * All films of a store together hold at most @max_memory bytes of frames in memory
 * (plus what one frame more needs).  A frame that no longer fits goes to a temporary
 * file without a name, one for each film, in @folder, so that nothing remains of it
 * when the program ends, in whatever way.  No frame is ever left out: 1000 steps of a
 * 256 x 256 pair are 1.6 GB, of which max_memory is held and the rest lies on the disk.
 * Values are float32, unchanged.
 *
 * Stores and films are reference counted; any thread.
 */
typedef struct _DipFilmStore DipFilmStore;

#define DIP_FILM_DEFAULT_MEMORY ((guint64) 512 << 20) /* bytes */

/* @folder is made when the first frame needs it; NULL: diptych in the user's cache. */
DipFilmStore *dip_film_store_new (guint64 max_memory, const char *folder);
DipFilmStore *dip_film_store_ref (DipFilmStore *self);
void dip_film_store_unref (DipFilmStore *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipFilmStore, dip_film_store_unref)

/* Holds for frames to come. */
void dip_film_store_set_max_memory (DipFilmStore *self, guint64 max_memory);

/* Bytes that all its films hold now, in memory and on the disk.  Each may be NULL. */
void dip_film_store_get_used (DipFilmStore *self, guint64 *in_memory, guint64 *on_disk);

/* Every step of one pair. */
typedef struct _DipFilm DipFilm;

#define DIP_TYPE_FILM (dip_film_get_type ())

GType dip_film_get_type (void);
DipFilm *dip_film_new (DipFilmStore *store, guint channels, guint height, guint width);

/* A film that goes on from another: its first @n_shared frames are those of @parent, which
 * must have them, and stay there; of @n_steps it will have.
 *
 * @n_foreign: how many of the shared ones are not of the run that goes on; a file leaves
 * them out and counts from there.
 */
DipFilm *
dip_film_new_branch (DipFilm *parent, guint n_shared, guint n_steps, guint n_foreign);
DipFilm *dip_film_ref (DipFilm *self);
void dip_film_unref (DipFilm *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipFilm, dip_film_unref)

/* Keeps picture number @image of @frame, whose size is the film's.  Steps come in
 * order.  Fails with DIP_STORAGE_ERROR_IO when the disk is full for one; the same frame
 * may then be tried again.  Blocks on the disk.
 */
gboolean
dip_film_add (DipFilm *self, const DipSampleFrame *frame, guint image, GError **error);

guint dip_film_get_n_frames (DipFilm *self);

/* How many there will be when the run is over; 0 before the first. */
guint dip_film_get_n_steps (DipFilm *self);

/* The timestep that frame @index (from 0) began at. */
double dip_film_get_timestep (DipFilm *self, guint index);

/* Frame @index: one picture (n_images 1).  A reference where it is in memory, else read
 * from the disk (about a millisecond).  Its step is as the film counts, its n_steps that of
 * the film that it was made for.  NULL with DIP_STORAGE_ERROR_IO.
 */
DipFrame *dip_film_get_frame (DipFilm *self, guint index, GError **error);

/* Writes the frames as safetensors: timesteps, x_t, pred_x0 (model/sampler/trajectory.h).
 * @provenance goes into the file's metadata as `diptych`; NULL for none.  Blocks.
 */
gboolean
dip_film_save (DipFilm *self, const char *provenance, const char *path, GError **error);

G_END_DECLS
