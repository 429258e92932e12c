#include "model/checkpoint/unet-config.h"

#include "model/checkpoint/error.h"
#include "model/checkpoint/unet-config-private.h"

#include <math.h>

/* UNet2DModel.__init__ of diffusers 0.40, but for what depends on other keys. */
static const DipUnetConfig defaults = {
  .in_channels = 3,
  .out_channels = 3,
  .flip_sin_to_cos = TRUE,
  .layers_per_block = 2,
  .has_mid_block = TRUE,
  .has_mid_attention = TRUE,
  .mid_block_scale_factor = 1.0,
  .downsample_padding = 1,
  .activation = DIP_ACTIVATION_SILU,
  .attention_head_dim = 8,
  .norm_num_groups = 32,
  .norm_eps = 1e-5,
};

/* Absent keys leave *value alone. */
static gboolean
read_count (DipJson *json,
            const char *key,
            gint64 min,
            gint64 max,
            guint *value,
            GError **error)
{
  gint64 number = *value;

  if (!dip_json_get_int (json, key, min, max, &number, error))
    return FALSE;

  *value = (guint) number;
  return TRUE;
}

/* Null is 0. */
static gboolean
read_count_or_null (DipJson *json,
                    const char *key,
                    gint64 max,
                    guint *value,
                    GError **error)
{
  if (dip_json_is_null (json, key))
    {
      *value = 0;
      return TRUE;
    }

  return read_count (json, key, 1, max, value, error);
}

/* Sets *index to the place in @choices (NULL-terminated) of the string under @key. */
static gboolean
read_choice (DipJson *json,
             const char *key,
             const char *const *choices,
             guint *index,
             GError **error)
{
  const char *value = NULL;
  g_autofree char *wanted = NULL;

  if (!dip_json_get_string (json, key, &value, error))
    return FALSE;
  if (value == NULL)
    return TRUE;

  for (guint i = 0; choices[i] != NULL; i++)
    if (g_str_equal (value, choices[i]))
      {
        *index = i;
        return TRUE;
      }

  wanted = g_strjoinv ("\" or \"", (char **) choices);
  dip_checkpoint_set_error (error, DIP_CHECKPOINT_ERROR_UNSUPPORTED,
                            dip_json_get_name (json), "'%s' must be \"%s\", found \"%s\"",
                            key, wanted, value);
  return FALSE;
}

static gboolean
check_class_name (DipJson *json, GError **error)
{
  const char *name = NULL;

  if (!dip_json_get_string (json, "_class_name", &name, error))
    return FALSE;
  if (name == NULL || g_str_equal (name, "UNet2DModel"))
    return TRUE;

  dip_checkpoint_set_error (error, DIP_CHECKPOINT_ERROR_UNSUPPORTED,
                            dip_json_get_name (json),
                            "the configuration of a '%s'; Diptych runs unconditional "
                            "UNet2DModel checkpoints",
                            name);
  return FALSE;
}

/* An integer, [height, width] or null. */
static gboolean
read_sample_size (DipUnetConfig *self, DipJson *json, GError **error)
{
  static const char key[] = "sample_size";
  g_autofree gint64 *sizes = NULL;
  gsize n_sizes = 0;

  if (!dip_json_has (json, key) || dip_json_is_null (json, key))
    return TRUE;

  if (!json_is_array (json_object_get (dip_json_get_root (json), key)))
    {
      if (!read_count (json, key, 1, DIP_UNET_MAX_SAMPLE_SIZE, &self->sample_height,
                       error))
        return FALSE;
      self->sample_width = self->sample_height;
      return TRUE;
    }

  if (!dip_json_get_ints (json, key, 1, DIP_UNET_MAX_SAMPLE_SIZE, &sizes, &n_sizes,
                          error))
    return FALSE;
  if (n_sizes != 2)
    return dip_json_fail (json, key, "a number or [height, width]", error);

  self->sample_height = sizes[0];
  self->sample_width = sizes[1];
  return TRUE;
}

