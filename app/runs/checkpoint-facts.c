#include "app/runs/checkpoint-facts.h"

#include "model/checkpoint/checkpoint-layout.h"
#include "model/checkpoint/demo.h"
#include "model/checkpoint/unet-config.h"

/* A label that is embedded as a timestep is may be any number. */
#define MAX_NUMBER 100000

gboolean
dip_checkpoint_facts_read (DipCheckpointFacts *self, const char *path, GError **error)
{
  g_autofree char *found = path != NULL ? g_strdup (path) : dip_demo_find ();
  g_autoptr (DipCheckpointLayout) layout = dip_checkpoint_layout_find (found, error);
  DipUnetConfig config;

  *self = (DipCheckpointFacts){ .max_class = -1 };
  if (layout == NULL || !dip_unet_config_load (&config, layout->config, error))
    return FALSE;

  self->width = config.sample_width;
  self->height = config.sample_height;
  self->multiple = MAX (dip_unet_config_get_size_multiple (&config), 1);
  if (config.class_embedding == DIP_UNET_CLASS_IDS)
    self->max_class = (gint64) config.num_class_embeds - 1;
  else if (config.class_embedding == DIP_UNET_CLASS_TIMESTEP)
    self->max_class = MAX_NUMBER;
  self->scheduler = g_strdup (layout->scheduler);

  return TRUE;
}

void
dip_checkpoint_facts_clear (DipCheckpointFacts *self)
{
  g_clear_pointer (&self->scheduler, g_free);
}
