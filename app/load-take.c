#include "app/load-take.h"

#include <string.h>

#include "app/mask-store.h"
#include "model/pair/png.h"
#include "model/sampler/fork.h"
#include "model/sampler/trajectory-file.h"
#include "model/storage/error.h"
#include "model/storage/json.h"
#include "model/storage/tensor-file.h"

/* Of an opened trajectory in memory; the rest of it lies in a temporary file. */
#define FILM_MEMORY ((guint64) 64 << 20)

/* What a file says of itself, or NULL. */
static json_t *
parse_text (const char *text, const char *path)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (DipJson) json = NULL;

  if (text == NULL)
    return NULL;
  bytes = g_bytes_new_static (text, strlen (text));
  json = dip_json_load_bytes (bytes, path, NULL);

  return json != NULL ? json_incref (dip_json_get_root (json)) : NULL;
}

static DipThird
get_third (const json_t *provenance)
{
  DipThird third = DIP_THIRD_ABSDIFF;

  dip_third_from_name (json_string_value (json_object_get (provenance, "third_channel")),
                       &third);

  return third;
}

/* STEM.safetensors beside STEM.png, (3, H, W) float32: the picture before rounding. */
static DipTake *
load_values (const char *path, const DipPng *png, json_t *provenance)
{
  g_autofree char *stem = NULL;
  g_autofree char *values_path = NULL;
  g_autoptr (DipTensorFile) file = NULL;
  const DipTensor *tensor;
  gint64 wanted[] = { 3, png->height, png->width };

  if (!g_str_has_suffix (path, ".png"))
    return NULL;
  stem = g_strndup (path, strlen (path) - strlen (".png"));
  values_path = g_strconcat (stem, ".safetensors", NULL);
  if (!g_file_test (values_path, G_FILE_TEST_IS_REGULAR))
    return NULL;
  file = dip_tensor_file_open (values_path, NULL);
  tensor = file != NULL ? dip_tensor_file_lookup (file, "sample") : NULL;
  if (tensor == NULL || tensor->dtype != DIP_DTYPE_F32 || tensor->n_dims != 3 ||
      memcmp (tensor->shape, wanted, sizeof wanted) != 0)
    return NULL;

  return dip_take_new_still (tensor->data, png->width, png->height,
                             get_third (provenance), json_incref (provenance));
}

/* A pair as numbers: `sample` (3, H, W) float32 and the provenance in the metadata. */
static DipTake *
load_safetensors (const char *path, GError **error)
{
  g_autoptr (DipTensorFile) file = dip_tensor_file_open (path, error);
  const DipTensor *tensor;
  const char *text;
  json_t *provenance;

  if (file == NULL)
    return NULL;
  tensor = dip_tensor_file_lookup (file, "sample");
  if (tensor == NULL || tensor->dtype != DIP_DTYPE_F32 || tensor->n_dims != 3 ||
      tensor->shape[0] != 3 || tensor->shape[1] < 1 || tensor->shape[2] < 1)
    {
      dip_storage_set_error (error, DIP_STORAGE_ERROR_UNSUPPORTED, path,
                             "wanted a pair: a float32 tensor 'sample' of 3 x height x "
                             "width");
      return NULL;
    }

  text = g_hash_table_lookup (dip_tensor_file_get_metadata (file), "diptych");
  provenance = parse_text (text, path);

  return dip_take_new_still (tensor->data, tensor->shape[2], tensor->shape[1],
                             get_third (provenance), provenance);
}

/* All its steps must be there, of a run straight from noise or from a picture. */
static gboolean
check_trajectory (const DipTrajectoryStep *step, const char *path, GError **error)
{
  if (step->mask == NULL)
    return TRUE;

  dip_storage_set_error (error, DIP_STORAGE_ERROR_UNSUPPORTED, path,
                         "is the trajectory of a picture that was given in part; "
                         "diptych-cli goes on from it");

  return FALSE;
}

static gboolean
add_step (DipFilm *film,
          DipTrajectoryFile *file,
          const DipDenoiserShape *shape,
          guint step,
          guint n_steps,
          double timestep,
          GError **error)
{
  g_auto (DipTrajectoryStep) read = { 0 };
  DipSampleFrame frame = { .step = step,
                           .n_steps = n_steps,
                           .timestep = timestep,
                           .channels = shape->in_channels,
                           .height = shape->height,
                           .width = shape->width };

  if (!dip_trajectory_file_read (file, step, &read, error) ||
      !check_trajectory (&read, dip_trajectory_file_get_path (file), error))
    return FALSE;
  frame.n_images = read.n_images;
  frame.x_t = read.x_t;
  frame.pred_x0 = read.pred_x0;
  frame.n_draws = read.n_draws;
  /* (B, n_history, C, H, W): the first pair's memory is the first. */
  frame.n_history = read.n_history;
  frame.memory = read.memory;

  return dip_film_add (film, &frame, 0, error);
}

