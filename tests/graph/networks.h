#pragma once

#include "model/graph/graph.h"

G_BEGIN_DECLS

/* What a UNet of the tests is made of, block by block as diffusers' UNet2DModel
 * is: every way of building a block that a pass or a plan may meet.
 */
typedef struct
{
  const char *path;
  guint batch;
  guint in_channels;
  guint height;
  guint width;
  guint n_levels;
  guint channels[6];
  gboolean has_attention[6];
  guint n_heads;
  guint n_layers;
  gboolean has_resnet_sampling; /* resnets halve and double, not convolutions */
  gboolean has_scale_shift;
  gboolean pads_after;      /* downsample_padding 0 */
  double scale;             /* 1 / output_scale_factor of the resnets */
} UnetSpec;

extern const UnetSpec unet_specs[];
extern const guint n_unet_specs;

/* The network with random weights from @rand, or without weights (NULL).  Its
 * blocks, time_proj and conv_norm_out carry record names.
 */
DipGraph *unet_new (const UnetSpec *spec, GRand *rand);

/* Some @n_steps random ops, each on random values made before, with inputs read
 * again and record names here and there: what no builder would write, but a pass
 * must survive.
 */
DipGraph *random_graph_new (guint n_steps, GRand *rand);

/* Random numbers for all inputs of @graph; free with g_free() each. */
void fill_inputs (const DipGraph *graph, GRand *rand, float *inputs[DIP_N_GRAPH_INPUTS]);

G_END_DECLS
