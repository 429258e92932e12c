#include "model/sampler/scheduler-config.h"

#include <math.h>

#include "model/sampler/scheduler-keys.h"

/* A configuration as scheduler_config.json has it. */

static json_t *
betas_to_json (const DipSchedulerConfig *self)
{
  json_t *list;

  if (self->trained_betas == NULL)
    return json_null ();

  list = json_array ();
  for (gsize i = 0; i < self->n_trained_betas; i++)
    json_array_append_new (list, json_real (self->trained_betas[i]));

  return list;
}

static json_t *
steps_to_json (const DipSchedulerConfig *self)
{
  json_t *list = json_array ();

  for (gsize i = 0; i < self->n_disable_corrector; i++)
    json_array_append_new (list, json_integer (self->disable_corrector[i]));

  return list;
}

static json_t *
key_to_json (const DipSchedulerConfig *self, const DipSchedulerKey *key)
{
  gconstpointer field = G_STRUCT_MEMBER_P (self, key->offset);
  double number;
  int choice;

  switch (key->type)
    {
    case DIP_KEY_BOOL:
      return json_boolean (*(const gboolean *) field);

    case DIP_KEY_INT:
      return json_integer (*(const int *) field);

    case DIP_KEY_DOUBLE:
    case DIP_KEY_OPTIONAL:
      number = *(const double *) field;
      return isnan (number) ? json_null () : json_real (number);

    case DIP_KEY_CHOICE:
      choice = *(const int *) field;
      return choice < 0 ? json_null () : json_string (key->choices[choice]);

    case DIP_KEY_BETAS:
      return betas_to_json (self);

    case DIP_KEY_STEPS:
      return steps_to_json (self);

    case DIP_KEY_FALSE:
      return json_false ();

    case DIP_KEY_NULL:
      return json_null ();
    }

  g_assert_not_reached ();
}

json_t *
dip_scheduler_config_to_json (const DipSchedulerConfig *self)
{
  const DipSchedulerClass *klass;
  json_t *object;

  g_return_val_if_fail (self != NULL, NULL);

  klass = dip_scheduler_class_get (self->kind);
  object = json_object ();
  dip_json_set_string (object, "_class_name", klass->class_name);
  for (guint i = 0; klass->keys[i] != NULL; i++)
    dip_json_set_take (object, klass->keys[i],
                       key_to_json (self, dip_scheduler_key_find (klass->keys[i])));
  json_object_update_missing (object, self->extra);

  return object;
}
