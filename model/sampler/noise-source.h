#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Where a run's noise comes from, image by image: torch's generators, mixtures of two of
 * them, or tensors that were given.  One thread at a time.
 */
typedef struct _DipNoiseSource DipNoiseSource;

/* Image i draws from torch.Generator("cpu").manual_seed(seed + i), as diffusers draws for
 * a list of generators.  @image_size: values of an image
 */
DipNoiseSource *dip_noise_source_new (guint n_images, gsize image_size, guint64 seed);

/* Image i draws from both seeds and takes the spherical mean (Shoemake 1985, slerp):
 * @weights[i] of the way from @seed_from (0) to @seed_to (1), at both ends that seed's
 * noise itself.  @weights (n_images) is copied.
 */
DipNoiseSource *dip_noise_source_new_between (guint n_images,
                                              gsize image_size,
                                              guint64 seed_from,
                                              guint64 seed_to,
                                              const double *weights);

/* First @initial (n_images, image_size), then the @n_steps of @steps (n_steps, n_images,
 * image_size) in turn.  Borrowed.
 */
DipNoiseSource *dip_noise_source_new_given (guint n_images,
                                            gsize image_size,
                                            const float *initial,
                                            const float *steps,
                                            guint n_steps);

void dip_noise_source_free (DipNoiseSource *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipNoiseSource, dip_noise_source_free)

/* The next tensor (n_images, image_size).  Given ones must suffice. */
void dip_noise_source_draw (DipNoiseSource *self, float *noise);

/* Draws @n_draws tensors for nothing. */
void dip_noise_source_skip (DipNoiseSource *self, guint n_draws);

/* How many tensors have been drawn, those skipped too. */
guint dip_noise_source_get_n_draws (DipNoiseSource *self);

/* @weight of the way from @a to @b along the great circle; @result may be either. */
void
dip_slerp (const float *a, const float *b, double weight, float *result, gsize n_values);

G_END_DECLS
