#include "render/weights.h"
#include "render/transfer.h"

/* Where a pack is or will be. */
typedef struct
{
  DipRange range;
  gboolean is_filled;
} Place;

struct _DipWeights
{
  gatomicrefcount ref_count;
  DipDevice *device;
  const DipFamily *family;
  DipPool *pool;
  GHashTable *places; /* key as a string to Place */
  guint n_empty;      /* of them */
  GPtrArray *graphs;  /* that hold the data the keys point at */
  guint64 n_bytes;
};

/* The address of the data stands for the data: its graph is kept alive. */
static char *
make_key (const DipGraph *graph, const DipPack *pack)
{
  const DipWeight *weight = dip_graph_get_weight (graph, pack->weight);

  return g_strdup_printf ("%p %" G_GSIZE_FORMAT " %s", (const void *) weight->data,
                          pack->n_bytes, pack->format);
}

DipWeights *
dip_weights_new (DipDevice *device, const DipFamily *family)
{
  DipWeights *self = g_new0 (DipWeights, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->device = dip_device_ref (device);
  self->family = family;
  self->pool = dip_pool_new (device, "weights");
  self->places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->graphs = g_ptr_array_new_with_free_func ((GDestroyNotify) dip_graph_unref);

  return self;
}

DipWeights *
dip_weights_ref (DipWeights *self)
{
  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

void
dip_weights_unref (DipWeights *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_hash_table_unref (self->places);
  dip_pool_free (self->pool);
  g_ptr_array_unref (self->graphs);
  dip_device_unref (self->device);
  g_free (self);
}

static gboolean
load_pack (DipWeights *self,
           DipTransfer *transfer,
           DipGraph *graph,
           const DipNode *node,
           const DipPack *pack,
           guint i,
           GError **error)
{
  g_autofree char *key = make_key (graph, pack);
  Place *place = g_hash_table_lookup (self->places, key);
  g_autofree guint8 *bytes = NULL;

  g_assert (place != NULL);
  if (place->is_filled)
    return TRUE;

  bytes = g_malloc (pack->n_bytes);
  dip_node_hold_data (node, graph, TRUE);
  self->family->fill_pack (graph, node, i, bytes);
  dip_node_hold_data (node, graph, FALSE);
  if (!dip_transfer_upload (transfer, &place->range, bytes, error))
    return FALSE;
  place->is_filled = TRUE;
  self->n_empty--;

  return TRUE;
}

/* Bytes that have no place on the device yet. */
static guint64
count_missing (DipWeights *self, const DipGraph *graph)
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
        {
          g_autofree char *key = make_key (graph, &packs[k]);

          if (!g_hash_table_contains (self->places, key) &&
              g_hash_table_add (seen, g_steal_pointer (&key)))
            n_bytes += dip_align (packs[k].n_bytes);
        }
    }

  return n_bytes;
}

static gboolean
load_all (DipWeights *self,
          DipTransfer *transfer,
          DipGraph *graph,
          GCancellable *cancellable,
          GError **error)
{
  for (guint i = 0; i < dip_graph_get_n_nodes (graph); i++)
    {
      const DipNode *node = dip_graph_get_node (graph, i);
      DipPack packs[DIP_MAX_PACKS];
      guint n = dip_family_list_packs (self->family, graph, node, packs);

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      for (guint k = 0; k < n; k++)
        if (!load_pack (self, transfer, graph, node, &packs[k], k, error))
          return FALSE;
    }

  return TRUE;
}

static gboolean
reserve_pack (DipWeights *self, DipGraph *graph, const DipPack *pack, GError **error)
{
  g_autofree char *key = make_key (graph, pack);
  g_autofree Place *place = NULL;

  if (g_hash_table_contains (self->places, key))
    return TRUE;

  place = g_new0 (Place, 1);
  if (!dip_pool_take (self->pool, pack->n_bytes, &place->range, error))
    return FALSE;
  g_hash_table_insert (self->places, g_steal_pointer (&key), g_steal_pointer (&place));
  self->n_bytes += dip_align (pack->n_bytes);
  self->n_empty++;

  return TRUE;
}

gboolean
dip_weights_reserve (DipWeights *self, DipGraph *graph, GError **error)
{
  guint64 n_missing = count_missing (self, graph);

  if (n_missing == 0)
    return TRUE;

  g_ptr_array_add (self->graphs, dip_graph_ref (graph));
  dip_pool_expect (self->pool, n_missing);
  for (guint i = 0; i < dip_graph_get_n_nodes (graph); i++)
    {
      DipPack packs[DIP_MAX_PACKS];
      guint n = dip_family_list_packs (self->family, graph, dip_graph_get_node (graph, i),
                                       packs);

      for (guint k = 0; k < n; k++)
        if (!reserve_pack (self, graph, &packs[k], error))
          return FALSE;
    }

  return TRUE;
}

/* What was loaded before a failure stays, so it must arrive too. */
gboolean
dip_weights_load (DipWeights *self,
                  DipGraph *graph,
                  GCancellable *cancellable,
                  GError **error)
{
  g_autoptr (DipTransfer) transfer = NULL;
  gboolean is_loaded;

  if (!dip_weights_reserve (self, graph, error))
    return FALSE;
  if (self->n_empty == 0)
    return TRUE;
  transfer = dip_transfer_new (self->device, error);
  if (transfer == NULL)
    return FALSE;

  is_loaded = load_all (self, transfer, graph, cancellable, error);

  return dip_transfer_flush (transfer, is_loaded ? error : NULL) && is_loaded;
}

void
dip_weights_get_packs (DipWeights *self,
                       const DipGraph *graph,
                       const DipNode *node,
                       DipRange packs[DIP_MAX_PACKS])
{
  DipPack list[DIP_MAX_PACKS];
  guint n = dip_family_list_packs (self->family, graph, node, list);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *key = make_key (graph, &list[i]);
      const Place *place = g_hash_table_lookup (self->places, key);

      g_assert (place != NULL);
      packs[i] = place->range;
    }
}

const DipFamily *
dip_weights_get_family (const DipWeights *self)
{
  return self->family;
}

guint64
dip_weights_get_size (const DipWeights *self)
{
  return self->n_bytes;
}

guint64
dip_weights_get_allocated (const DipWeights *self)
{
  return dip_pool_get_allocated (self->pool);
}
