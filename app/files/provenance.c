#include "app/files/provenance.h"

#include "model/sampler/solver-settings.h"
#include "model/storage/json.h"

json_t *
dip_provenance_make_shared (const DipProvenance *self, GError **error)
{
  const char *sha256 = dip_checkpoint_get_sha256 (self->checkpoint, error);
  double spacing = dip_checkpoint_get_pixel_spacing_mm (self->checkpoint);
  g_autofree char *name = NULL;
  json_t *object;

  if (sha256 == NULL)
    return NULL;

  name = g_path_get_basename (dip_checkpoint_get_path (self->checkpoint));
  object = json_object ();
  dip_json_set_bool (object, "synthetic", TRUE);
  dip_json_set_string (object, "generator", "Diptych " DIPTYCH_VERSION);
  dip_json_set_string (object, "version", DIPTYCH_VERSION);
  dip_json_set_string (object, "checkpoint", name);
  dip_json_set_string (object, "checkpoint_sha256", sha256);
  dip_json_set_string (object, "third_channel", dip_third_get_name (self->third));
  if (spacing > 0)
    dip_json_set_double (object, "pixel_spacing_mm", spacing);
  dip_json_set_string (object, "scheduler",
                       dip_scheduler_kind_get_class_name (self->scheduler->kind));
  dip_json_set_take (object, "scheduler_config",
                     dip_scheduler_config_to_json (self->scheduler));
  dip_json_set_int (object, "steps", self->solver->n_steps);
  dip_json_set_double (object, "eta", self->solver->eta);
  dip_json_set_double (object, "churn", self->solver->churn);
  dip_solver_settings_note_extras (self->solver, object);
  dip_json_set_int (object, "width", self->width);
  dip_json_set_int (object, "height", self->height);
  if (self->class_label >= 0)
    dip_json_set_int (object, "class_label", self->class_label);
  if (self->noise_sha256 != NULL)
    dip_json_set_string (object, "noise_sha256", self->noise_sha256);
  dip_json_set_string (object, "precision", self->precision);

  return object;
}

json_t *
dip_provenance_make_pair (const json_t *shared,
                          guint64 seed,
                          const char *device,
                          const char *kernels)
{
  json_t *object = json_object ();

  dip_json_set_int (object, "seed", seed);
  json_object_update (object, (json_t *) shared);
  dip_json_set_string (object, "device", device);
  dip_json_set_string (object, "kernels", kernels);

  return object;
}