/* The film of a kept trajectory's first pair, to scrub over and to go on from. */
static DipTake *
load_trajectory (const char *path, GError **error)
{
  g_autoptr (DipTrajectoryFile) file = dip_trajectory_file_open (path, error);
  g_autoptr (DipFilmStore) store = dip_film_store_new (FILM_MEMORY, NULL);
  g_autoptr (DipFilm) film = NULL;
  g_autoptr (DipSolver) solver = NULL;
  g_autofree guint *evaluations = NULL;
  g_autofree double *plan = NULL;
  DipDenoiserShape shape;
  json_t *settings;
  DipTake *take;
  DipWalk walk;
  guint n_images, n_steps;

  if (file == NULL)
    return NULL;
  dip_trajectory_file_get_shape (file, &n_images, &shape);
  shape.out_channels = shape.in_channels;
  solver = dip_fork_read_solver (dip_trajectory_file_get_settings (file), &shape, &walk,
                                 error);
  evaluations = solver != NULL ? dip_walk_list (&walk, solver, &n_steps, error) : NULL;
  if (evaluations == NULL)
    return NULL;

  film = dip_film_new (store, shape.in_channels, shape.height, shape.width);
  plan = g_new (double, n_steps);
  for (guint i = 0; i < n_steps; i++)
    {
      plan[i] = dip_solver_get_timestep (solver, evaluations[i]);
      if (!add_step (film, file, &shape, i + 1, n_steps, plan[i], error))
        return NULL;
    }
  settings = json_incref (dip_json_get_root (dip_trajectory_file_get_settings (file)));
  take = dip_take_new_live (film, get_third (settings), settings);
  dip_take_set_plan (take, plan, n_steps);
  for (guint i = 0; i < n_steps; i++)
    dip_take_measure (take, i);

  return take;
}

static gboolean
is_trajectory (const char *path)
{
  g_autoptr (DipTensorFile) file = dip_tensor_file_open (path, NULL);

  return file != NULL && dip_tensor_file_lookup (file, "x_t") != NULL &&
         dip_tensor_file_lookup (file, "pred_x0") != NULL;
}

static DipTake *
load_png (const char *path, GError **error)
{
  g_autoptr (DipPng) png = dip_png_load (path, error);
  json_t *provenance;
  DipTake *take;

  if (png == NULL)
    return NULL;
  if (png->n_channels != 3)
    {
      dip_storage_set_error (
          error, DIP_STORAGE_ERROR_UNSUPPORTED, path,
          "wanted a picture of three channels (CC, MLO, third), or two "
          "grey ones, found one grey");
      return NULL;
    }

  provenance = parse_text (png->diptych, path);
  take = provenance != NULL ? load_values (path, png, provenance) : NULL;
  if (take == NULL)
    {
      DipPair pair = { png->channels[0], png->channels[1], png->channels[2] };

      take = dip_take_new_from_pair (&pair, get_third (provenance),
                                     json_incref (provenance));
    }
  json_decref (provenance);

  return take;
}

DipTake *
dip_load_take (const char *path, GError **error)
{
  g_autofree char *name = g_path_get_basename (path);
  DipTake *take;

  if (!g_str_has_suffix (path, ".safetensors"))
    take = load_png (path, error);
  else if (is_trajectory (path))
    take = load_trajectory (path, error);
  else
    take = load_safetensors (path, error);

  if (take == NULL)
    return NULL;
  dip_take_set_title (take, name);
  dip_take_set_path (take, path);

  return take;
}

/* The chest wall is where it is brighter. */
static gboolean
has_chest_on_right (const DipPicture *picture)
{
  double left = 0.0, right = 0.0;

  for (guint y = 0; y < picture->height; y++)
    for (guint x = 0; x < picture->width; x++)
      *(2 * x < picture->width ? &left : &right) +=
          (double) picture->values[(gsize) y * picture->width + x];

  return right > left;
}

/* @picture in the middle of black of a larger size, its chest wall still at the edge. */
static DipPicture *
frame (const DipPicture *picture, guint width, guint height)
{
  DipPicture *framed = dip_picture_new (width, height);
  const gsize top = (height - picture->height) / 2;
  const gsize left = has_chest_on_right (picture) ? width - picture->width : 0;

  for (guint y = 0; y < picture->height; y++)
    memcpy (framed->values + (top + y) * width + left,
            picture->values + (gsize) y * picture->width,
            sizeof (float) * picture->width);

  return framed;
}

DipTake *
dip_load_take_of_views (const char *cc, const char *mlo, GError **error)
{
  g_autoptr (DipPng) first = dip_png_load (cc, error);
  g_autoptr (DipPng) second = first != NULL ? dip_png_load (mlo, error) : NULL;
  g_autofree char *cc_name = g_path_get_basename (cc);
  g_autofree char *mlo_name = g_path_get_basename (mlo);
  g_autofree char *title = g_strdup_printf ("%s, %s", cc_name, mlo_name);
  g_autoptr (DipPicture) cc_grey = NULL;
  g_autoptr (DipPicture) mlo_grey = NULL;
  g_autoptr (DipPicture) cc_framed = NULL;
  g_autoptr (DipPicture) mlo_framed = NULL;
  guint width, height;
  g_autoptr (DipPair) pair = NULL;
  DipTake *take;

  if (second == NULL)
    return NULL;
  width = MAX (first->width, second->width);
  height = MAX (first->height, second->height);
  cc_grey = dip_png_to_grey (first);
  mlo_grey = dip_png_to_grey (second);
  cc_framed = frame (cc_grey, width, height);
  mlo_framed = frame (mlo_grey, width, height);
  pair = dip_pair_new_from_views (cc_framed, mlo_framed, DIP_THIRD_ABSDIFF);
  take =
      dip_take_new_from_pair (pair, DIP_THIRD_ABSDIFF, parse_text (first->diptych, cc));
  dip_take_set_title (take, title);

  return take;
}

static void
load_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  char **paths = data;
  GError *error = NULL;
  DipTake *take = paths[1] != NULL ? dip_load_take_of_views (paths[0], paths[1], &error)
                                   : dip_load_take (paths[0], &error);

  if (take == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  if (dip_take_get_film (take) == NULL)
    {
      dip_take_prepare (take);
      dip_mask_store_prepare (take);
    }
  g_task_return_pointer (task, take, g_object_unref);
}

void
dip_load_take_async (const char *const *paths,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_task_data (task, g_strdupv ((char **) paths), (GDestroyNotify) g_strfreev);
  g_task_run_in_thread (task, load_in_thread);
}

DipTake *
dip_load_take_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
