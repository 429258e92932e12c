#include "app/cli/probe.h"

#include "model/sampler/random.h"

struct _DipProbe
{
  float *inputs[DIP_N_GRAPH_INPUTS];
};

static float *
make_input (const DipGraph *graph, DipGraphInput input)
{
  DipValueId id = dip_graph_get_input (graph, input);
  const DipShape *shape;
  gsize n;
  float *values;

  if (id == DIP_NO_VALUE)
    return NULL;

  shape = &dip_graph_get_value (graph, id)->shape;
  n = dip_shape_get_n_elements (shape);
  values = g_new0 (float, n);
  if (input == DIP_GRAPH_INPUT_SAMPLE)
    {
      DipRandom random;

      dip_random_init (&random, 0);
      dip_random_randn (&random, values, n);
    }
  else if (input == DIP_GRAPH_INPUT_TIMESTEPS)
    for (gsize i = 0; i < n; i++)
      values[i] = (500 + 37 * i) % 1000;

  return values;
}

DipProbe *
dip_probe_new (const DipGraph *graph)
{
  DipProbe *self = g_new0 (DipProbe, 1);

  for (guint i = 0; i < DIP_N_GRAPH_INPUTS; i++)
    self->inputs[i] = make_input (graph, i);

  return self;
}

void
dip_probe_free (DipProbe *self)
{
  if (self == NULL)
    return;

  for (guint i = 0; i < DIP_N_GRAPH_INPUTS; i++)
    g_free (self->inputs[i]);
  g_free (self);
}

const float *const *
dip_probe_get_inputs (DipProbe *self)
{
  return (const float *const *) self->inputs;
}
