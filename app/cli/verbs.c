#include "app/cli/verbs.h"

const DipVerb dip_verbs[] = {
  { "devices", "List the Vulkan devices", dip_verb_devices },
  { "info", "Say what a checkpoint is and what it needs", dip_verb_info },
  { "sample", "Generate pairs", dip_verb_sample },
  { "compare", "Compare solvers and their settings on the same seeds", dip_verb_compare },
  { "schedule", "Print a scheduler's timesteps and coefficients", dip_verb_schedule },
  { "forward", "Evaluate the network once, on a file of tensors", dip_verb_forward },
  { "selftest", "Compare every operation on the device with plain C", dip_verb_selftest },
  { "bench", "Time the network", dip_verb_bench },
  { "measure", "Measure how the two views of a pair belong together", dip_verb_measure },
  { "encode", "Make a training picture of two views", dip_verb_encode },
  { "phantom", "Make pairs of a computed breast, with the truth about it",
    dip_verb_phantom },
  { NULL },
};
