#include "app/stage.h"

#include <glib/gi18n.h>
#include <inttypes.h>

#include "app/completions.h"

struct _DipStage
{
  GtkWidget parent_instance;

  DipShown *shown;
  DipPairView *view;
  DipTake *windowed; /* the take that the window was chosen for; only compared */
  gboolean is_lit;   /* the automatic window was taken because the pictures are dark */
};

/* What is darker throughout is seen as black in the whole range: detectors of 10 to 14 bits
 * in files of 16. */
#define DARK 0.5

G_DEFINE_FINAL_TYPE (DipStage, dip_stage, GTK_TYPE_WIDGET)

/* The frame of the first pair, or of the one that is compared to it. */
static guint
get_position (DipStage *self, guint index)
{
  return index == 0 ? dip_shown_get_position (self->shown)
                    : dip_shown_get_other_position (self->shown);
}

/* "Seed 42 · predicted x₀", or the name of the file. */
static char *
make_note (DipStage *self, DipTake *take, guint index)
{
  gint64 seed = dip_take_get_n_pairs (take) > 0 ? -1 : dip_take_get_seed (take);
  gboolean is_done = dip_take_get_n_pairs (take) > 0 ||
                     get_position (self, index) + 1 == dip_take_get_n_steps (take);
  const char *kind = is_done                               ? NULL
                     : dip_shown_get_pred_x0 (self->shown) ? _ ("predicted x₀")
                                                           : _ ("noisy x_t");
  g_autofree char *name = seed >= 0 ? g_strdup_printf (_ ("Seed %" PRId64), seed)
                                    : g_strdup (dip_take_get_title (take));

  if (dip_take_get_n_pairs (take) > 0)
    return g_strdup_printf ("%s · %.0f %%", name,
                            100.0 * dip_film_get_timestep (dip_take_get_film (take),
                                                           get_position (self, index)));
  g_autofree char *part =
      dip_provenance_describe_completion (dip_take_get_provenance (take));

  if (part != NULL && dip_provenance_is_summary (dip_take_get_provenance (take)))
    return g_steal_pointer (&part);
  if (kind == NULL && part != NULL)
    return g_strdup_printf ("%s\n%s", name != NULL ? name : "", part);
  if (kind == NULL)
    return g_steal_pointer (&name);

  return g_strdup_printf ("%s · %s", name != NULL ? name : "", kind);
}

static DipPair *
copy_pair (const DipPair *pair)
{
  DipPair *copy = g_new0 (DipPair, 1);

  copy->cc = dip_picture_copy (pair->cc);
  copy->mlo = pair->mlo != NULL ? dip_picture_copy (pair->mlo) : NULL;
  copy->third = pair->third != NULL ? dip_picture_copy (pair->third) : NULL;

  return copy;
}

static void
show_pair (DipStage *self, guint index, DipTake *take, const DipPair *pair)
{
  g_autofree char *note = NULL;
  DipPairInfo info = { 0 };

  if (take == NULL || pair == NULL)
    {
      dip_pair_view_take_pair (self->view, index, NULL, NULL);
      return;
    }

  note = make_note (self, take, index);
  info.encoding = dip_take_get_third (take);
  info.is_synthetic = dip_take_is_synthetic (take);
  info.spacing_mm = dip_take_get_pixel_spacing_mm (take);
  info.note = note;
  if (dip_provenance_is_summary (dip_take_get_provenance (take)))
    info.third_title = _ ("Spread of the completions, white is 0.25");
  if (dip_take_get_film (take) != NULL && dip_take_get_n_pairs (take) == 0)
    {
      info.step = get_position (self, index) + 1;
      info.n_steps = dip_take_get_n_steps (take);
      info.timestep = dip_film_get_timestep (dip_take_get_film (take), info.step - 1);
    }
  dip_pair_view_take_pair (self->view, index, copy_pair (pair), &info);
}

/* Pictures that use a small part of the range are shown with the automatic window; the next
 * that do not, with the whole range again, unless a person has chosen another since. */
static void
choose_window (DipStage *self)
{
  DipTake *take = dip_shown_get_take (self->shown);
  DipLevels *levels = dip_pair_view_get_levels (self->view);
  const guint preset = dip_levels_get_preset (levels);
  gboolean is_dark;

  if (take == self->windowed || dip_shown_get_pair (self->shown) == NULL)
    return;

  self->windowed = take;
  is_dark = !dip_take_is_synthetic (take) && dip_levels_get_brightest (levels) < DARK;
  if (is_dark && preset == DIP_LEVELS_PRESET_FULL)
    {
      dip_levels_set_preset (levels, DIP_LEVELS_PRESET_AUTOMATIC);
      self->is_lit = TRUE;
    }
  else if (!is_dark && self->is_lit)
    {
      if (preset == DIP_LEVELS_PRESET_AUTOMATIC)
        dip_levels_set_preset (levels, DIP_LEVELS_PRESET_FULL);
      self->is_lit = FALSE;
    }
}

static void
changed_cb (DipStage *self)
{
  show_pair (self, 0, dip_shown_get_take (self->shown), dip_shown_get_pair (self->shown));
  show_pair (self, 1, dip_shown_get_other (self->shown),
             dip_shown_get_other_pair (self->shown));
  choose_window (self);
}

static void
dip_stage_dispose (GObject *object)
{
  DipStage *self = DIP_STAGE (object);

  if (self->view != NULL)
    gtk_widget_unparent (GTK_WIDGET (self->view));
  self->view = NULL;
  g_clear_object (&self->shown);

  G_OBJECT_CLASS (dip_stage_parent_class)->dispose (object);
}

static void
dip_stage_class_init (DipStageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = dip_stage_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass),
                                            GTK_TYPE_BIN_LAYOUT);
}

static void
dip_stage_init (DipStage *self)
{
  self->view = DIP_PAIR_VIEW (dip_pair_view_new ());
  gtk_widget_set_parent (GTK_WIDGET (self->view), GTK_WIDGET (self));
}

GtkWidget *
dip_stage_new (DipShown *shown)
{
  DipStage *self = g_object_new (DIP_TYPE_STAGE, NULL);

  self->shown = g_object_ref (shown);
  g_signal_connect_object (shown, "changed", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
  changed_cb (self);

  return GTK_WIDGET (self);
}

DipPairView *
dip_stage_get_pair_view (DipStage *self)
{
  return self->view;
}

void
dip_stage_draw (DipStage *self, cairo_t *cr, double scale, double *width, double *height)
{
  dip_pair_view_draw (self->view, cr, scale, width, height);
}
