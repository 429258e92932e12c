#include "app/cli/measure-film.h"

#include "app/cli/cli.h"
#include "model/storage/json.h"
#include "model/storage/tensor-file.h"

#include <math.h>
#include <string.h>

/* What a curve is made of: the figures that say how the views belong together. */
static const char *const curve_keys[] = {
  "iou",       "dice",        "cc_pnl",         "mlo_pnl",
  "pnl_ratio", "ap_distance", "ap_correlation", "third_residual",
  "cc_area",   "mlo_area",    "pectoral_angle"
};

typedef struct
{
  const DipTensor *tensor; /* pred_x0 (K, B, C, H, W) float32 */
  guint n_steps, n_images, n_channels, height, width;
} Film;

static gboolean
refuse (const char *path, const char *what, GError **error)
{
  g_set_error (error, DIP_CLI_ERROR, DIP_CLI_ERROR_FAILED, "%s: %s", path, what);
  return FALSE;
}

static gboolean
open_film (Film *film, DipTensorFile *file, const char *path, GError **error)
{
  const DipTensor *tensor = dip_tensor_file_lookup (file, "pred_x0");
  const DipTensor *timesteps = dip_tensor_file_lookup (file, "timesteps");

  if (tensor == NULL || timesteps == NULL)
    return refuse (path, "wants the tensors pred_x0 and timesteps of a trajectory",
                   error);
  if (tensor->n_dims != 5 || tensor->dtype != DIP_DTYPE_F32 || tensor->n_elements == 0)
    return refuse (path, "pred_x0 must be (K, B, C, H, W) of float32", error);
  if (tensor->shape[2] < 2)
    return refuse (path, "pred_x0 has one channel, and figures want CC and MLO", error);
  if (timesteps->n_dims != 1 || timesteps->shape[0] != tensor->shape[0])
    return refuse (path, "timesteps must have as many entries as pred_x0", error);
  if (tensor->shape[3] > DIP_PNG_MAX_SIDE || tensor->shape[4] > DIP_PNG_MAX_SIDE)
    return refuse (path, "pred_x0 is of a picture too large", error);

  *film = (Film){ tensor,
                  (guint) tensor->shape[0],
                  (guint) tensor->shape[1],
                  (guint) tensor->shape[2],
                  (guint) tensor->shape[3],
                  (guint) tensor->shape[4] };
  return TRUE;
}

static void
measure_step (const Film *film,
              guint step,
              guint image,
              const DipMeasureHow *how,
              DipPairFigures *figures)
{
  const gsize n = (gsize) film->n_channels * film->height * film->width;
  g_autofree float *sample = g_new (float, n);
  g_autoptr (DipPair) pair = NULL;
  g_autoptr (DipFoundView) cc = NULL;
  g_autoptr (DipFoundView) mlo = NULL;

  memcpy (sample,
          (const char *) film->tensor->data +
              ((gsize) step * film->n_images + image) * n * sizeof (float),
          n * sizeof (float));
  pair = dip_pair_new_from_network (sample, film->n_channels, film->width, film->height,
                                    how->third);
  cc = dip_found_view_new (pair->cc, DIP_VIEW_POSITION_CC, &how->recipe, DIP_FLIP_NEVER);
  mlo =
      dip_found_view_new (pair->mlo, DIP_VIEW_POSITION_MLO, &how->recipe, DIP_FLIP_NEVER);
  dip_pair_figures_compute (figures, cc, mlo, pair->third, how->third, how->spacing_mm,
                            DIP_FIGURES_LIVE);
}

static guint
find_figure (const char *key)
{
  for (guint i = 0; i < dip_figures_get_count (); i++)
    if (g_str_equal (dip_figure_infos[i].key, key))
      return i;

  g_assert_not_reached ();
}

static json_t *
number_or_null (double value)
{
  return isfinite (value) ? json_real (value) : json_null ();
}

static json_t *
make_curves (const DipPairFigures *figures, guint n_steps)
{
  json_t *curves = json_object ();

  for (guint k = 0; k < G_N_ELEMENTS (curve_keys); k++)
    {
      json_t *curve = json_array ();
      const guint index = find_figure (curve_keys[k]);

      for (guint s = 0; s < n_steps; s++)
        json_array_append_new (
            curve, number_or_null (dip_pair_figures_get (&figures[s], index)));
      dip_json_set_take (curves, curve_keys[k], curve);
    }

  return curves;
}

/* Whole, or float32 where a solver asks between the whole ones. */
static json_t *
timesteps_to_json (const DipTensor *tensor, GError **error)
{
  g_autofree float *values = NULL;
  json_t *array;

  if (tensor->dtype != DIP_DTYPE_I64)
    {
      values = dip_tensor_dup_float32 (tensor, error);
      if (values == NULL)
        return NULL;
    }
  array = json_array ();
  for (gsize i = 0; i < tensor->n_elements; i++)
    {
      gint64 whole;

      if (values != NULL)
        json_array_append_new (array, number_or_null ((double) values[i]));
      else
        {
          memcpy (&whole, (const char *) tensor->data + i * sizeof whole, sizeof whole);
          json_array_append_new (array, json_integer (whole));
        }
    }

  return array;
}

json_t *
dip_measure_film (const char *path,
                  const DipMeasureHow *how,
                  GCancellable *cancellable,
                  GError **error)
{
  g_autoptr (DipTensorFile) file = dip_tensor_file_open (path, error);
  g_autofree DipPairFigures *figures = NULL;
  json_t *object, *times, *images;
  Film film;

  if (file == NULL || !open_film (&film, file, path, error))
    return NULL;
  times = timesteps_to_json (dip_tensor_file_lookup (file, "timesteps"), error);
  if (times == NULL)
    return NULL;

  figures = g_new (DipPairFigures, film.n_steps);
  images = json_array ();
  for (guint b = 0; b < film.n_images; b++)
    {
      for (guint s = 0; s < film.n_steps; s++)
        {
          if (g_cancellable_set_error_if_cancelled (cancellable, error))
            {
              json_decref (images);
              json_decref (times);
              return NULL;
            }
          measure_step (&film, s, b, how, &figures[s]);
        }
      json_array_append_new (images, make_curves (figures, film.n_steps));
    }
  object = json_object ();
  dip_json_set_string (object, "trajectory", path);
  dip_json_set_take (object, "timesteps", times);
  dip_json_set_take (object, "mask", dip_mask_recipe_to_json (&how->recipe));
  dip_json_set_take (object, "figures", images);

  return object;
}
