#include "tests/checkpoint/folder.h"
#include "tests/checkpoint/golden.h"

#include "model/checkpoint/error.h"
#include "model/checkpoint/unet-builder.h"
#include "model/checkpoint/unet-config.h"

static gboolean
load (DipUnetConfig *config, const char *json, GError **error)
{
  g_autoptr (TemporaryFolder) folder = folder_new ();
  g_autofree char *path = g_build_filename (folder, "config.json", NULL);

  folder_write (folder, "config.json", json);
  return dip_unet_config_load (config, path, error);
}

/* The defaults of diffusers 0.40's UNet2DModel. */
static void
test_defaults (void)
{
  g_autoptr (GError) error = NULL;
  DipUnetConfig config;

  load (&config, "{}", &error);
  g_assert_no_error (error);

  g_assert_cmpuint (config.sample_height, ==, 0);
  g_assert_cmpuint (config.in_channels, ==, 3);
  g_assert_cmpuint (config.n_blocks, ==, 4);
  g_assert_cmpuint (config.block_out_channels[3], ==, 896);
  g_assert_cmpint (config.down_blocks[0], ==, DIP_UNET_BLOCK_PLAIN);
  g_assert_cmpint (config.down_blocks[1], ==, DIP_UNET_BLOCK_ATTENTION);
  g_assert_cmpint (config.up_blocks[3], ==, DIP_UNET_BLOCK_PLAIN);
  g_assert_cmpuint (config.layers_per_block, ==, 2);
  g_assert_cmpuint (config.time_embedding_dim, ==, 4 * 224);
  g_assert_cmpuint (config.attention_head_dim, ==, 8);
  g_assert_cmpuint (config.norm_num_groups, ==, 32);
  g_assert_cmpuint (config.attn_norm_num_groups, ==, 32);
  g_assert_cmpuint (config.downsample_padding, ==, 1);
  g_assert_cmpfloat (config.norm_eps, ==, 1e-5);
  g_assert_cmpfloat (config.freq_shift, ==, 0);
  g_assert_true (config.flip_sin_to_cos);
  g_assert_true (config.has_mid_block && config.has_mid_attention);
}

/* A network of two levels and one more key, which is wrong. */
#define SMALL(more)                                                                      \
  "{\"block_out_channels\": [4, 8], \"norm_num_groups\": 4, \"attention_head_dim\": 4, " \
  "\"down_block_types\": [\"DownBlock2D\", \"DownBlock2D\"], "                           \
  "\"up_block_types\": [\"UpBlock2D\", \"UpBlock2D\"], " more "}"

#define DOWN(name)                                                                       \
  "{\"block_out_channels\": [4, 8], \"norm_num_groups\": 4, "                            \
  "\"down_block_types\": [\"DownBlock2D\", \"" name "\"], "                              \
  "\"up_block_types\": [\"UpBlock2D\", \"UpBlock2D\"]}"

