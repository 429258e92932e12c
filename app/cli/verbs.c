#include "app/cli/verbs.h"

const DipVerb dip_verbs[] = {
  { "schedule", "Print a scheduler's timesteps and coefficients", dip_verb_schedule },
  { "encode", "Make a training picture of two views", dip_verb_encode },
  { "phantom", "Make pairs of a computed breast, with the truth about it",
    dip_verb_phantom },
  { NULL },
};
