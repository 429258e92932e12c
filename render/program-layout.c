#include "render/executor-private.h"

/* The arena's buffers are no larger: some drivers cannot allocate more at once,
 * and smaller ones would keep large values apart.
 */
#define MOST_BLOCK ((gsize) 1 << 30)

static gsize
get_value_bytes (const DipProgramLayout *self, const DipGraph *graph, DipValueId value)
{
  return self->family->value_size (&dip_graph_get_value (graph, value)->shape);
}

static gsize
get_planned_bytes (const DipGraph *graph, DipValueId value, gpointer user_data)
{
  const DipProgramLayout *self = user_data;

  if (!self->is_placed[value])
    return 0;

  return get_value_bytes (self, graph, value) + (self->keep_all ? DIP_GUARD_BYTES : 0);
}

/* Pictures that fit into @n_bytes, @batch of which take @n_batch. */
static guint64
count_fitting (guint64 n_bytes, guint64 n_batch, guint batch)
{
  return n_bytes / MAX (1, n_batch / batch);
}

static gboolean
refuse_part (const DipDeviceInfo *info,
             const char *name,
             const char *part,
             gsize n_bytes,
             const char *verb,
             guint64 most,
             GError **error)
{
  g_set_error (error, DIP_RENDER_ERROR, DIP_RENDER_ERROR_TOO_LARGE,
               "%s: its %s take %" G_GSIZE_FORMAT " bytes, and %s can %s "
               "%" G_GUINT64_FORMAT " at once",
               name, part, n_bytes, info->name, verb, most);
  return FALSE;
}

static gboolean
refuse (const DipDeviceInfo *info,
        const DipValue *value,
        gsize n_bytes,
        const char *verb,
        guint64 most,
        GError **error)
{
  g_set_error (error, DIP_RENDER_ERROR, DIP_RENDER_ERROR_TOO_LARGE,
               "%s takes %" G_GSIZE_FORMAT " bytes (%u x %u x %u x %u), and %s can %s "
               "%" G_GUINT64_FORMAT " at once",
               value->name != NULL ? value->name : "a value", n_bytes, value->shape.batch,
               value->shape.channels, value->shape.height, value->shape.width, info->name,
               verb, most);
  return FALSE;
}

/* Also finds the largest. */
static gboolean
check_values (DipProgramLayout *self,
              const DipDeviceInfo *info,
              const DipGraph *graph,
              gsize *n_largest,
              GError **error)
{
  *n_largest = 0;
  for (guint i = 0; i < dip_graph_get_n_values (graph); i++)
    {
      const DipValue *value = dip_graph_get_value (graph, i);
      gsize n_bytes = get_planned_bytes (graph, i, self);
      gsize n_bound = self->family->bound_size (&value->shape);

      if (n_bound > info->max_range)
        return refuse_part (info, value->name != NULL ? value->name : "a value",
                            "smallest parts", n_bound, "bind", info->max_range, error);
      if (n_bytes > info->max_allocation)
        {
          guint64 n_fitting =
              count_fitting (info->max_allocation, n_bytes, value->shape.batch);

          refuse (info, value, n_bytes, "allocate", info->max_allocation, error);
          if (n_fitting > 0)
            g_prefix_error (error,
                            "a batch of %" G_GUINT64_FORMAT " would fit: ", n_fitting);
          return FALSE;
        }
      *n_largest = MAX (*n_largest, n_bytes);
    }

  return TRUE;
}

static gboolean
check_packs (const DipProgramLayout *self,
             const DipDeviceInfo *info,
             const DipGraph *graph,
             const DipNode *node,
             GError **error)
{
  guint64 most = self->family->binds_packs ? MIN (info->max_range, info->max_allocation)
                                           : info->max_allocation;
  const char *verb = most < info->max_allocation ? "bind" : "allocate";
  DipPack packs[DIP_MAX_PACKS];
  guint n = dip_family_list_packs (self->family, graph, node, packs);

  for (guint k = 0; k < n; k++)
    if (packs[k].n_bytes > most)
      return refuse_part (info, node->name, "weights", packs[k].n_bytes, verb, most,
                          error);

  return TRUE;
}

/* Weights, and the scratch that is found. */
static gboolean
check_nodes (DipProgramLayout *self,
             const DipDeviceInfo *info,
             const DipGraph *graph,
             GError **error)
{
  for (guint i = 0; i < dip_graph_get_n_nodes (graph); i++)
    {
      const DipNode *node = dip_graph_get_node (graph, i);
      gsize n_scratch;

      if (!check_packs (self, info, graph, node, error))
        return FALSE;
      if (dip_executor_gives (node))
        continue;
      n_scratch = self->family->scratch_size (graph, node, info);
      if (n_scratch > info->max_allocation)
        return refuse_part (info, node->name, "intermediate values", n_scratch,
                            "allocate", info->max_allocation, error);
      self->n_scratch = MAX (self->n_scratch, n_scratch);
    }

  return TRUE;
}

