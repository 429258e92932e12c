#pragma once

#include "model/checkpoint/unet-builder.h"

/* What the builders share: the graph as far as it is built, and the layers of torch as
 * calls that add a node, its weights and its record point.
 *
 * A layer's name is "MODULE.LEAF", or LEAF where @module is NULL.  The first node that
 * does not fit is kept in @error; from then on every call returns DIP_NO_VALUE and adds
 * nothing, so that builders are plain lists of calls. */
typedef struct
{
  const DipUnetConfig *config;
  DipGraph *graph;
  DipUnetWeightFunc get_weight;
  gpointer user_data;
  DipValueId sample;
  DipValueId timesteps;
  DipValueId class_labels;
  DipValueId temb; /* (B, time_embedding_dim) */
  GArray *skips;   /* of DipValueId: down states that up blocks have not used yet */
  GError *error;
} DipBuilder;

typedef enum
{
  DIP_RESNET_PLAIN,
  DIP_RESNET_DOWN, /* half as high and wide, by mean */
  DIP_RESNET_UP,   /* twice as high and wide, by repetition */
} DipResnetKind;

/* builder-layers.c: torch's layers. */

/* "MODULE.LEAF"; freed with g_free(). */
char *dip_builder_name (const char *module, const char *leaf);
guint dip_builder_get_n_channels (DipBuilder *self, DipValueId value);

/* Adds @node under its name; no record point. */
DipValueId dip_builder_add (DipBuilder *self, const DipNode *node);
void dip_builder_record (DipBuilder *self, DipValueId value, const char *name);

DipWeightId dip_builder_add_weight (DipBuilder *self,
                                    const char *layer,
                                    const char *member,
                                    guint n_dims,
                                    ...);
DipValueId dip_builder_linear (DipBuilder *self,
                               const char *module,
                               const char *leaf,
                               DipValueId x,
                               guint n_out);
/* 3x3, zeros all around, stride 1. */
DipValueId dip_builder_conv (DipBuilder *self,
                             const char *module,
                             const char *leaf,
                             DipValueId x,
                             guint n_out);
/* 3x3, stride 2, with the configuration's downsample_padding. */
DipValueId dip_builder_strided_conv (DipBuilder *self,
                                     const char *module,
                                     const char *leaf,
                                     DipValueId x,
                                     guint n_out);
/* 1x1; its weight has @n_weight_dims axes in the file, 2 or 4. */
DipValueId dip_builder_pointwise (DipBuilder *self,
                                  const char *module,
                                  const char *leaf,
                                  DipValueId x,
                                  guint n_out,
                                  guint n_weight_dims);
DipValueId dip_builder_norm (DipBuilder *self,
                             const char *module,
                             const char *leaf,
                             DipValueId x,
                             guint n_groups);
DipValueId dip_builder_activation (DipBuilder *self,
                                   const char *module,
                                   const char *leaf,
                                   DipValueId x,
                                   DipActivation activation);
/* Ops without weights: UPSAMPLE, AVG_POOL of @x; CONCAT, SCALE_SHIFT, DIVIDE of both. */
DipValueId dip_builder_op (DipBuilder *self,
                           DipOp op,
                           const char *module,
                           const char *leaf,
                           DipValueId x,
                           DipValueId y);
/* (x + y) * scale; no record point. */
DipValueId dip_builder_sum (DipBuilder *self,
                            const char *name,
                            DipValueId x,
                            DipValueId y,
                            double scale);

/* builder-resnet.c: diffusers' ResnetBlock2D; the sum is divided by @divisor. */
DipValueId dip_builder_resnet (DipBuilder *self,
                               const char *module,
                               DipResnetKind kind,
                               DipValueId x,
                               guint n_out,
                               double divisor);

/* builder-attention.c: diffusers' Attention as UNet2DModel sets it up; no norm where
 * @n_groups is 0. */
DipValueId dip_builder_attention (DipBuilder *self,
                                  const char *module,
                                  DipValueId x,
                                  guint n_groups,
                                  double divisor);

/* builder-time.c: the time embedding and the class embedding into self->temb. */
void dip_builder_embed_time (DipBuilder *self);

/* builder-blocks.c: block @i of the list; each returns the hidden state it hands on. */
DipValueId dip_builder_down_block (DipBuilder *self, guint i, DipValueId x);
DipValueId dip_builder_mid_block (DipBuilder *self, DipValueId x);
DipValueId dip_builder_up_block (DipBuilder *self, guint i, DipValueId x);
