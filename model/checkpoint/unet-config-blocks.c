#include "model/checkpoint/unet-config-private.h"

#include "model/checkpoint/error.h"

#include <string.h>

typedef struct
{
  const char *direction; /* "down", "up" */
  const char *key;
  const char *names[3]; /* by DipUnetBlock */
  const char *fallback[5];
} BlockList;

static const BlockList down_list = {
  .direction = "down",
  .key = "down_block_types",
  .names = { "DownBlock2D", "AttnDownBlock2D", "ResnetDownsampleBlock2D" },
  .fallback = { "DownBlock2D", "AttnDownBlock2D", "AttnDownBlock2D", "AttnDownBlock2D" },
};

static const BlockList up_list = {
  .direction = "up",
  .key = "up_block_types",
  .names = { "UpBlock2D", "AttnUpBlock2D", "ResnetUpsampleBlock2D" },
  .fallback = { "AttnUpBlock2D", "AttnUpBlock2D", "AttnUpBlock2D", "UpBlock2D" },
};

/* Blocks of diffusers' other networks, by a part of their names. */
static const struct
{
  const char *part;
  const char *reason;
} foreign_blocks[] = {
  { "CrossAttn",
    "needs a text encoder; Diptych runs unconditional UNet2DModel checkpoints" },
  { "Skip", "is of the score-SDE networks with FIR filters, which Diptych does not run" },
  { "Encoder", "is of an autoencoder, not of a UNet2DModel" },
  { "Decoder", "is of an autoencoder, not of a UNet2DModel" },
  { "KDownBlock", "is of the k-diffusion upscaler, which Diptych does not run" },
  { "KUpBlock", "is of the k-diffusion upscaler, which Diptych does not run" },
};

static void
set_block_error (GError **error,
                 const char *file,
                 const BlockList *list,
                 gsize i,
                 const char *name)
{
  g_autofree char *where =
      g_strdup_printf ("%s block %" G_GSIZE_FORMAT ": '%s'", list->direction, i, name);

  for (gsize j = 0; j < G_N_ELEMENTS (foreign_blocks); j++)
    if (strstr (name, foreign_blocks[j].part) != NULL)
      {
        dip_checkpoint_set_error (error, DIP_CHECKPOINT_ERROR_UNSUPPORTED, file, "%s %s",
                                  where, foreign_blocks[j].reason);
        return;
      }

  dip_checkpoint_set_error (error, DIP_CHECKPOINT_ERROR_UNSUPPORTED, file,
                            "%s is no %s block Diptych knows: %s, %s or %s", where,
                            list->direction, list->names[0], list->names[1],
                            list->names[2]);
}

static gboolean
parse_block (const BlockList *list, const char *name, DipUnetBlock *block)
{
  static const char old_prefix[] = "UNetRes";

  if (g_str_has_prefix (name, old_prefix))
    name += strlen (old_prefix);

  for (guint i = 0; i < G_N_ELEMENTS (list->names); i++)
    if (g_str_equal (name, list->names[i]))
      {
        *block = i;
        return TRUE;
      }

  return FALSE;
}

/* Fills @blocks and the number of them from the list in the file, or the default. */
static gboolean
read_block_list (const BlockList *list,
                 DipJson *json,
                 DipUnetBlock blocks[DIP_UNET_MAX_BLOCKS],
                 gsize *n_blocks,
                 GError **error)
{
  g_autofree const char **names = NULL;
  const char *const *types = list->fallback;

  *n_blocks = g_strv_length ((char **) list->fallback);
  if (!dip_json_get_strings (json, list->key, &names, n_blocks, error))
    return FALSE;
  if (names != NULL)
    types = names;
  if (*n_blocks < 1 || *n_blocks > DIP_UNET_MAX_BLOCKS)
    return dip_json_fail (json, list->key, "a list of 1 to 10 blocks", error);

  for (gsize i = 0; i < *n_blocks; i++)
    if (!parse_block (list, types[i], &blocks[i]))
      {
        set_block_error (error, dip_json_get_name (json), list, i, types[i]);
        return FALSE;
      }

  return TRUE;
}

static gboolean
read_channels (DipUnetConfig *self, DipJson *json, gsize *n_channels, GError **error)
{
  static const gint64 fallback[] = { 224, 448, 672, 896 };
  g_autofree gint64 *listed = NULL;
  const gint64 *channels = fallback;

  *n_channels = G_N_ELEMENTS (fallback);
  if (!dip_json_get_ints (json, "block_out_channels", 1, DIP_UNET_MAX_CHANNELS, &listed,
                          n_channels, error))
    return FALSE;
  if (listed != NULL)
    channels = listed;

  for (gsize i = 0; i < MIN (*n_channels, DIP_UNET_MAX_BLOCKS); i++)
    self->block_out_channels[i] = channels[i];
  return TRUE;
}

