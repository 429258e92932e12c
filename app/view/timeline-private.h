#pragma once

#include "app/view/timeline.h"

G_BEGIN_DECLS

typedef struct
{
  char *id;
  char *name;
  GArray *values;    /* of double, one a step */
  GtkWidget *toggle; /* its legend */
  guint style;       /* colour and dashes, the number of the curve */
} DipCurve;

struct _DipTimeline
{
  GtkWidget parent_instance;

  guint n_steps, n_kept, position;
  gboolean live, playing, loop, counts_pairs;
  double speed;
  GArray *bookmarks; /* of guint, sorted */
  GPtrArray *curves; /* of DipCurve */
  DipCurve *active;  /* whose axis is drawn, or NULL */

  GSimpleActionGroup *actions;
  GtkWidget *box, *play, *label, *legend, *speed_label, *chart;
  GtkWidget *menu; /* or NULL */
  guint tick_id;
  gint64 last_tick; /* µs of the frame clock, 0 before the first */
  double behind;    /* steps that are due */
  int hovered;      /* step under the pointer, or -1 */
};

/* A user's going there: live follows. */
void dip_timeline_go_to (DipTimeline *self, guint position);

/* timeline-build.c: the row of controls, the chart and its gestures. */
void dip_timeline_build (DipTimeline *self);

/* timeline-curves.c: an array of DipCurve. */
GPtrArray *dip_timeline_make_curves (void);

/* timeline-draw.c */
void dip_timeline_draw (DipTimeline *self, cairo_t *cr, int width, int height);

/* A bit of a curve's line. */
void dip_timeline_draw_sample (DipTimeline *self,
                               cairo_t *cr,
                               guint style,
                               int width,
                               int height);

/* The step at a place of the chart, clamped to what is kept; and a step's place. */
guint dip_timeline_step_at (DipTimeline *self, double x);
double dip_timeline_x_of (DipTimeline *self, double step, double width);
/* As it stands out from the theme's background. */
void dip_timeline_get_curve_colour (DipTimeline *self, guint style, GdkRGBA *colour);

/* timeline-actions.c */
void dip_timeline_make_actions (DipTimeline *self);
void dip_timeline_remove_actions (DipTimeline *self);

G_END_DECLS
