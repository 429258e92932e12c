#pragma once

#include "model/graph/graph.h"

G_BEGIN_DECLS

/* diffusers' UNet2DModel as its config.json describes it, with the class's defaults
 * (of diffusers 0.40) for missing keys.  A configuration that was read without error
 * is one the builders can build. */

#define DIP_UNET_MAX_BLOCKS 10
#define DIP_UNET_MAX_LAYERS 64
#define DIP_UNET_MAX_CHANNELS 65536
#define DIP_UNET_MAX_SAMPLE_SIZE 16384

typedef enum
{
  DIP_UNET_BLOCK_PLAIN,     /* DownBlock2D, UpBlock2D */
  DIP_UNET_BLOCK_ATTENTION, /* AttnDownBlock2D, AttnUpBlock2D */
  DIP_UNET_BLOCK_RESNET,    /* ResnetDownsampleBlock2D, ResnetUpsampleBlock2D */
} DipUnetBlock;

typedef enum
{
  DIP_UNET_TIME_POSITIONAL,
  DIP_UNET_TIME_FOURIER,
  DIP_UNET_TIME_LEARNED,
} DipUnetTime;

typedef enum
{
  DIP_UNET_CLASS_NONE,
  DIP_UNET_CLASS_IDS,      /* class_embed_type null with num_class_embeds: a table */
  DIP_UNET_CLASS_TIMESTEP, /* a number, embedded as the timestep is */
  DIP_UNET_CLASS_IDENTITY, /* a vector of time_embedding_dim, added as it is */
} DipUnetClass;

typedef struct
{
  guint sample_height; /* pixels; 0 where sample_size is null */
  guint sample_width;
  guint in_channels;
  guint out_channels;
  gboolean center_input_sample;

  DipUnetTime time_embedding;
  guint time_embedding_dim; /* resolved: never 0 */
  double freq_shift;
  gboolean flip_sin_to_cos;
  guint num_train_timesteps; /* rows of the learned time embedding; else 0 */
  DipUnetClass class_embedding;
  guint num_class_embeds; /* rows of DIP_UNET_CLASS_IDS; else 0 */

  guint n_blocks; /* down, and as many up */
  DipUnetBlock down_blocks[DIP_UNET_MAX_BLOCKS];
  DipUnetBlock up_blocks[DIP_UNET_MAX_BLOCKS]; /* from the bottom upwards */
  guint block_out_channels[DIP_UNET_MAX_BLOCKS];
  guint layers_per_block;
  gboolean has_mid_block;
  gboolean has_mid_attention;
  double mid_block_scale_factor;
  guint downsample_padding;       /* 0 (zeros right and below) or 1 (all around) */
  gboolean downsamples_by_resnet; /* of attention blocks: downsample_type "resnet" */
  gboolean upsamples_by_resnet;

  DipActivation activation;
  guint attention_head_dim; /* 0: one head as wide as the channels */
  guint norm_num_groups;
  guint attn_norm_num_groups; /* of the middle attention; 0: it has no norm */
  double norm_eps;
  gboolean has_scale_shift; /* resnet_time_scale_shift "scale_shift" */
} DipUnetConfig;

/* Reads and checks the config.json at @path.  Unknown keys are ignored, as diffusers
 * does; block names may carry diffusers 0.0's prefix "UNetRes".  Nothing that depends
 * on the sizes in it is allocated.
 *
 * Errors, all naming the file and the key or the block: DIP_STORAGE_ERROR (not JSON,
 * wrong types, out of range), DIP_CHECKPOINT_ERROR UNSUPPORTED (a block or a switch of
 * another network), CONFIG (lists of different lengths, groups that do not divide). */
gboolean dip_unet_config_load (DipUnetConfig *self, const char *path, GError **error);

/* Heads of an attention over @channels channels: channels / attention_head_dim,
 * rounded down; and the channels of one. */
guint dip_unet_config_get_n_heads (const DipUnetConfig *self, guint channels);
guint dip_unet_config_get_head_dim (const DipUnetConfig *self, guint channels);

/* What height and width must be a multiple of: the skip connections meet again only
 * if every halving is exact. */
guint dip_unet_config_get_size_multiple (const DipUnetConfig *self);

G_END_DECLS
