#include "model/checkpoint/weight-names.h"

#include <string.h>

static const struct
{
  const char *old;
  const char *modern;
} layers[] = {
  { "query", "to_q" },
  { "key", "to_k" },
  { "value", "to_v" },
  { "proj_attn", "to_out.0" },
};

/* The length of "…attentions.N." where @name begins with a path to an attention
 * layer's own members; 0 elsewhere. */
static gsize
get_attention_prefix_length (const char *name)
{
  const char *p = strstr (name, "attentions.");

  if (p == NULL || (p != name && p[-1] != '.'))
    return 0;

  p += strlen ("attentions.");
  if (!g_ascii_isdigit (*p))
    return 0;
  while (g_ascii_isdigit (*p))
    p++;

  return *p == '.' ? p + 1 - name : 0;
}

char *
dip_weight_name_modernize (const char *name)
{
  gsize n_prefix = get_attention_prefix_length (name);
  const char *member = name + n_prefix;

  for (gsize i = 0; n_prefix > 0 && i < G_N_ELEMENTS (layers); i++)
    {
      gsize n_old = strlen (layers[i].old);

      if (g_str_has_prefix (member, layers[i].old) && member[n_old] == '.')
        return g_strdup_printf ("%.*s%s%s", (int) n_prefix, name, layers[i].modern,
                                member + n_old);
    }

  return g_strdup (name);
}
