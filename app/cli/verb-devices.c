#include "app/cli/verbs.h"

#include "app/cli/network.h"
#include "model/storage/json.h"

/* M, N, K of the cooperative matrices, or null. */
static json_t *
make_matrix (const DipDeviceInfo *info)
{
  const guint32 *size = info->matrix_size;

  return size[0] > 0 ? json_pack ("[i,i,i]", size[0], size[1], size[2]) : json_null ();
}

static json_t *
make_json (const DipDeviceInfo *info, gboolean is_chosen)
{
  json_t *object = json_object ();

  dip_json_set_int (object, "index", info->index);
  dip_json_set_string (object, "name", info->name);
  dip_json_set_string (object, "type", dip_device_type_get_name (info->type));
  dip_json_set_string (object, "driver", info->driver);
  dip_json_set_int (object, "memory", info->memory);
  dip_json_set_int (object, "max_storage_buffer_range", info->max_range);
  dip_json_set_int (object, "shared_memory", info->shared_memory);
  dip_json_set_int (object, "subgroup_size", info->subgroup_size);
  dip_json_set_bool (object, "has_timestamps", info->has_timestamps);
  dip_json_set_bool (object, "half_storage", info->has_half_storage);
  dip_json_set_take (object, "matrix", make_matrix (info));
  dip_json_set_bool (object, "is_suitable", info->missing[0] == '\0');
  if (info->missing[0] != '\0')
    dip_json_set_string (object, "missing", info->missing);
  dip_json_set_bool (object, "is_chosen", is_chosen);

  return object;
}

static void
print_text (const DipDeviceInfo *info, gboolean is_chosen)
{
  g_autofree char *memory = dip_cli_format_bytes (info->memory);

  dip_cli_print ("%c %u  %s\n     %s, %s, %s of memory\n", is_chosen ? '*' : ' ',
                 info->index, info->name, dip_device_type_get_name (info->type),
                 info->driver, memory);
  if (info->missing[0] != '\0')
    dip_cli_print ("     cannot be used: it has no %s\n", info->missing);
}

gboolean
dip_verb_devices (DipCli *cli, int argc, char **argv, GError **error)
{
  static const DipVerbUsage usage = {
    .arguments = "",
    .max_args = 0,
    .summary = "Lists the Vulkan devices.  The one that would be used has a star;\n"
               "--device takes its number or part of its name.",
  };
  g_auto (GStrv) args = NULL;
  g_autofree DipDeviceInfo *infos = NULL;
  g_autoptr (GError) none_fits = NULL;
  const DipDeviceInfo *chosen;
  json_t *array;
  guint n_infos;

  if (!dip_cli_parse (cli, &usage, argc, argv, &args, error))
    return FALSE;

  infos = dip_device_list (&n_infos, error);
  if (infos == NULL)
    return FALSE;

  chosen = dip_device_choose (infos, n_infos, cli->device, G_MAXUINT, &none_fits);
  if (chosen == NULL && cli->device != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&none_fits));
      return FALSE;
    }

  if (!cli->json)
    {
      for (guint i = 0; i < n_infos; i++)
        print_text (&infos[i], &infos[i] == chosen);
      return TRUE;
    }

  array = json_array ();
  for (guint i = 0; i < n_infos; i++)
    json_array_append_new (array, make_json (&infos[i], &infos[i] == chosen));
  dip_cli_print_json (array);

  return TRUE;
}
