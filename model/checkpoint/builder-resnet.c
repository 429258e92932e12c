#include "model/checkpoint/builder-private.h"

/* Half or twice the size.  @call is "" for the shortcut, which diffusers resamples first,
 * and "#2" for the hidden state; its mean is a module (`conv`) inside `downsample`. */
static DipValueId
resample (DipBuilder *self,
          const char *module,
          DipResnetKind kind,
          const char *call,
          DipValueId x)
{
  gboolean is_down = kind == DIP_RESNET_DOWN;
  const char *leaf = is_down ? "downsample" : "upsample";
  g_autofree char *name = g_strdup_printf ("%s.%s%s", module, leaf, call);
  g_autofree char *inner = g_strdup_printf ("%s.%s.conv%s", module, leaf, call);

  if (kind == DIP_RESNET_PLAIN)
    return x;

  x = dip_builder_op (self, is_down ? DIP_OP_AVG_POOL : DIP_OP_UPSAMPLE, NULL, name, x,
                      DIP_NO_VALUE);
  if (is_down)
    dip_builder_record (self, x, inner);
  dip_builder_record (self, x, name);
  return x;
}

/* The time embedding's share: added before norm2, or scaling and shifting after it. */
static DipValueId
condition_and_norm (DipBuilder *self, const char *module, DipValueId hidden)
{
  const DipUnetConfig *config = self->config;
  guint n_channels = dip_builder_get_n_channels (self, hidden);
  guint n_features = config->has_scale_shift ? 2 * n_channels : n_channels;
  g_autofree char *sum = dip_builder_name (module, "add_time");
  DipValueId temb;

  temb = dip_builder_activation (self, module, "nonlinearity#2", self->temb,
                                 config->activation);
  temb = dip_builder_linear (self, module, "time_emb_proj", temb, n_features);

  if (!config->has_scale_shift)
    hidden = dip_builder_sum (self, sum, hidden, temb, 1.0);
  hidden = dip_builder_norm (self, module, "norm2", hidden, config->norm_num_groups);
  if (config->has_scale_shift)
    hidden =
        dip_builder_op (self, DIP_OP_SCALE_SHIFT, module, "scale_shift", hidden, temb);

  return hidden;
}

DipValueId
dip_builder_resnet (DipBuilder *self,
                    const char *module,
                    DipResnetKind kind,
                    DipValueId x,
                    guint n_out,
                    double divisor)
{
  const DipUnetConfig *config = self->config;
  DipValueId hidden;
  DipValueId shortcut;

  hidden = dip_builder_norm (self, module, "norm1", x, config->norm_num_groups);
  hidden =
      dip_builder_activation (self, module, "nonlinearity", hidden, config->activation);
  shortcut = resample (self, module, kind, "", x);
  hidden = resample (self, module, kind, "#2", hidden);
  hidden = dip_builder_conv (self, module, "conv1", hidden, n_out);

  hidden = condition_and_norm (self, module, hidden);
  hidden =
      dip_builder_activation (self, module, "nonlinearity#3", hidden, config->activation);
  hidden = dip_builder_conv (self, module, "conv2", hidden, n_out);

  if (dip_builder_get_n_channels (self, x) != n_out)
    shortcut = dip_builder_pointwise (self, module, "conv_shortcut", shortcut, n_out, 4);

  hidden = dip_builder_sum (self, module, shortcut, hidden, 1.0 / divisor);
  dip_builder_record (self, hidden, module);
  return hidden;
}
