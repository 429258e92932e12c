#include "render/choice.h"
#include "render/device-notes.h"
#include "render/executor.h"
#include "render/weights.h"

#include "model/graph/count.h"

#include <math.h>

#define SECTION "kernels"

/* Steps are timed, after one that is not, until they took this long together.  More
 * would find the fastest more surely and make the first picture wait.
 */
#define SECONDS_TIMED 0.1

/* Noise is removed in steps from the first of these on; errors of the last steps stay
 * in the picture.
 */
static const float timesteps[] = { 801.0f, 21.0f };

#define N_TIMESTEPS G_N_ELEMENTS (timesteps)

/* The strict limit; four times what Winograd F(4,3) does to the demo network; and four
 * times what half precision does to it.  A wrong kernel misses all of them by far.
 */
#define STRICT_LIMIT 5e-5
#define FLOAT_LIMIT 2e-4
#define HALF_LIMIT 8e-3

/* Half precision is 4.7e-4 away on the demo network, whose pictures stay within their
 * bound; a network that was 1.1e-3 away made pictures that did not.
 */
#define AUTO_HALF_LIMIT 7e-4

typedef struct
{
  DipDevice *device;
  DipPrecision precision;
  DipGraph *graph;
  GCancellable *cancellable;
  float *inputs[DIP_N_GRAPH_INPUTS];
  gsize n_outputs;
  float *strict; /* (timestep, output) */
  float *output; /* the same, of the family under trial */
} Trial;

static void
clear_trial (Trial *self)
{
  for (guint k = 0; k < DIP_N_GRAPH_INPUTS; k++)
    g_free (self->inputs[k]);
  g_free (self->strict);
  g_free (self->output);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Trial, clear_trial)

double
dip_choice_get_limit (const DipFamily *family, DipPrecision precision)
{
  switch (family->precision)
    {
    case DIP_PRECISION_FP32:
      return STRICT_LIMIT;
    case DIP_PRECISION_FP16:
      return precision == DIP_PRECISION_AUTO ? AUTO_HALF_LIMIT : HALF_LIMIT;
    default:
      return FLOAT_LIMIT;
    }
}

static gsize
count_elements (const DipGraph *graph, DipValueId value)
{
  return dip_shape_get_n_elements (&dip_graph_get_value (graph, value)->shape);
}

/* Even noise with a standard deviation of 1; class 0. */
static void
start_trial (Trial *self)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (6);

  for (guint k = 0; k < DIP_N_GRAPH_INPUTS; k++)
    {
      DipValueId value = dip_graph_get_input (self->graph, k);
      gsize n = value != DIP_NO_VALUE ? count_elements (self->graph, value) : 0;

      self->inputs[k] = g_new0 (float, n);
      for (gsize i = 0; k == DIP_GRAPH_INPUT_SAMPLE && i < n; i++)
        self->inputs[k][i] = g_rand_double_range (random, -1.0, 1.0) * sqrt (3.0);
    }
  self->n_outputs = count_elements (self->graph, dip_graph_get_output (self->graph));
  self->strict = g_new0 (float, N_TIMESTEPS * self->n_outputs);
  self->output = g_new0 (float, N_TIMESTEPS * self->n_outputs);
}

static gboolean
run_once (Trial *self,
          DipExecutor *executor,
          guint i,
          float *output,
          double *seconds,
          GError **error)
{
  DipValueId times = dip_graph_get_input (self->graph, DIP_GRAPH_INPUT_TIMESTEPS);
  gint64 start = g_get_monotonic_time ();

  if (times != DIP_NO_VALUE)
    self->inputs[DIP_GRAPH_INPUT_TIMESTEPS][0] = timesteps[i];
  if (!dip_executor_run (executor, (const float *const *) self->inputs,
                         output + i * self->n_outputs, self->cancellable, error))
    return FALSE;
  *seconds = (g_get_monotonic_time () - start) / 1e6;

  return TRUE;
}

/* The outputs of @family, and the least seconds a step took once it was warm. */
static gboolean
run_family (Trial *self,
            const DipFamily *family,
            float *output,
            double *least,
            GError **error)
{
  g_autoptr (DipWeights) weights = dip_weights_new (self->device, family);
  g_autoptr (DipExecutor) executor = dip_executor_new (
      self->device, self->graph, weights, DIP_EXECUTOR_NONE, self->cancellable, error);
  double seconds, total = 0.0;

  if (executor == NULL || !run_once (self, executor, 0, output, &seconds, error))
    return FALSE;

  *least = INFINITY;
  for (guint i = 1; i < N_TIMESTEPS || total < SECONDS_TIMED; i++)
    {
      if (!run_once (self, executor, i % N_TIMESTEPS, output, &seconds, error))
        return FALSE;
      *least = MIN (*least, seconds);
      total += seconds;
    }

  return TRUE;
}

