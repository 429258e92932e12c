#include "model/pair/mask-recipe.h"

#include "model/storage/error.h"
#include "model/storage/json.h"

#include <math.h>
#include <string.h>

static const struct
{
  const char *name;
  double parameters[DIP_N_MASK_PARAMETERS];
} algorithms[DIP_N_MASK_ALGORITHMS] = {
  [DIP_MASK_BACKGROUND] = { "background", { 1.0, 2.0, 12.0, 0.0 } },
  [DIP_MASK_OTSU] = { "otsu", { 1.0, 2.0, 12.0, 0.0 } },
  [DIP_MASK_SCALED_OTSU] = { "scaled-otsu", { 0.175, 4.0, 12.0, 2.0 } },
  [DIP_MASK_TRIANGLE] = { "triangle", { 1.0, 2.0, 12.0, 0.0 } },
  [DIP_MASK_LI] = { "li", { 1.0, 2.0, 12.0, 0.0 } },
};

static const DipMaskParameterInfo infos[DIP_N_MASK_PARAMETERS] = {
  [DIP_MASK_SCALE] = { "scale", "Threshold", "×", 0.05, 4.0, 0.025 },
  [DIP_MASK_BLUR] = { "blur", "Blur", "‰", 0.0, 20.0, 0.5 },
  [DIP_MASK_OPENING] = { "opening", "Opening", "‰", 0.0, 50.0, 1.0 },
  [DIP_MASK_GROWTH] = { "growth", "Growth", "‰", -50.0, 50.0, 1.0 },
};

const DipMaskParameterInfo *
dip_mask_parameter_get_info (DipMaskParameter parameter)
{
  g_return_val_if_fail ((guint) parameter < DIP_N_MASK_PARAMETERS, NULL);

  return &infos[parameter];
}

const char *
dip_mask_algorithm_get_name (DipMaskAlgorithm algorithm)
{
  g_return_val_if_fail ((guint) algorithm < DIP_N_MASK_ALGORITHMS, NULL);

  return algorithms[algorithm].name;
}

gboolean
dip_mask_algorithm_from_name (const char *name, DipMaskAlgorithm *algorithm)
{
  for (guint i = 0; i < DIP_N_MASK_ALGORITHMS; i++)
    if (g_strcmp0 (name, algorithms[i].name) == 0)
      {
        *algorithm = (DipMaskAlgorithm) i;
        return TRUE;
      }

  return FALSE;
}

void
dip_mask_recipe_init (DipMaskRecipe *self, DipMaskAlgorithm algorithm)
{
  g_return_if_fail ((guint) algorithm < DIP_N_MASK_ALGORITHMS);

  self->algorithm = algorithm;
  memcpy (self->parameters, algorithms[algorithm].parameters, sizeof self->parameters);
  self->has_pectoral = TRUE;
}

void
dip_mask_recipe_set (DipMaskRecipe *self, DipMaskParameter parameter, double value)
{
  const DipMaskParameterInfo *info = dip_mask_parameter_get_info (parameter);

  g_return_if_fail (info != NULL);

  self->parameters[parameter] =
      isnan (value) ? info->minimum : CLAMP (value, info->minimum, info->maximum);
}

gboolean
dip_mask_recipe_equal (const DipMaskRecipe *a, const DipMaskRecipe *b)
{
  for (guint p = 0; p < DIP_N_MASK_PARAMETERS; p++)
    if (a->parameters[p] != b->parameters[p])
      return FALSE;

  return a->algorithm == b->algorithm && !a->has_pectoral == !b->has_pectoral;
}

char *
dip_mask_recipe_to_text (const DipMaskRecipe *self)
{
  GString *text = g_string_new (dip_mask_algorithm_get_name (self->algorithm));

  g_string_append (text, " " DIP_MASK_VERSION " (");
  for (guint p = 0; p < DIP_N_MASK_PARAMETERS; p++)
    {
      char number[G_ASCII_DTOSTR_BUF_SIZE];
      const gboolean is_factor = p == DIP_MASK_SCALE;

      g_ascii_formatd (number, sizeof number, "%.4g", self->parameters[p]);
      g_string_append_printf (text, "%s%s %s%s%s", p > 0 ? ", " : "", infos[p].name,
                              number, is_factor ? "" : " ",
                              is_factor ? "" : infos[p].unit);
    }
  g_string_append_printf (text, "), pectoral muscle %s",
                          self->has_pectoral ? "in" : "out");

  return g_string_free (text, FALSE);
}

json_t *
dip_mask_recipe_to_json (const DipMaskRecipe *self)
{
  json_t *json = json_object ();

  dip_json_set_string (json, "algorithm", dip_mask_algorithm_get_name (self->algorithm));
  dip_json_set_string (json, "version", DIP_MASK_VERSION);
  for (guint p = 0; p < DIP_N_MASK_PARAMETERS; p++)
    dip_json_set_double (json, infos[p].name, self->parameters[p]);
  dip_json_set_bool (json, "pectoral", self->has_pectoral);

  return json;
}

static gboolean
take_algorithm (DipMaskRecipe *self, json_t *value, const char *name, GError **error)
{
  DipMaskAlgorithm algorithm = self->algorithm;

  if (value == NULL)
    return TRUE;
  if (!json_is_string (value) ||
      !dip_mask_algorithm_from_name (json_string_value (value), &algorithm))
    {
      dip_storage_set_error (
          error, DIP_STORAGE_ERROR_VALUE, name,
          "'algorithm' must be background, otsu, scaled-otsu, triangle or "
          "li, found %s",
          json_is_string (value) ? json_string_value (value) : "no string");
      return FALSE;
    }
  dip_mask_recipe_init (self, algorithm);

  return TRUE;
}

static gboolean
take_parameter (DipMaskRecipe *self,
                DipMaskParameter parameter,
                json_t *value,
                const char *name,
                GError **error)
{
  const DipMaskParameterInfo *info = &infos[parameter];
  const double number = json_number_value (value);

  if (value == NULL)
    return TRUE;
  if (!json_is_number (value) || !(number >= info->minimum && number <= info->maximum))
    {
      dip_storage_set_error (error, DIP_STORAGE_ERROR_VALUE, name,
                             "'%s' must be a number from %g to %g", info->name,
                             info->minimum, info->maximum);
      return FALSE;
    }
  self->parameters[parameter] = number;

  return TRUE;
}

gboolean
dip_mask_recipe_from_json (DipMaskRecipe *self,
                           json_t *json,
                           const char *name,
                           GError **error)
{
  DipMaskRecipe read = *self;
  json_t *pectoral = json_object_get (json, "pectoral");

  if (!json_is_object (json) || (pectoral != NULL && !json_is_boolean (pectoral)))
    {
      dip_storage_set_error (error, DIP_STORAGE_ERROR_VALUE, name, "%s",
                             json_is_object (json) ? "'pectoral' must be true or false"
                                                   : "a mask's recipe must be an object");
      return FALSE;
    }
  if (!take_algorithm (&read, json_object_get (json, "algorithm"), name, error))
    return FALSE;
  for (guint p = 0; p < DIP_N_MASK_PARAMETERS; p++)
    if (!take_parameter (&read, p, json_object_get (json, infos[p].name), name, error))
      return FALSE;
  if (pectoral != NULL)
    read.has_pectoral = json_is_true (pectoral);
  *self = read;

  return TRUE;
}