static gboolean
read_time_embedding (DipUnetConfig *self, DipJson *json, GError **error)
{
  static const char *const types[] = { "positional", "fourier", "learned", NULL };
  static const char rows[] = "num_train_timesteps";
  guint type = DIP_UNET_TIME_POSITIONAL;

  if (!read_choice (json, "time_embedding_type", types, &type, error) ||
      !dip_json_get_double (json, "freq_shift", -1e6, 1e6, &self->freq_shift, error) ||
      !dip_json_get_bool (json, "flip_sin_to_cos", &self->flip_sin_to_cos, error))
    return FALSE;

  self->time_embedding = type;
  if (self->time_embedding != DIP_UNET_TIME_LEARNED)
    return TRUE;

  return dip_json_require (json, rows, error) &&
         read_count (json, rows, 1, G_MAXINT32, &self->num_train_timesteps, error);
}

/* Null and 0 stand for four times the first block's channels. */
static gboolean
read_time_embedding_dim (DipUnetConfig *self, DipJson *json, GError **error)
{
  static const char key[] = "time_embedding_dim";

  if (!dip_json_is_null (json, key) &&
      !read_count (json, key, 0, 4 * DIP_UNET_MAX_CHANNELS, &self->time_embedding_dim,
                   error))
    return FALSE;

  if (self->time_embedding_dim == 0)
    self->time_embedding_dim = 4 * self->block_out_channels[0];
  return TRUE;
}

static gboolean
read_class_embedding (DipUnetConfig *self, DipJson *json, GError **error)
{
  static const char *const types[] = { "timestep", "identity", NULL };
  static const char key[] = "class_embed_type";
  guint type = 0;

  if (dip_json_has (json, key) && !dip_json_is_null (json, key))
    {
      if (!read_choice (json, key, types, &type, error))
        return FALSE;
      self->class_embedding =
          type == 0 ? DIP_UNET_CLASS_TIMESTEP : DIP_UNET_CLASS_IDENTITY;
      return TRUE;
    }

  if (!read_count_or_null (json, "num_class_embeds", G_MAXINT32, &self->num_class_embeds,
                           error))
    return FALSE;
  if (self->num_class_embeds > 0)
    self->class_embedding = DIP_UNET_CLASS_IDS;
  return TRUE;
}

static gboolean
read_activation (DipUnetConfig *self, DipJson *json, GError **error)
{
  static const struct
  {
    const char *name;
    DipActivation activation;
  } known[] = {
    { "silu", DIP_ACTIVATION_SILU }, { "swish", DIP_ACTIVATION_SILU },
    { "gelu", DIP_ACTIVATION_GELU }, { "mish", DIP_ACTIVATION_MISH },
    { "relu", DIP_ACTIVATION_RELU },
  };
  const char *value = "silu";

  if (!dip_json_get_string (json, "act_fn", &value, error))
    return FALSE;

  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_ascii_strcasecmp (value, known[i].name) == 0)
      {
        self->activation = known[i].activation;
        return TRUE;
      }

  dip_checkpoint_set_error (
      error, DIP_CHECKPOINT_ERROR_UNSUPPORTED, dip_json_get_name (json),
      "'act_fn' must be silu, swish, gelu, mish or relu, found \"%s\"", value);
  return FALSE;
}

static gboolean
read_sampling (DipUnetConfig *self, DipJson *json, GError **error)
{
  static const char *const types[] = { "conv", "resnet", NULL };
  guint down = 0;
  guint up = 0;

  /* Null is the default, "conv". */
  if (!dip_json_is_null (json, "downsample_type") &&
      !read_choice (json, "downsample_type", types, &down, error))
    return FALSE;
  if (!dip_json_is_null (json, "upsample_type") &&
      !read_choice (json, "upsample_type", types, &up, error))
    return FALSE;

  self->downsamples_by_resnet = down == 1;
  self->upsamples_by_resnet = up == 1;
  return read_count (json, "downsample_padding", 0, 1, &self->downsample_padding, error);
}