/* Of the worst timestep; infinite where an output is not finite. */
static double
compare (const Trial *self)
{
  double worst = 0.0;

  for (guint t = 0; t < N_TIMESTEPS; t++)
    {
      double sum = 0.0, square = 0.0, error;

      for (gsize i = t * self->n_outputs; i < (t + 1) * self->n_outputs; i++)
        {
          double difference = (double) self->output[i] - self->strict[i];

          sum += difference * difference;
          square += (double) self->strict[i] * self->strict[i];
        }
      error = sqrt (sum / (square > 0.0 ? square : 1.0));
      worst = isfinite (error) ? MAX (worst, error) : INFINITY;
    }

  return worst;
}

static gboolean
is_final (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
         g_error_matches (error, DIP_RENDER_ERROR, DIP_RENDER_ERROR_DEVICE_LOST);
}

/* Its seconds a step in @seconds if it passed, else infinity.  FALSE where no other
 * family need be tried any more.
 */
static gboolean
try_family (Trial *self, const DipFamily *family, double *seconds, GError **error)
{
  g_autoptr (GError) fault = NULL;
  double difference;

  *seconds = INFINITY;
  if (!run_family (self, family, self->output, seconds, &fault))
    {
      *seconds = INFINITY;
      g_debug ("kernels '%s' cannot run: %s", family->name, fault->message);
      if (!is_final (fault))
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&fault));
      return FALSE;
    }

  difference = compare (self);
  g_debug ("kernels '%s': %.4f s a step, %.2e from strict, %.2e allowed", family->name,
           *seconds, difference, dip_choice_get_limit (family, self->precision));
  if (!(difference <= dip_choice_get_limit (family, self->precision)))
    *seconds = INFINITY;

  return TRUE;
}

const DipFamily *
dip_choice_try (DipDevice *device,
                DipPrecision precision,
                const DipFamily *strict,
                const DipFamily *const *families,
                guint n_families,
                DipGraph *graph,
                GCancellable *cancellable,
                GError **error)
{
  g_auto (Trial) trial = {
    .device = device, .precision = precision, .graph = graph, .cancellable = cancellable
  };
  const DipFamily *best = NULL;
  double least = INFINITY, strict_seconds, seconds;

  start_trial (&trial);
  if (!run_family (&trial, strict, trial.strict, &strict_seconds, error))
    return NULL;

  for (guint i = 0; i < n_families; i++)
    {
      seconds = strict_seconds;
      if (families[i] != strict && !try_family (&trial, families[i], &seconds, error))
        return NULL;
      if (seconds < least)
        {
          least = seconds;
          best = families[i];
        }
    }
  if (best == NULL)
    g_set_error (error, DIP_RENDER_ERROR, DIP_RENDER_ERROR_FAILED,
                 "%s: none of its %u kinds of kernels computes this network rightly",
                 dip_device_get_info (device)->name, n_families);

  return best;
}

/* Leaves out what would take too long to try on so large a network, but for what was
 * asked for by name.
 */
static guint
drop_slow (const DipGraph *graph, const DipFamily **families, guint n_families)
{
  DipCount count;
  guint n = 0;

  dip_graph_count (graph, &count);
  for (guint i = 0; i < n_families; i++)
    if (families[i]->most_macs_on_host == 0 ||
        count.n_macs <= families[i]->most_macs_on_host)
      families[n++] = families[i];

  return MAX (n, 1);
}

static char *
make_key (DipPrecision precision, const char *checkpoint, const DipGraph *graph)
{
  const DipShape *shape =
      &dip_graph_get_value (graph, dip_graph_get_output (graph))->shape;

  return g_strdup_printf ("%s-%s-%ux%u", dip_precision_get_name (precision), checkpoint,
                          shape->width, shape->height);
}

/* What was noted, if it may still be taken. */
static const DipFamily *
look_up (DipDevice *device,
         const char *key,
         const DipFamily *const *families,
         guint n_families)
{
  g_autofree char *name = dip_device_notes_get (device, SECTION, key);

  for (guint i = 0; name != NULL && i < n_families; i++)
    if (g_str_equal (families[i]->name, name))
      return families[i];

  return NULL;
}

const DipFamily *
dip_choice_make (DipDevice *device,
                 DipPrecision precision,
                 const char *checkpoint,
                 DipGraph *graph,
                 GCancellable *cancellable,
                 GError **error)
{
  const DipDeviceInfo *info = dip_device_get_info (device);
  const DipFamily *families[DIP_MAX_FAMILIES];
  guint n_families = dip_family_list (info, precision, families);
  const DipFamily *family;
  g_autofree char *key = NULL;

  if (n_families == 0)
    {
      g_set_error (error, DIP_RENDER_ERROR, DIP_RENDER_ERROR_UNSUITABLE,
                   "%s cannot compute with precision %s: it has no 16-bit storage",
                   info->name, dip_precision_get_name (precision));
      return NULL;
    }
  n_families = drop_slow (graph, families, n_families);
  if (n_families == 1 || precision == DIP_PRECISION_FP32)
    return families[0];

  if (checkpoint != NULL)
    {
      key = make_key (precision, checkpoint, graph);
      family = look_up (device, key, families, n_families);
      if (family != NULL)
        return family;
    }

  family = dip_choice_try (device, precision, dip_family_choose (info), families,
                           n_families, graph, cancellable, error);
  if (family != NULL && key != NULL)
    dip_device_notes_set (device, SECTION, key, family->name);

  return family;
}
