#pragma once

#include "model/sampler/scheduler-config.h"

G_BEGIN_DECLS

/* The keys of scheduler_config.json and the classes that take them. */

typedef enum
{
  DIP_KEY_BOOL,
  DIP_KEY_INT,
  DIP_KEY_DOUBLE,
  DIP_KEY_OPTIONAL, /* a double, or null for no value, which is kept as NaN */
  DIP_KEY_CHOICE,   /* null is a value (-1) where it is the class's default */
  DIP_KEY_BETAS,    /* trained_betas: doubles, or null */
  DIP_KEY_STEPS,    /* disable_corrector: steps, counted from 0 */
  DIP_KEY_FALSE,    /* a way of sampling that there is no solver for: only false */
  DIP_KEY_NULL,     /* the same: only null */
} DipKeyType;

/* One key and where its value is kept. */
typedef struct
{
  const char *name;
  DipKeyType type;
  gsize offset;               /* in DipSchedulerConfig */
  double min, max;            /* of numbers */
  const char *const *choices; /* CHOICE: the names of the enum, in its order */
} DipSchedulerKey;

/* A scheduler class of diffusers. */
typedef struct
{
  const char *class_name;
  const char *short_name;
  const char *const *keys;     /* NULL-terminated, in the order of its constructor */
  guint beta_schedules;        /* the DipBetaSchedules it knows: 1 << each */
  guint prediction_types;      /* the DipPredictionTypes, likewise */
  DipSchedulerConfig defaults; /* of the keys */
} DipSchedulerClass;

const DipSchedulerClass *dip_scheduler_class_get (DipSchedulerKind kind);

/* Every name in a class's list has a key. */
const DipSchedulerKey *dip_scheduler_key_find (const char *name);

/* The bits of the choices of @key that @klass takes. */
guint dip_scheduler_class_get_choices (const DipSchedulerClass *klass,
                                       const DipSchedulerKey *key);

/* The end of reading: names of another class's ways become the class's own.  Fails with
 * DIP_STORAGE_ERROR_VALUE, naming the key of @json, where values do not go together.
 */
gboolean
dip_scheduler_config_settle (DipSchedulerConfig *self, DipJson *json, GError **error);

G_END_DECLS
