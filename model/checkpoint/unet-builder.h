#pragma once

#include "model/checkpoint/unet-config.h"
#include "model/graph/graph.h"

G_BEGIN_DECLS

/* Asked for every weight of the network, once each, in the order of use.  @name and
 * @shape are as in the checkpoint.  Returns the values, or NULL in a graph without
 * weights. */
typedef const float *(*DipUnetWeightFunc) (const char *name,
                                           guint n_dims,
                                           const gsize *shape,
                                           gpointer user_data);

/* UNet2DModel's forward pass as a graph for one input size.
 *
 * Inputs: DIP_GRAPH_INPUT_SAMPLE, DIP_GRAPH_INPUT_TIMESTEPS, and with class embeddings
 * DIP_GRAPH_INPUT_CLASS_LABELS.  Output: (batch, out_channels, height, width).
 *
 * Every module of diffusers' network is a record point under the module's own name
 * ("down_blocks.0.resnets.0.conv1", "mid_block"); a module that is called a second
 * time appears as "NAME#2", as with `nonlinearity` (1: after norm1, 2: of the time
 * embedding, 3: after norm2).  What diffusers computes outside any module has names
 * that no module has ("up_blocks.0.resnets.0.cat").  See records.h for their shapes in
 * torch.
 *
 * @weight may be NULL: the graph then has no data and is good for counting.
 *
 * Errors: DIP_CHECKPOINT_ERROR SIZE: height or width are not a multiple of
 * dip_unet_config_get_size_multiple(), or an activation would have 2^31 elements or
 * more.  The message begins with the size; the caller knows the file. */
DipGraph *dip_unet_build_graph (const DipUnetConfig *config,
                                guint batch,
                                guint height,
                                guint width,
                                DipUnetWeightFunc weight,
                                gpointer user_data,
                                GError **error);

G_END_DECLS
