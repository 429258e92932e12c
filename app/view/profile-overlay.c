#include "app/view/profile-overlay.h"

#include <glib/gi18n.h>
#include <math.h>

#include "app/view/annotation.h"
#include "model/pair/profile.h"

struct _DipProfileOverlay
{
  GObject parent_instance;

  DipAnatomyOverlay *anatomy;
  gboolean visible;
  gboolean is_stale; /* the anatomy has changed since the profiles were made */
  DipProfile *profiles[DIP_N_VIEW_POSITIONS]; /* or NULL */
};

enum
{
  PROP_VISIBLE = 1,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

/* CC and MLO. */
static const double colours[DIP_N_VIEW_POSITIONS][3] = { { 0.45, 0.78, 1.0 },
                                                         { 1.0, 0.68, 0.3 } };

static void
clear_profiles (DipProfileOverlay *self)
{
  for (guint i = 0; i < DIP_N_VIEW_POSITIONS; i++)
    g_clear_pointer (&self->profiles[i], dip_profile_free);
}

/* Once a frame at most, however often the anatomy changes. */
static void
update_profiles (DipProfileOverlay *self)
{
  if (!self->is_stale)
    return;

  self->is_stale = FALSE;
  clear_profiles (self);
  for (guint i = 0; i < DIP_N_VIEW_POSITIONS; i++)
    {
      const DipFoundView *view =
          dip_anatomy_overlay_get_view (self->anatomy, (DipViewPosition) i);

      if (view != NULL)
        self->profiles[i] = dip_profile_new (view->picture, view->breast->mask);
    }
}

static double
find_highest (DipProfileOverlay *self)
{
  double highest = 0.0;

  for (guint i = 0; i < DIP_N_VIEW_POSITIONS; i++)
    for (guint x = 0; self->profiles[i] != NULL && x < self->profiles[i]->width; x++)
      highest = MAX (highest, self->profiles[i]->values[x]);

  return highest;
}

/* Over the middles of the columns, from the base line up. */
static void
add_curve (const DipProfile *profile,
           const DipPlacement *placement,
           double base,
           double highest,
           cairo_t *cr)
{
  cairo_new_path (cr);
  for (guint x = 0; x < profile->width; x++)
    cairo_line_to (cr, placement->offset_x + placement->scale_x * (x + 0.5),
                   base - DIP_PROFILE_BAND_HEIGHT * profile->values[x] / highest);
}

static void
draw_own (const DipProfile *profile,
          const DipPlacement *placement,
          double base,
          double highest,
          guint view,
          cairo_t *cr)
{
  const double *colour = colours[view];

  add_curve (profile, placement, base, highest, cr);
  cairo_line_to (cr, placement->offset_x + placement->scale_x * (profile->width - 0.5),
                 base);
  cairo_line_to (cr, placement->offset_x + placement->scale_x * 0.5, base);
  cairo_close_path (cr);
  cairo_set_source_rgba (cr, 0, 0, 0, 0.45);
  cairo_fill_preserve (cr);
  cairo_set_source_rgba (cr, colour[0], colour[1], colour[2], 0.3);
  cairo_fill (cr);
  add_curve (profile, placement, base, highest, cr);
  cairo_set_source_rgb (cr, colour[0], colour[1], colour[2]);
  cairo_set_line_width (cr, 1.75);
  cairo_stroke (cr);
}

static void
draw_ghost (const DipProfile *profile,
            const DipPlacement *placement,
            double base,
            double highest,
            guint view,
            cairo_t *cr)
{
  const double dashes[] = { 4, 3 };

  add_curve (profile, placement, base, highest, cr);
  cairo_set_source_rgba (cr, colours[view][0], colours[view][1], colours[view][2], 0.8);
  cairo_set_line_width (cr, 1.25);
  cairo_set_dash (cr, dashes, G_N_ELEMENTS (dashes), 0);
  cairo_stroke (cr);
}

/* The two names in their colours, and how far the profiles are apart. */
static void
draw_key (DipProfileOverlay *self, double x, double y, cairo_t *cr)
{
  const gboolean has_both = self->profiles[0] != NULL && self->profiles[1] != NULL;

  for (guint i = 0; i < DIP_N_VIEW_POSITIONS; i++)
    if (self->profiles[i] != NULL)
      {
        g_autoptr (PangoLayout) layout = dip_annotation_layout (
            cr, 11.0, TRUE, dip_view_position_get_name ((DipViewPosition) i));
        int width;

        cairo_save (cr);
        cairo_translate (cr, x, y);
        cairo_set_source_rgb (cr, colours[i][0], colours[i][1], colours[i][2]);
        dip_annotation_show (cr, layout);
        cairo_restore (cr);
        pango_layout_get_pixel_size (layout, &width, NULL);
        x += width + 8;
      }
  if (has_both)
    {
      g_autofree char *text = g_strdup_printf (
          /* Translators: the anterior-posterior profiles: their distance and correlation */
          _ ("AP distance %.4f, r %.3f"),
          dip_profile_get_distance (self->profiles[0], self->profiles[1]),
          dip_profile_get_correlation (self->profiles[0], self->profiles[1]));

      dip_annotation_text (cr, x, y, 0, 0, 11.0, FALSE, text);
    }
}

static void
draw_band (DipProfileOverlay *self,
           const DipPlacement *placement,
           guint own,
           double height,
           cairo_t *cr)
{
  const double highest = find_highest (self);
  const double base = rint (height - DIP_PROFILE_BAND_BASE) + 0.5;
  const guint other = 1 - own;

  if (highest <= 0.0)
    return;
  if (self->profiles[own] != NULL)
    draw_own (self->profiles[own], placement, base, highest, own, cr);
  if (self->profiles[other] != NULL)
    draw_ghost (self->profiles[other], placement, base, highest, other, cr);
  cairo_move_to (cr, 0, base);
  cairo_rel_line_to (cr, 1e5, 0);
  cairo_set_source_rgba (cr, 1, 1, 1, 0.35);
  cairo_set_line_width (cr, 1.0);
  cairo_stroke (cr);
  draw_key (self, 10, base - DIP_PROFILE_BAND_HEIGHT - 16, cr);
}

static void
draw (DipOverlay *overlay, const DipOverlayPlace *place, cairo_t *cr)
{
  DipProfileOverlay *self = DIP_PROFILE_OVERLAY (overlay);
  const DipPlacement *placement = &place->placement;
  const guint own =
      place->role == DIP_PANE_CC ? DIP_VIEW_POSITION_CC : DIP_VIEW_POSITION_MLO;
  double left, top, right, bottom;

  if (!self->visible || place->pair != 0 || place->role == DIP_PANE_THIRD)
    return;

  update_profiles (self);
  if (self->profiles[own] == NULL || self->profiles[own]->width != place->width)
    return;

  /* In logical pixels of the pane: the band stays where and as high as it is. */
  cairo_save (cr);
  cairo_scale (cr, 1.0 / placement->scale_x, 1.0 / placement->scale_y);
  cairo_translate (cr, -placement->offset_x, -placement->offset_y);
  cairo_clip_extents (cr, &left, &top, &right, &bottom);
  draw_band (self, placement, own, bottom, cr);
  cairo_restore (cr);
}

static void
implement_overlay (DipOverlayInterface *iface)
{
  iface->draw = draw;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (DipProfileOverlay,
                               dip_profile_overlay,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (DIP_TYPE_OVERLAY,
                                                      implement_overlay))

static void
anatomy_changed_cb (DipProfileOverlay *self)
{
  self->is_stale = TRUE;
  if (self->visible)
    dip_overlay_changed (DIP_OVERLAY (self));
}

static void
dip_profile_overlay_dispose (GObject *object)
{
  DipProfileOverlay *self = DIP_PROFILE_OVERLAY (object);

  clear_profiles (self);
  g_clear_object (&self->anatomy);

  G_OBJECT_CLASS (dip_profile_overlay_parent_class)->dispose (object);
}

static void
dip_profile_overlay_get_property (GObject *object,
                                  guint id,
                                  GValue *value,
                                  GParamSpec *pspec)
{
  g_value_set_boolean (value, DIP_PROFILE_OVERLAY (object)->visible);
}

static void
dip_profile_overlay_set_property (GObject *object,
                                  guint id,
                                  const GValue *value,
                                  GParamSpec *pspec)
{
  DipProfileOverlay *self = DIP_PROFILE_OVERLAY (object);

  if (self->visible == g_value_get_boolean (value))
    return;

  self->visible = g_value_get_boolean (value);
  dip_anatomy_overlay_set_need (self->anatomy, DIP_ANATOMY_FOR_PROFILES, self->visible);
  g_object_notify_by_pspec (object, pspec);
  dip_overlay_changed (DIP_OVERLAY (self));
}

static void
dip_profile_overlay_class_init (DipProfileOverlayClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = dip_profile_overlay_dispose;
  object_class->get_property = dip_profile_overlay_get_property;
  object_class->set_property = dip_profile_overlay_set_property;
  props[PROP_VISIBLE] = g_param_spec_boolean ("visible", NULL, NULL, FALSE,
                                              G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                                                  G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
dip_profile_overlay_init (DipProfileOverlay *self)
{
  self->is_stale = TRUE;
}

DipProfileOverlay *
dip_profile_overlay_new (DipAnatomyOverlay *anatomy)
{
  DipProfileOverlay *self = g_object_new (DIP_TYPE_PROFILE_OVERLAY, NULL);

  self->anatomy = g_object_ref (anatomy);
  g_signal_connect_object (anatomy, "changed", G_CALLBACK (anatomy_changed_cb), self,
                           G_CONNECT_SWAPPED);

  return self;
}
