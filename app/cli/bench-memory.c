#include "app/cli/bench-memory.h"

#include "app/cli/network.h"
#include "model/storage/json.h"

#include <string.h>

/* "VmRSS:     1234 kB", or 0. */
static guint64
find_line (const char *status, const char *name)
{
  const char *line = strstr (status, name);

  return line != NULL ? g_ascii_strtoull (line + strlen (name), NULL, 10) * 1024 : 0;
}

gboolean
dip_process_memory_read (DipProcessMemory *self)
{
  g_autofree char *status = NULL;

  *self = (DipProcessMemory){ 0 };
  if (!g_file_get_contents ("/proc/self/status", &status, NULL, NULL))
    return FALSE;

  self->now = find_line (status, "\nVmRSS:");
  self->most = find_line (status, "\nVmHWM:");
  self->own = find_line (status, "\nRssAnon:") + find_line (status, "\nRssShmem:");
  self->files = find_line (status, "\nRssFile:");

  return self->now > 0 && self->most > 0;
}

static void
add_process (json_t *memory,
             const DipProcessMemory *start,
             guint64 n_planned,
             gboolean is_shared)
{
  DipProcessMemory process;
  json_t *object;

  if (start->now == 0 || !dip_process_memory_read (&process))
    return;

  object = json_object ();
  dip_json_set_int (object, "start", start->now);
  dip_json_set_int (object, "now", process.now);
  dip_json_set_int (object, "most", process.most);
  dip_json_set_int (object, "own_start", start->own);
  dip_json_set_int (object, "own", process.own);
  dip_json_set_int (object, "files_start", start->files);
  dip_json_set_int (object, "files", process.files);
  if (is_shared)
    dip_json_set_double (object, "of_plan",
                         ((double) process.most - start->now) / n_planned);
  dip_json_set_take (memory, "process", object);
}

void
dip_bench_add_memory (json_t *result,
                      DipExecutor *executor,
                      const DipProcessMemory *start,
                      gboolean is_shared)
{
  DipExecutorMemory memory;
  json_t *object = json_object ();

  dip_executor_get_memory (executor, &memory);
  dip_json_set_int (object, "planned", memory.planned);
  dip_json_set_int (object, "allocated", memory.allocated);
  dip_json_set_int (object, "arena", memory.arena);
  dip_json_set_int (object, "weights", memory.weights);
  dip_json_set_int (object, "scratch", memory.scratch);
  dip_json_set_int (object, "staging", memory.staging);
  add_process (object, start, memory.planned, is_shared);
  dip_json_set_take (result, "memory", object);
}

static char *
format (const json_t *object, const char *key)
{
  return dip_cli_format_bytes (json_number_value (json_object_get (object, key)));
}

void
dip_bench_print_memory (const json_t *result)
{
  const json_t *memory = json_object_get (result, "memory");
  const json_t *process = json_object_get (memory, "process");
  const json_t *of_plan = json_object_get (process, "of_plan");
  g_autofree char *planned = format (memory, "planned");
  g_autofree char *weights = format (memory, "weights");
  g_autofree char *allocated = format (memory, "allocated");
  g_autofree char *start = format (process, "start");
  g_autofree char *now = format (process, "now");
  g_autofree char *most = format (process, "most");

  dip_cli_print ("memory     %s planned (%s of it weights), %s allocated\n", planned,
                 weights, allocated);
  if (process == NULL)
    return;
  dip_cli_print ("process    %s at most, %s now, %s before the network", most, now,
                 start);
  if (of_plan != NULL)
    dip_cli_print ("; what came is %.2f of the plan", json_number_value (of_plan));
  dip_cli_print ("\n");
}
