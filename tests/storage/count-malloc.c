#include "tests/storage/count-malloc.h"

#include <malloc.h>
#include <stddef.h>

static gssize in_use;
static gssize at_reset;
static gssize peak;
static guint64 n_calls_of_all;
static __thread guint64 n_calls;

gboolean
dip_heap_is_counted (void)
{
#ifdef __SANITIZE_ADDRESS__
  return FALSE;
#else
  return TRUE;
#endif
}

void
dip_heap_reset_peak (void)
{
  at_reset = in_use;
  peak = in_use;
}

gsize
dip_heap_get_peak (void)
{
  return MAX (0, peak - at_reset);
}

guint64
dip_heap_get_n_calls (void)
{
  return n_calls;
}

guint64
dip_heap_get_n_calls_of_all (void)
{
  return __atomic_load_n (&n_calls_of_all, __ATOMIC_RELAXED);
}

#ifndef __SANITIZE_ADDRESS__

/* glibc's own names for what is wrapped here. */
extern void *__libc_malloc (size_t n_bytes);
extern void *__libc_calloc (size_t n, size_t n_bytes);
extern void *__libc_realloc (void *block, size_t n_bytes);
extern void __libc_free (void *block);

static void
count (gssize n_bytes)
{
  gssize now = __atomic_add_fetch (&in_use, n_bytes, __ATOMIC_RELAXED);

  if (now > __atomic_load_n (&peak, __ATOMIC_RELAXED))
    __atomic_store_n (&peak, now, __ATOMIC_RELAXED);
}

static void
count_call (void)
{
  n_calls++;
  __atomic_add_fetch (&n_calls_of_all, 1, __ATOMIC_RELAXED);
}

void *
malloc (size_t n_bytes)
{
  void *block = __libc_malloc (n_bytes);

  count_call ();
  count (malloc_usable_size (block));
  return block;
}

void *
calloc (size_t n, size_t n_bytes)
{
  void *block = __libc_calloc (n, n_bytes);

  count_call ();
  count (malloc_usable_size (block));
  return block;
}

/* Old and new block are counted together, as they are in the worst case. */
void *
realloc (void *old, size_t n_bytes)
{
  gssize n_old = malloc_usable_size (old);
  void *block;

  count_call ();
  count (n_bytes);
  block = __libc_realloc (old, n_bytes);
  count (-(gssize) n_bytes);

  if (block != NULL || n_bytes == 0)
    count ((gssize) malloc_usable_size (block) - n_old);
  return block;
}

void
free (void *block)
{
  count (-(gssize) malloc_usable_size (block));
  __libc_free (block);
}

#endif
