#include "app/files/library-entry.h"

#include <glib/gi18n.h>
#include <string.h>

#include "model/storage/json.h"

struct _DipLibraryEntry
{
  GObject parent_instance;

  char *path;
  char *stem;
  char *provenance;      /* JSON */
  const char *scheduler; /* interned: diffusers' class, or "?" */
  char *beginning;       /* what it began from besides noise */
  char *time;
  gint64 seed;
  guint n_steps;
  gboolean starred;
  char *note;
  guint position;
};

enum
{
  PROP_0,
  PROP_STARRED,
  PROP_NOTE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (DipLibraryEntry, dip_library_entry, G_TYPE_OBJECT)

static void
dip_library_entry_finalize (GObject *object)
{
  DipLibraryEntry *self = DIP_LIBRARY_ENTRY (object);

  g_free (self->provenance);
  g_free (self->beginning);
  g_free (self->time);
  g_free (self->path);
  g_free (self->stem);
  g_free (self->note);

  G_OBJECT_CLASS (dip_library_entry_parent_class)->finalize (object);
}

static void
dip_library_entry_get_property (GObject *object,
                                guint prop_id,
                                GValue *value,
                                GParamSpec *pspec)
{
  DipLibraryEntry *self = DIP_LIBRARY_ENTRY (object);

  switch (prop_id)
    {
    case PROP_STARRED:
      g_value_set_boolean (value, self->starred);
      break;

    case PROP_NOTE:
      g_value_set_string (value, self->note);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
dip_library_entry_class_init (DipLibraryEntryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = dip_library_entry_finalize;
  object_class->get_property = dip_library_entry_get_property;

  properties[PROP_STARRED] = g_param_spec_boolean (
      "starred", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_NOTE] = g_param_spec_string ("note", NULL, NULL, "",
                                               G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
dip_library_entry_init (DipLibraryEntry *self)
{
  self->note = g_strdup ("");
}

/* What it began from besides noise: " · from step 12", " · SDEdit 0.6"; "" for nothing. */
static char *
describe_beginning (const json_t *provenance)
{
  const json_t *fork = json_object_get (provenance, "fork");
  const json_t *between = json_object_get (provenance, "interpolate");
  const json_t *weight = json_object_get (between, "weight");
  const json_t *strength = json_object_get (provenance, "strength");

  if (fork != NULL)
    return g_strdup_printf (_ (" · fork at %u"),
                            (guint) json_integer_value (json_object_get (fork, "step")));
  if (weight != NULL)
    return g_strdup_printf (" · %.3g → %" JSON_INTEGER_FORMAT, json_number_value (weight),
                            json_integer_value (json_object_get (between, "to")));
  if (strength != NULL && json_object_get (provenance, "from") != NULL)
    return g_strdup_printf (" · SDEdit %.3g", json_number_value (strength));

  return g_strdup ("");
}

static const char *
get_string (const json_t *object, const char *key, const char *fallback)
{
  const char *found = json_string_value (json_object_get (object, key));

  return found != NULL ? found : fallback;
}

DipLibraryEntry *
dip_library_entry_new (const char *path, const json_t *provenance)
{
  DipLibraryEntry *self = g_object_new (DIP_TYPE_LIBRARY_ENTRY, NULL);
  const json_t *seed = json_object_get (provenance, "seed");

  self->path = g_strdup (path);
  self->stem = g_path_get_basename (path);
  if (g_str_has_suffix (self->stem, ".png"))
    self->stem[strlen (self->stem) - strlen (".png")] = '\0';
  self->provenance = dip_json_dump_line (provenance);
  self->scheduler = g_intern_string (get_string (provenance, "scheduler", "?"));
  self->beginning = describe_beginning (provenance);
  self->time = g_strdup (get_string (provenance, "time", ""));
  self->seed = json_is_integer (seed) ? json_integer_value (seed) : -1;
  self->n_steps = (guint) json_integer_value (json_object_get (provenance, "steps"));

  return self;
}

const char *
dip_library_entry_get_path (DipLibraryEntry *self)
{
  return self->path;
}

char *
dip_library_entry_make_values_path (DipLibraryEntry *self)
{
  g_autofree char *folder = g_path_get_dirname (self->path);
  g_autofree char *name = g_strconcat (self->stem, ".safetensors", NULL);

  return g_build_filename (folder, name, NULL);
}

const char *
dip_library_entry_get_stem (DipLibraryEntry *self)
{
  return self->stem;
}

json_t *
dip_library_entry_make_provenance (DipLibraryEntry *self)
{
  json_t *provenance = json_loads (self->provenance, 0, NULL);

  return provenance != NULL ? provenance : json_object ();
}

gint64
dip_library_entry_get_seed (DipLibraryEntry *self)
{
  return self->seed;
}

const char *
dip_library_entry_get_time (DipLibraryEntry *self)
{
  return self->time;
}

char *
dip_library_entry_describe (DipLibraryEntry *self)
{
  g_autofree char *name = g_strdup (self->scheduler);

  /* "DDIMScheduler": diffusers' word without its ending. */
  if (g_str_has_suffix (name, "Scheduler"))
    name[strlen (name) - strlen ("Scheduler")] = '\0';

  return g_strdup_printf (ngettext ("%s · %u step%s", "%s · %u steps%s", self->n_steps),
                          name, self->n_steps, self->beginning);
}

gboolean
dip_library_entry_get_starred (DipLibraryEntry *self)
{
  return self->starred;
}

const char *
dip_library_entry_get_note (DipLibraryEntry *self)
{
  return self->note;
}

void
dip_library_entry_set_starred (DipLibraryEntry *self, gboolean starred)
{
  if (self->starred == starred)
    return;
  self->starred = starred;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STARRED]);
}

void
dip_library_entry_set_note (DipLibraryEntry *self, const char *note)
{
  if (g_strcmp0 (self->note, note) == 0)
    return;
  g_free (self->note);
  self->note = g_strdup (note != NULL ? note : "");
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NOTE]);
}

guint
dip_library_entry_get_position (DipLibraryEntry *self)
{
  return self->position;
}

void
dip_library_entry_set_position (DipLibraryEntry *self, guint position)
{
  self->position = position;
}
