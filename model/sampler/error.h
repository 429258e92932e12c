#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What sampling can fail of.  Messages are one line and say what was wanted and
 * what was found.  Files fail with DIP_STORAGE_ERROR, networks with their own.
 */
#define DIP_SAMPLER_ERROR (dip_sampler_error_quark ())

typedef enum
{
  DIP_SAMPLER_ERROR_SETTINGS, /* steps, eta, noise or network do not fit the scheduler */
  DIP_SAMPLER_ERROR_OUTPUT,   /* the network or the sample is not a picture: NaN,
                               * infinite, or the same value everywhere */
} DipSamplerError;

GQuark dip_sampler_error_quark (void);

G_END_DECLS