gboolean
dip_unet_config_read_blocks (DipUnetConfig *self, DipJson *json, GError **error)
{
  gsize n_down, n_up, n_channels;

  if (!read_block_list (&down_list, json, self->down_blocks, &n_down, error) ||
      !read_block_list (&up_list, json, self->up_blocks, &n_up, error) ||
      !read_channels (self, json, &n_channels, error))
    return FALSE;

  self->n_blocks = n_down;
  if (n_down == n_up && n_down == n_channels)
    return TRUE;

  dip_checkpoint_set_error (error, DIP_CHECKPOINT_ERROR_CONFIG, dip_json_get_name (json),
                            "%" G_GSIZE_FORMAT " down_block_types, %" G_GSIZE_FORMAT
                            " up_block_types and %" G_GSIZE_FORMAT
                            " block_out_channels, wanted as many of each",
                            n_down, n_up, n_channels);
  return FALSE;
}

static gboolean
check_groups (const DipUnetConfig *self, const char *file, GError **error)
{
  guint bottom = self->block_out_channels[self->n_blocks - 1];

  for (guint i = 0; i < self->n_blocks; i++)
    if (self->block_out_channels[i] % self->norm_num_groups != 0)
      {
        dip_checkpoint_set_error (error, DIP_CHECKPOINT_ERROR_CONFIG, file,
                                  "norm_num_groups %u does not divide the %u channels of "
                                  "block %u",
                                  self->norm_num_groups, self->block_out_channels[i], i);
        return FALSE;
      }

  if (!self->has_mid_block || !self->has_mid_attention ||
      self->attn_norm_num_groups == 0 || bottom % self->attn_norm_num_groups == 0)
    return TRUE;

  dip_checkpoint_set_error (error, DIP_CHECKPOINT_ERROR_CONFIG, file,
                            "attn_norm_num_groups %u does not divide the %u channels of "
                            "the middle block",
                            self->attn_norm_num_groups, bottom);
  return FALSE;
}

static gboolean
check_head (const DipUnetConfig *self,
            const char *file,
            guint channels,
            const char *where,
            GError **error)
{
  if (dip_unet_config_get_n_heads (self, channels) > 0)
    return TRUE;

  dip_checkpoint_set_error (error, DIP_CHECKPOINT_ERROR_CONFIG, file,
                            "attention_head_dim %u is more than the %u channels of %s",
                            self->attention_head_dim, channels, where);
  return FALSE;
}

static gboolean
check_heads (const DipUnetConfig *self, const char *file, GError **error)
{
  for (guint i = 0; i < self->n_blocks; i++)
    {
      g_autofree char *down = g_strdup_printf ("down block %u", i);
      g_autofree char *up = g_strdup_printf ("up block %u", i);
      guint up_channels = self->block_out_channels[self->n_blocks - 1 - i];

      if (self->down_blocks[i] == DIP_UNET_BLOCK_ATTENTION &&
          !check_head (self, file, self->block_out_channels[i], down, error))
        return FALSE;
      if (self->up_blocks[i] == DIP_UNET_BLOCK_ATTENTION &&
          !check_head (self, file, up_channels, up, error))
        return FALSE;
    }

  if (!self->has_mid_block || !self->has_mid_attention)
    return TRUE;

  return check_head (self, file, self->block_out_channels[self->n_blocks - 1],
                     "the middle block", error);
}

/* diffusers divides by (dim / 2 - freq_shift). */
static gboolean
check_frequencies (const DipUnetConfig *self, const char *file, GError **error)
{
  guint half = self->block_out_channels[0] / 2;

  if (self->time_embedding != DIP_UNET_TIME_POSITIONAL ||
      (half > 0 && self->freq_shift != half))
    return TRUE;

  dip_checkpoint_set_error (
      error, DIP_CHECKPOINT_ERROR_CONFIG, file,
      "freq_shift %g leaves no frequencies in a time embedding of %u "
      "channels",
      self->freq_shift, self->block_out_channels[0]);
  return FALSE;
}

gboolean
dip_unet_config_check (const DipUnetConfig *self, const char *file, GError **error)
{
  return check_groups (self, file, error) && check_heads (self, file, error) &&
         check_frequencies (self, file, error);
}
