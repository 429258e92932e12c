#include "model/sampler/error.h"

G_DEFINE_QUARK (dip - sampler - error - quark, dip_sampler_error)
