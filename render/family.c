#include "render/family.h"

/* Strict ones first; of each precision the fastest first. */
static const DipFamily *const all[] = {
  &dip_family_cpu,       &dip_family_cpu_loops,      &dip_family_generic,
  &dip_family_reference, &dip_family_generic_matrix, &dip_family_generic_fp16,
};

G_STATIC_ASSERT (G_N_ELEMENTS (all) <= DIP_MAX_FAMILIES);

/* Auto has one strict family, the first, to hold the others against. */
static gboolean
is_allowed (const DipFamily *family, DipPrecision precision, guint n_before)
{
  if (precision != DIP_PRECISION_AUTO)
    return family->precision == precision;

  return family->precision != DIP_PRECISION_FP32 || n_before == 0;
}

/* Auto would try all that begin so. */
static gboolean
is_wanted (const DipFamily *family, DipPrecision precision, const char *wanted)
{
  if (wanted == NULL)
    return TRUE;
  if (precision == DIP_PRECISION_AUTO)
    return g_str_equal (family->name, wanted);

  return g_str_has_prefix (family->name, wanted);
}

static guint
list (const DipDeviceInfo *info,
      DipPrecision precision,
      const char *wanted,
      gboolean is_suiting,
      const DipFamily **families)
{
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    if (is_wanted (all[i], precision, wanted) && is_allowed (all[i], precision, n) &&
        all[i]->can_run (info) && (!is_suiting || all[i]->suits (info)))
      families[n++] = all[i];

  return n;
}

guint
dip_family_list (const DipDeviceInfo *info,
                 DipPrecision precision,
                 const DipFamily *families[DIP_MAX_FAMILIES])
{
  const char *wanted = g_getenv ("DIPTYCH_KERNELS");
  guint n = 0;

  if (wanted != NULL)
    n = list (info, precision, wanted, FALSE, families);
  if (wanted != NULL && n == 0)
    g_warning ("DIPTYCH_KERNELS: no %s kernels '%s' for %s",
               dip_precision_get_name (precision), wanted, info->name);
  if (n == 0)
    n = list (info, precision, NULL, TRUE, families);
  if (n == 0)
    n = list (info, precision, NULL, FALSE, families);

  return n;
}

const DipFamily *
dip_family_choose (const DipDeviceInfo *info)
{
  const DipFamily *families[DIP_MAX_FAMILIES];
  guint n = dip_family_list (info, DIP_PRECISION_FP32, families);

  g_assert (n > 0);

  return families[0];
}

const DipFamily *
dip_family_find (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    if (g_str_equal (all[i]->name, name))
      return all[i];

  return NULL;
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
  if (dip_family_is_on_host (node->op) ||
      (node->is_condition && self->has_conditions_on_host))
    return 0;

  return self->list_packs (graph, node, packs);
}
