#include "render/family.h"

/* Fastest first. */
static const DipFamily *const families[] = {
  &dip_family_cpu,
  &dip_family_generic,
};

const DipFamily *
dip_family_choose (const DipDeviceInfo *info)
{
  const char *wanted = g_getenv ("DIPTYCH_KERNELS");

  for (guint i = 0; i < G_N_ELEMENTS (families); i++)
    if (g_strcmp0 (families[i]->name, wanted) == 0 && families[i]->can_run (info))
      return families[i];
  if (wanted != NULL)
    g_warning ("DIPTYCH_KERNELS: no kernels '%s' for %s", wanted, info->name);

  for (guint i = 0; i < G_N_ELEMENTS (families); i++)
    if (families[i]->can_run (info))
      return families[i];

  g_assert_not_reached ();
}

gboolean
dip_family_is_on_host (DipOp op)
{
  return op == DIP_OP_INPUT || op == DIP_OP_TIME_PROJ || op == DIP_OP_FOURIER_PROJ ||
         op == DIP_OP_EMBEDDING;
}

guint
dip_family_list_packs (const DipFamily *self,
                       const DipGraph *graph,
                       const DipNode *node,
                       DipPack packs[DIP_MAX_PACKS])
{
  if (dip_family_is_on_host (node->op))
    return 0;

  return self->list_packs (graph, node, packs);
}
