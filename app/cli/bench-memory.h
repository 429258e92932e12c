#pragma once

#include "app/cli/cli.h"
#include "render/executor.h"

G_BEGIN_DECLS

/* Memory of this process, in bytes, as the kernel counts it: pages of program and
 * files that are mapped and in memory are a part of it.
 */
typedef struct
{
  guint64 now;   /* VmRSS */
  guint64 most;  /* VmHWM: the most so far */
  guint64 own;   /* RssAnon and RssShmem: what no file holds too */
  guint64 files; /* RssFile */
} DipProcessMemory;

/* FALSE where the system does not say. */
gboolean dip_process_memory_read (DipProcessMemory *self);

/* Adds "memory" to @result: the plan of @executor and, beside it, the process.
 * @start: the process when its device was open and nothing else was loaded; what it
 * takes beyond that at most is held against the plan where device and host share a memory
 * ("of_plan", @is_shared).  That depends on how many pages of the weights' file the system
 * keeps while they are packed; "own" and "files", start and now, do not.
 */
void dip_bench_add_memory (json_t *result,
                           DipExecutor *executor,
                           const DipProcessMemory *start,
                           gboolean is_shared);
void dip_bench_print_memory (const json_t *result);

G_END_DECLS