static gboolean
read_norms (DipUnetConfig *self, DipJson *json, GError **error)
{
  static const char *const shifts[] = { "default", "scale_shift", NULL };
  static const char attention[] = "attn_norm_num_groups";
  const gint64 max = DIP_UNET_MAX_CHANNELS;
  guint shift = 0;

  if (!read_choice (json, "resnet_time_scale_shift", shifts, &shift, error) ||
      !read_count (json, "norm_num_groups", 1, max, &self->norm_num_groups, error) ||
      !read_count_or_null (json, attention, max, &self->attn_norm_num_groups, error) ||
      !dip_json_get_double (json, "norm_eps", 0, 1, &self->norm_eps, error))
    return FALSE;

  self->has_scale_shift = shift == 1;
  if (self->attn_norm_num_groups == 0 && !self->has_scale_shift)
    self->attn_norm_num_groups = self->norm_num_groups;
  return TRUE;
}

static gboolean
read_mid_block (DipUnetConfig *self, DipJson *json, GError **error)
{
  static const char *const types[] = { "UNetMidBlock2D", "UNetResMidBlock2D", NULL };
  guint type = 0;

  self->has_mid_block = !dip_json_is_null (json, "mid_block_type");
  if (self->has_mid_block && !read_choice (json, "mid_block_type", types, &type, error))
    return FALSE;

  return dip_json_get_bool (json, "add_attention", &self->has_mid_attention, error) &&
         dip_json_get_double (json, "mid_block_scale_factor", 1e-6, 1e6,
                              &self->mid_block_scale_factor, error);
}

static gboolean
read_config (DipUnetConfig *self, DipJson *json, GError **error)
{
  const gint64 max = DIP_UNET_MAX_CHANNELS;
  double dropout = 0; /* has no effect but when training */

  return check_class_name (json, error) &&
         dip_unet_config_read_blocks (self, json, error) &&
         read_sample_size (self, json, error) &&
         read_count (json, "in_channels", 1, max, &self->in_channels, error) &&
         read_count (json, "out_channels", 1, max, &self->out_channels, error) &&
         read_count (json, "layers_per_block", 1, DIP_UNET_MAX_LAYERS,
                     &self->layers_per_block, error) &&
         dip_json_get_bool (json, "center_input_sample", &self->center_input_sample,
                            error) &&
         read_time_embedding (self, json, error) &&
         read_time_embedding_dim (self, json, error) &&
         read_class_embedding (self, json, error) && read_mid_block (self, json, error) &&
         read_sampling (self, json, error) && read_activation (self, json, error) &&
         read_count_or_null (json, "attention_head_dim", max, &self->attention_head_dim,
                             error) &&
         read_norms (self, json, error) &&
         dip_json_get_double (json, "dropout", 0, 1, &dropout, error);
}

gboolean
dip_unet_config_load (DipUnetConfig *self, const char *path, GError **error)
{
  g_autoptr (DipJson) json = NULL;

  g_return_val_if_fail (self != NULL && path != NULL, FALSE);

  json = dip_json_load_file (path, NULL, error);
  if (json == NULL)
    return FALSE;

  *self = defaults;
  return read_config (self, json, error) && dip_unet_config_check (self, path, error);
}

guint
dip_unet_config_get_n_heads (const DipUnetConfig *self, guint channels)
{
  return self->attention_head_dim == 0 ? 1 : channels / self->attention_head_dim;
}

guint
dip_unet_config_get_head_dim (const DipUnetConfig *self, guint channels)
{
  return self->attention_head_dim == 0 ? channels : self->attention_head_dim;
}

guint
dip_unet_config_get_size_multiple (const DipUnetConfig *self)
{
  return 1u << (self->n_blocks - 1);
}