static const struct
{
  const char *json;
  const char *message; /* after the file's name */
} refusals[] = {
  { DOWN ("CrossAttnDownBlock2D"),
    "down block 1: 'CrossAttnDownBlock2D' needs a text encoder; Diptych runs "
    "unconditional UNet2DModel checkpoints" },
  { DOWN ("SkipDownBlock2D"), "down block 1: 'SkipDownBlock2D' is of the score-SDE" },
  { DOWN ("KDownBlock2D"), "down block 1: 'KDownBlock2D' is of the k-diffusion" },
  { DOWN ("DownEncoderBlock2D"), "down block 1: 'DownEncoderBlock2D' is of an autoenc" },
  { DOWN ("UpBlock2D"), "down block 1: 'UpBlock2D' is no down block Diptych knows: "
                        "DownBlock2D, AttnDownBlock2D or ResnetDownsampleBlock2D" },
  { SMALL ("\"_class_name\": \"UNet2DConditionModel\""),
    "the configuration of a 'UNet2DConditionModel'; Diptych runs unconditional" },
  { SMALL ("\"mid_block_type\": \"UNetMidBlock2DCrossAttn\""),
    "'mid_block_type' must be \"UNetMidBlock2D\"" },
  { SMALL ("\"attn_norm_num_groups\": 3"),
    "attn_norm_num_groups 3 does not divide the 8 channels of the middle block" },
  { SMALL ("\"resnet_time_scale_shift\": \"ada_group\""),
    "'resnet_time_scale_shift' must be \"default\" or \"scale_shift\", found "
    "\"ada_group\"" },
  { SMALL ("\"time_embedding_type\": \"learned\""), "'num_train_timesteps'" },
  { SMALL ("\"class_embed_type\": \"projection\""),
    "'class_embed_type' must be \"timestep\" or \"identity\", found \"projection\"" },
  { SMALL ("\"act_fn\": \"sparkle\""),
    "'act_fn' must be silu, swish, gelu, mish or relu, "
    "found \"sparkle\"" },
  { SMALL ("\"freq_shift\": 2"),
    "freq_shift 2 leaves no frequencies in a time embedding of 4 channels" },
  { SMALL ("\"downsample_type\": \"fir\""),
    "'downsample_type' must be \"conv\" or \"resnet\", found \"fir\"" },
  { SMALL ("\"downsample_padding\": 2"), "'downsample_padding' must be " },
  { SMALL ("\"sample_size\": [8, 8, 8]"), "'sample_size' must be a number or [height, "
                                          "width]" },
  { SMALL ("\"layers_per_block\": 65"), "'layers_per_block' must be " },
  { "{\"block_out_channels\": [4, 6], \"norm_num_groups\": 4, "
    "\"down_block_types\": [\"DownBlock2D\", \"DownBlock2D\"], "
    "\"up_block_types\": [\"UpBlock2D\", \"UpBlock2D\"]}",
    "norm_num_groups 4 does not divide the 6 channels of block 1" },
  { "{\"block_out_channels\": [4], \"norm_num_groups\": 4, "
    "\"down_block_types\": [\"AttnDownBlock2D\"], \"up_block_types\": [\"UpBlock2D\"]}",
    "attention_head_dim 8 is more than the 4 channels of down block 0" },
  { "{\"block_out_channels\": [4], \"norm_num_groups\": 4, "
    "\"down_block_types\": [\"DownBlock2D\"], \"up_block_types\": [\"AttnUpBlock2D\"]}",
    "attention_head_dim 8 is more than the 4 channels of up block 0" },
  { "{\"block_out_channels\": [4, 8], \"norm_num_groups\": 4, "
    "\"down_block_types\": [\"DownBlock2D\"], \"up_block_types\": [\"UpBlock2D\"]}",
    "1 down_block_types, 1 up_block_types and 2 block_out_channels, wanted as many" },
};

static void
test_refusal (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autoptr (GError) error = NULL;
  DipUnetConfig config;

  g_assert_false (load (&config, refusals[i].json, &error));
  g_assert_nonnull (error);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, "config.json: "));
  g_assert_nonnull (strstr (error->message, refusals[i].message));
}

/* A size whose halvings are not exact is refused with the multiple it should be. */
static void
test_sizes (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (DipGraph) odd_bottom = NULL;
  g_autoptr (DipGraph) smallest = NULL;
  g_autofree char *path =
      golden_path ("unet", "c6_nonsquare", "pipeline", "unet", "config.json", NULL);
  DipUnetConfig config;

  dip_unet_config_load (&config, path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (dip_unet_config_get_size_multiple (&config), ==, 4);

  odd_bottom = dip_unet_build_graph (&config, 1, 28, 36, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (odd_bottom);
  smallest = dip_unet_build_graph (&config, 1, 4, 4, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (smallest);

  g_assert_null (dip_unet_build_graph (&config, 1, 30, 36, NULL, NULL, &error));
  g_assert_error (error, DIP_CHECKPOINT_ERROR, DIP_CHECKPOINT_ERROR_SIZE);
  g_assert_cmpstr (error->message, ==,
                   "36x30 pixels: width and height must be multiples of 4 for this "
                   "network, as 36x32");
  g_clear_error (&error);

  g_assert_null (dip_unet_build_graph (&config, 4096, 16384, 16384, NULL, NULL, &error));
  g_assert_error (error, DIP_CHECKPOINT_ERROR, DIP_CHECKPOINT_ERROR_SIZE);
  g_assert_true (g_str_has_prefix (error->message, "4096 of 16384x16384 pixels: "));
  g_clear_error (&error);

  g_assert_null (dip_unet_build_graph (&config, 1, 4, G_MAXUINT, NULL, NULL, &error));
  g_assert_error (error, DIP_CHECKPOINT_ERROR, DIP_CHECKPOINT_ERROR_SIZE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/checkpoint/config/defaults", test_defaults);
  g_test_add_func ("/checkpoint/config/sizes", test_sizes);
  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      g_autofree char *path = g_strdup_printf ("/checkpoint/config/refusal/%u", i);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_refusal);
    }

  return g_test_run ();
}
