#include "app/runs/job-private.h"

struct _DipJob
{
  GObject parent_instance;

  DipRunSettings *settings;
  DipJobState state;
  guint n_made;
};

enum
{
  PROP_0,
  PROP_STATE,
  PROP_N_MADE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (DipJob, dip_job, G_TYPE_OBJECT)

static void
dip_job_finalize (GObject *object)
{
  dip_run_settings_free (DIP_JOB (object)->settings);

  G_OBJECT_CLASS (dip_job_parent_class)->finalize (object);
}

static void
dip_job_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  DipJob *self = DIP_JOB (object);

  switch (prop_id)
    {
    case PROP_STATE:
      g_value_set_int (value, self->state);
      break;

    case PROP_N_MADE:
      g_value_set_uint (value, self->n_made);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
dip_job_class_init (DipJobClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = dip_job_finalize;
  object_class->get_property = dip_job_get_property;

  properties[PROP_STATE] =
      g_param_spec_int ("state", NULL, NULL, DIP_JOB_WAITING, DIP_JOB_FAILED,
                        DIP_JOB_WAITING, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_N_MADE] = g_param_spec_uint ("n-made", NULL, NULL, 0, G_MAXUINT, 0,
                                               G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
dip_job_init (DipJob *self)
{
}

const DipRunSettings *
dip_job_get_settings (DipJob *self)
{
  return self->settings;
}

DipJobState
dip_job_get_state (DipJob *self)
{
  return self->state;
}

guint
dip_job_get_n_made (DipJob *self)
{
  return self->n_made;
}

DipJob *
dip_job_new (const DipRunSettings *settings)
{
  DipJob *self = g_object_new (DIP_TYPE_JOB, NULL);

  self->settings = dip_run_settings_copy (settings);
  self->settings->count = MAX (self->settings->count, 1);
  self->settings->batch = CLAMP (self->settings->batch, 1, self->settings->count);

  return self;
}

void
dip_job_set_state (DipJob *self, DipJobState state)
{
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

void
dip_job_count_made (DipJob *self, guint n_more)
{
  self->n_made += n_more;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_MADE]);
}
