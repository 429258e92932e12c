#pragma once

#include "model/graph/graph.h"
#include "model/storage/tensor-file.h"

G_BEGIN_DECLS

/* Limits of the golden README for a CPU: largest absolute error over the tensor's rms. */
#define GOLDEN_OUTPUT_LIMIT 2e-5
#define GOLDEN_ACTIVATION_LIMIT 5e-5

/* The path of tests/data/NAME…; freed with g_free(). */
char *golden_path (const char *first, ...) G_GNUC_NULL_TERMINATED;

/* Runs @graph on the reference executor with the golden's `timesteps` and
 * `class_labels` and with @sample (NULL: the golden's own), and compares its `output`
 * and every `act.NAME` it holds.  A difference, or an activation without a record
 * point, fails the test. */
void golden_check (const DipGraph *graph, DipTensorFile *golden, const float *sample);

/* Names of files in @folder that begin with @prefix, sorted; freed with g_strfreev(). */
char **golden_list (const char *folder, const char *prefix);

G_END_DECLS
