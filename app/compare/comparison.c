#include "app/compare/comparison-private.h"

#include "model/pair/resize.h"

#include <math.h>

#define VIEW_HEIGHT 192

DipComparison *
dip_comparison_new (GPtrArray *settings, GArray *seeds, DipThird third)
{
  DipComparison *self = g_new0 (DipComparison, 1);

  self->settings = g_ptr_array_ref (settings);
  self->seeds = g_array_ref (seeds);
  self->third = third;
  self->view_width = self->view_height = VIEW_HEIGHT;
  self->views = DIP_GRID_CC | DIP_GRID_MLO;
  self->originals = g_new0 (DipPair *, seeds->len);
  self->references = g_new0 (DipCompareResult, seeds->len);
  self->results = g_new0 (DipCompareResult, (gsize) seeds->len * settings->len);

  return self;
}

static void
clear_result (DipCompareResult *self)
{
  g_clear_pointer (&self->pair, dip_pair_free);
  json_decref (self->files);
  self->files = NULL;
}

void
dip_comparison_free (DipComparison *self)
{
  if (self == NULL)
    return;

  for (guint i = 0; i < self->seeds->len; i++)
    {
      clear_result (&self->references[i]);
      dip_pair_free (self->originals[i]);
    }
  for (guint i = 0; i < self->seeds->len * self->settings->len; i++)
    clear_result (&self->results[i]);
  g_free (self->originals);
  g_free (self->references);
  g_free (self->results);
  g_free (self->reference_label);
  g_ptr_array_unref (self->settings);
  g_array_unref (self->seeds);
  g_free (self);
}

void
dip_comparison_set_view_size (DipComparison *self, guint width, guint height)
{
  g_return_if_fail (self != NULL && width > 0 && height > 0);

  self->view_width = width;
  self->view_height = height;
}

void
dip_comparison_set_views (DipComparison *self, DipGridViews views)
{
  g_return_if_fail (self != NULL && views != 0);

  self->views = views;
}

void
dip_comparison_set_reference_label (DipComparison *self, const char *label)
{
  g_return_if_fail (self != NULL);

  g_free (self->reference_label);
  self->reference_label = g_strdup (label);
}

const DipCompareSetting *
dip_comparison_get_setting (DipComparison *self, guint column)
{
  return g_ptr_array_index (self->settings, column);
}

DipCompareResult *
dip_comparison_get_result (DipComparison *self, guint row, guint column)
{
  return &self->results[row * self->settings->len + column];
}

/* A pair may lack views, and its third channel is made again of nothing: each is resized
 * by itself. */
static DipPair *
resize_pair (const DipPair *pair, guint width, guint height)
{
  DipPair *self = g_new0 (DipPair, 1);

  self->cc = dip_picture_resize (pair->cc, width, height);
  if (pair->mlo != NULL)
    self->mlo = dip_picture_resize (pair->mlo, width, height);
  if (pair->third != NULL)
    self->third = dip_picture_resize (pair->third, width, height);

  return self;
}

static void
take_figures (DipComparison *self, const DipPair *pair, DipPairFigures *figures)
{
  DipMaskRecipe recipe;
  g_autoptr (DipFoundView) cc = NULL;
  g_autoptr (DipFoundView) mlo = NULL;

  dip_mask_recipe_init (&recipe, DIP_MASK_BACKGROUND);
  cc = dip_found_view_new (pair->cc, DIP_VIEW_POSITION_CC, &recipe, DIP_FLIP_NEVER);
  if (pair->mlo != NULL)
    mlo = dip_found_view_new (pair->mlo, DIP_VIEW_POSITION_MLO, &recipe, DIP_FLIP_NEVER);
  dip_pair_figures_compute (figures, cc, mlo, pair->third, self->third, 0.0,
                            DIP_FIGURES_ALL);
}

static void
take (DipComparison *self,
      DipCompareResult *result,
      const DipPair *reference,
      const DipCompareMade *made)
{
  clear_result (result);
  result->pair = resize_pair (made->pair, self->view_width, self->view_height);
  result->n_evaluations = made->n_evaluations;
  result->seconds = made->seconds;
  result->files = json_deep_copy (made->files);
  result->distance = (DipPairDistance){ NAN, NAN };
  if (reference != NULL)
    dip_pair_measure_distance (made->pair, reference, &result->distance);
  take_figures (self, made->pair, &result->figures);
}