/* Of inputs and conditions only what other nodes read. */
static gboolean
needs_place (const DipGraph *graph, DipValueId value)
{
  const DipNode *node = dip_graph_get_node (graph, value);
  gboolean is_read = FALSE;

  if (node->is_condition)
    return dip_conditions_makes (graph, value);
  if (node->op != DIP_OP_INPUT)
    return TRUE;

  for (guint i = value + 1; i < dip_graph_get_n_nodes (graph); i++)
    if (dip_node_reads (dip_graph_get_node (graph, i), value))
      {
        is_read = TRUE;
        if (!dip_graph_get_node (graph, i)->is_condition)
          return TRUE;
      }

  return !is_read;
}

static void
list_placed (DipProgramLayout *self, const DipGraph *graph)
{
  self->is_placed = g_new (gboolean, dip_graph_get_n_values (graph));
  for (guint i = 0; i < dip_graph_get_n_values (graph); i++)
    self->is_placed[i] = needs_place (graph, i);
}

/* Packs that nodes share count once. */
static guint64
count_weights (const DipProgramLayout *self, const DipGraph *graph)
{
  g_autoptr (GHashTable) seen =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint64 n_bytes = 0;

  for (guint i = 0; i < dip_graph_get_n_nodes (graph); i++)
    {
      DipPack packs[DIP_MAX_PACKS];
      guint n = dip_family_list_packs (self->family, graph, dip_graph_get_node (graph, i),
                                       packs);

      for (guint k = 0; k < n; k++)
        if (g_hash_table_add (seen, g_strdup_printf ("%u %" G_GSIZE_FORMAT " %s",
                                                     packs[k].weight, packs[k].n_bytes,
                                                     packs[k].format)))
          n_bytes += dip_align (packs[k].n_bytes);
    }

  return n_bytes;
}

/* Says before anything is allocated that it will not go, and what would. */
static gboolean
check_memory (const DipProgramLayout *self,
              const DipDeviceInfo *info,
              const DipGraph *graph,
              GError **error)
{
  const DipShape *shape =
      &dip_graph_get_value (graph, dip_graph_get_output (graph))->shape;
  guint64 n_batch = dip_plan_get_arena_size (self->plan) + self->n_up + self->n_down;
  guint64 n_always = self->n_weights + self->n_scratch;
  guint64 n_fitting = 0;
  g_autofree char *advice = NULL;

  if (n_always + n_batch <= info->memory)
    return TRUE;

  if (info->memory > n_always)
    n_fitting = count_fitting (info->memory - n_always, n_batch, shape->batch);
  advice = n_fitting > 0
               ? g_strdup_printf ("a batch of %" G_GUINT64_FORMAT " would fit", n_fitting)
               : g_strdup ("not even one picture would fit");
  g_set_error (error, DIP_RENDER_ERROR, DIP_RENDER_ERROR_TOO_LARGE,
               "a batch of %u pictures of %u x %u takes %.2f GB, and %s has %.2f GB: %s",
               shape->batch, shape->width, shape->height, (n_always + n_batch) / 1e9,
               info->name, info->memory / 1e9, advice);
  return FALSE;
}

gboolean
dip_program_layout_init (DipProgramLayout *self,
                         const DipFamily *family,
                         const DipDeviceInfo *info,
                         const DipGraph *graph,
                         gboolean keep_all,
                         GError **error)
{
  gsize n_largest;

  self->family = family;
  self->keep_all = keep_all;
  list_placed (self, graph);
  if (!check_values (self, info, graph, &n_largest, error) ||
      !check_nodes (self, info, graph, error))
    {
      dip_program_layout_clear (self);
      return FALSE;
    }

  self->block_bytes =
      MIN (info->max_allocation, MOST_BLOCK) / DIP_ALIGNMENT * DIP_ALIGNMENT;
  self->block_bytes = MAX (self->block_bytes, dip_align (n_largest));
  self->plan = dip_plan_new (graph, get_planned_bytes, self, DIP_ALIGNMENT,
                             self->block_bytes, keep_all);
  self->n_weights = count_weights (self, graph);
  self->n_down = get_value_bytes (self, graph, dip_graph_get_output (graph));
  for (guint i = 0; i < dip_graph_get_n_nodes (graph); i++)
    {
      const DipNode *node = dip_graph_get_node (graph, i);

      if (dip_executor_gives (node))
        self->n_up +=
            self->is_placed[i] ? get_value_bytes (self, graph, node->output) : 0;
    }

  if (keep_all || check_memory (self, info, graph, error))
    return TRUE;
  dip_program_layout_clear (self);
  return FALSE;
}

void
dip_program_layout_clear (DipProgramLayout *self)
{
  g_clear_pointer (&self->plan, dip_plan_free);
  g_clear_pointer (&self->is_placed, g_free);
}

gboolean
dip_executor_plan_memory (const DipDeviceInfo *info,
                          const DipFamily *family,
                          DipGraph *graph,
                          DipExecutorMemory *memory,
                          GError **error)
{
  DipProgramLayout layout = { 0 };

  if (!dip_program_layout_init (&layout, family, info, graph, FALSE, error))
    return FALSE;

  *memory = (DipExecutorMemory){ .arena = dip_plan_get_arena_size (layout.plan),
                                 .weights = layout.n_weights,
                                 .scratch = layout.n_scratch,
                                 .staging = layout.n_up + layout.n_down };
  memory->planned = memory->arena + memory->weights + memory->scratch + memory->staging;
  dip_program_layout_clear (&layout);

  return TRUE;
}
