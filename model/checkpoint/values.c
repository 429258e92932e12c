#include "model/checkpoint/values.h"

#include <sys/mman.h>
#include <unistd.h>

typedef struct
{
  DipTensorFile *file;
  const DipTensor *tensor;
  guint n_holders;
} Entry;

struct _DipValues
{
  GMutex mutex;        /* guards the entries and what they fill */
  GHashTable *entries; /* the values' address → Entry */
  float *room;         /* NULL if there is none */
  gsize n_floats;
  gsize n_taken;
};

static gsize
get_page_bytes (void)
{
  return sysconf (_SC_PAGESIZE);
}

static gboolean
is_usable_in_place (const DipTensor *tensor)
{
  return G_BYTE_ORDER == G_LITTLE_ENDIAN && tensor->dtype == DIP_DTYPE_F32 &&
         (gsize) tensor->data % sizeof (float) == 0;
}

/* Whole pages, so that each can be given back by itself. */
gsize
dip_values_count_room (const DipTensor *tensor)
{
  gsize n_page = get_page_bytes () / sizeof (float);

  return is_usable_in_place (tensor)
             ? 0
             : (MAX (tensor->n_elements, 1) + n_page - 1) / n_page * n_page;
}

/* Address space: memory comes when it is written to. */
DipValues *
dip_values_new (gsize n_floats)
{
  g_autoptr (DipValues) self = g_new0 (DipValues, 1);
  void *room;

  g_mutex_init (&self->mutex);
  self->entries = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  if (n_floats == 0)
    return g_steal_pointer (&self);

  room = n_floats > G_MAXSIZE / sizeof (float)
             ? MAP_FAILED
             : mmap (NULL, n_floats * sizeof (float), PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (room == MAP_FAILED)
    return NULL;

  self->room = room;
  self->n_floats = n_floats;

  return g_steal_pointer (&self);
}

void
dip_values_free (DipValues *self)
{
  if (self == NULL)
    return;

  g_hash_table_unref (self->entries);
  if (self->room != NULL)
    munmap (self->room, self->n_floats * sizeof (float));
  g_mutex_clear (&self->mutex);
  g_free (self);
}

const float *
dip_values_add (DipValues *self,
                DipTensorFile *file,
                const DipTensor *tensor,
                GError **error)
{
  gsize n_floats = dip_values_count_room (tensor);
  const float *values = tensor->data;
  Entry *entry;

  if (n_floats > 0 && !dip_dtype_is_readable (tensor->dtype))
    {
      dip_tensor_to_float32 (tensor, NULL, error);
      return NULL;
    }
  if (n_floats > 0)
    {
      g_return_val_if_fail (n_floats <= self->n_floats - self->n_taken, NULL);
      values = self->room + self->n_taken;
      self->n_taken += n_floats;
    }

  entry = g_new0 (Entry, 1);
  entry->file = file;
  entry->tensor = tensor;
  g_hash_table_replace (self->entries, (gpointer) values, entry);

  return values;
}

void
dip_values_hold (DipValues *self, const float *values)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  Entry *entry = g_hash_table_lookup (self->entries, values);

  g_return_if_fail (entry != NULL);

  if (entry->n_holders++ > 0 || dip_values_count_room (entry->tensor) == 0)
    return;
  dip_tensor_to_float32 (entry->tensor, (float *) values, NULL);
  dip_tensor_file_forget (entry->file, entry->tensor->data, entry->tensor->n_bytes);
}

void
dip_values_release (DipValues *self, const float *values)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  Entry *entry = g_hash_table_lookup (self->entries, values);
  gsize n_floats;

  g_return_if_fail (entry != NULL && entry->n_holders > 0);

  if (--entry->n_holders > 0)
    return;
  n_floats = dip_values_count_room (entry->tensor);
  if (n_floats == 0)
    dip_tensor_file_forget (entry->file, values, entry->tensor->n_bytes);
  else
    madvise ((void *) values, n_floats * sizeof (float), MADV_DONTNEED);
}