static DipPair *
copy_pair (const DipPair *pair)
{
  DipPair *self = g_new0 (DipPair, 1);

  self->cc = dip_picture_copy (pair->cc);
  self->mlo = pair->mlo != NULL ? dip_picture_copy (pair->mlo) : NULL;
  self->third = pair->third != NULL ? dip_picture_copy (pair->third) : NULL;

  return self;
}

void
dip_comparison_set_reference (DipComparison *self, guint row, const DipCompareMade *made)
{
  g_return_if_fail (self != NULL && row < self->seeds->len);

  g_clear_pointer (&self->originals[row], dip_pair_free);
  self->originals[row] = copy_pair (made->pair);
  take (self, &self->references[row], NULL, made);
}

void
dip_comparison_set_cell (DipComparison *self,
                         guint row,
                         guint column,
                         const DipCompareMade *made)
{
  g_return_if_fail (self != NULL && row < self->seeds->len);
  g_return_if_fail (column < self->settings->len);

  take (self, dip_comparison_get_result (self, row, column), self->originals[row], made);
}

/* The grid ------------------------------------------------------------------ */

typedef struct
{
  DipGrid grid;
  char **row_labels;
  const char **column_labels;
  DipGridCell *cells;
  char **captions;
} GridDraft;

static void
grid_draft_clear (GridDraft *self)
{
  g_strfreev (self->row_labels);
  g_free (self->column_labels);
  g_free (self->cells);
  g_strfreev (self->captions);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GridDraft, grid_draft_clear)

static char *
make_caption (const DipCompareResult *result)
{
  if (result->pair == NULL || isnan (result->distance.rmse))
    return g_strdup ("");
  if (isnan (result->distance.ssim))
    return g_strdup_printf ("RMSE %.2f", result->distance.rmse);

  return g_strdup_printf ("RMSE %.2f · SSIM %.3f", result->distance.rmse,
                          result->distance.ssim);
}

static void
fill_labels (DipComparison *self, GridDraft *draft, guint n_heads)
{
  draft->row_labels = g_new0 (char *, self->seeds->len + 1);
  for (guint row = 0; row < self->seeds->len; row++)
    draft->row_labels[row] = g_strdup_printf ("seed %" G_GUINT64_FORMAT,
                                              g_array_index (self->seeds, guint64, row));

  draft->column_labels = g_new0 (const char *, n_heads + self->settings->len);
  if (n_heads > 0)
    draft->column_labels[0] = self->reference_label;
  for (guint column = 0; column < self->settings->len; column++)
    draft->column_labels[n_heads + column] =
        dip_comparison_get_setting (self, column)->label;
}

static void
prepare_grid (DipComparison *self, GridDraft *draft, const char *footer)
{
  guint n_heads = self->reference_label != NULL ? 1 : 0;
  guint n_columns = n_heads + self->settings->len;

  fill_labels (self, draft, n_heads);
  draft->cells = g_new0 (DipGridCell, (gsize) self->seeds->len * n_columns);
  draft->captions = g_new0 (char *, (gsize) self->seeds->len *n_columns + 1);
  for (guint row = 0; row < self->seeds->len; row++)
    for (guint column = 0; column < n_columns; column++)
      {
        guint i = row * n_columns + column;
        const DipCompareResult *result =
            column < n_heads ? &self->references[row]
                             : dip_comparison_get_result (self, row, column - n_heads);

        draft->captions[i] = make_caption (result);
        draft->cells[i].pair = result->pair;
        draft->cells[i].caption = n_heads > 0 ? draft->captions[i] : NULL;
      }

  draft->grid = (DipGrid){ .n_rows = self->seeds->len,
                           .n_columns = n_columns,
                           .row_labels = (const char *const *) draft->row_labels,
                           .column_labels = draft->column_labels,
                           .cells = draft->cells,
                           .n_heads = n_heads,
                           .views = self->views,
                           .view_width = self->view_width,
                           .view_height = self->view_height,
                           .footer = footer };
}

void
dip_comparison_measure_grid (DipComparison *self,
                             const char *footer,
                             guint *width,
                             guint *height)
{
  g_auto (GridDraft) draft = { { 0 } };

  prepare_grid (self, &draft, footer);
  dip_grid_measure (&draft.grid, width, height);
}

DipCanvas *
dip_comparison_draw_grid (DipComparison *self, const char *footer, GError **error)
{
  g_auto (GridDraft) draft = { { 0 } };

  g_return_val_if_fail (self != NULL, NULL);

  prepare_grid (self, &draft, footer);

  return dip_grid_draw (&draft.grid, error);
}
