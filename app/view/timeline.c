#include "app/view/timeline-private.h"

#include <glib/gi18n.h>
#include <math.h>

enum
{
  PROP_0,
  PROP_N_STEPS,
  PROP_N_KEPT,
  PROP_POSITION,
  PROP_LIVE,
  PROP_PLAYING,
  PROP_LOOP,
  PROP_SPEED,
  N_PROPS
};

G_DEFINE_FINAL_TYPE (DipTimeline, dip_timeline, GTK_TYPE_WIDGET)

static GParamSpec *properties[N_PROPS];

static void
update (DipTimeline *self)
{
  g_autofree char *text = NULL;
  g_autofree char *speed = NULL;

  if (self->n_steps > 0)
    text =
        g_strdup_printf (self->counts_pairs ? _ ("Pair %u of %u") : _ ("Step %u of %u"),
                         MIN (self->position + 1, self->n_kept), self->n_steps);
  /* Translators: steps a second that are played. */
  speed = g_strdup_printf (_ ("%g/s"), self->speed);
  gtk_label_set_text (GTK_LABEL (self->label), text != NULL ? text : "");
  gtk_label_set_text (GTK_LABEL (self->speed_label), speed);
  gtk_button_set_icon_name (GTK_BUTTON (self->play),
                            self->playing ? "media-playback-pause-symbolic"
                                          : "media-playback-start-symbolic");
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self->chart), GTK_ACCESSIBLE_PROPERTY_VALUE_MIN, 1.0,
      GTK_ACCESSIBLE_PROPERTY_VALUE_MAX, MAX (self->n_kept, 1) * 1.0,
      GTK_ACCESSIBLE_PROPERTY_VALUE_NOW, self->position + 1.0,
      GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, text != NULL ? text : "", -1);
  gtk_widget_queue_draw (self->chart);
}

static void
set_live (DipTimeline *self, gboolean live)
{
  if (!self->live == !live)
    return;

  self->live = !!live;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LIVE]);
  if (self->live && self->n_kept > 0)
    dip_timeline_set_position (self, self->n_kept - 1);
}

/* One step of the player; FALSE at the end. */
static gboolean
play_step (DipTimeline *self)
{
  set_live (self, FALSE);
  if (self->position + 1 < self->n_kept)
    dip_timeline_set_position (self, self->position + 1);
  else if (self->loop && self->n_kept > 1)
    dip_timeline_set_position (self, 0);
  else
    return self->n_kept < self->n_steps; /* more will come */

  return TRUE;
}

static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  DipTimeline *self = DIP_TIMELINE (widget);
  const gint64 now = gdk_frame_clock_get_frame_time (clock);

  if (self->last_tick != 0)
    self->behind += (now - self->last_tick) * 1e-6 * self->speed;
  self->last_tick = now;
  self->behind = MIN (self->behind, 30.0);
  for (; self->behind >= 1.0 && self->playing; self->behind -= 1.0)
    if (!play_step (self))
      dip_timeline_set_playing (self, FALSE);

  return G_SOURCE_CONTINUE;
}

static void
dip_timeline_dispose (GObject *object)
{
  DipTimeline *self = DIP_TIMELINE (object);

  if (self->tick_id != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick_id);
  self->tick_id = 0;
  if (self->box != NULL)
    dip_timeline_remove_actions (self);
  g_clear_pointer (&self->menu, gtk_widget_unparent);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->actions);

  G_OBJECT_CLASS (dip_timeline_parent_class)->dispose (object);
}

static void
dip_timeline_finalize (GObject *object)
{
  DipTimeline *self = DIP_TIMELINE (object);

  g_array_unref (self->bookmarks);
  g_ptr_array_unref (self->curves);

  G_OBJECT_CLASS (dip_timeline_parent_class)->finalize (object);
}

static void
dip_timeline_get_property (GObject *object,
                           guint prop_id,
                           GValue *value,
                           GParamSpec *pspec)
{
  DipTimeline *self = DIP_TIMELINE (object);

  switch (prop_id)
    {
    case PROP_N_STEPS:
      g_value_set_uint (value, self->n_steps);
      break;
    case PROP_N_KEPT:
      g_value_set_uint (value, self->n_kept);
      break;
    case PROP_POSITION:
      g_value_set_uint (value, self->position);
      break;
    case PROP_LIVE:
      g_value_set_boolean (value, self->live);
      break;
    case PROP_PLAYING:
      g_value_set_boolean (value, self->playing);
      break;
    case PROP_LOOP:
      g_value_set_boolean (value, self->loop);
      break;
    case PROP_SPEED:
      g_value_set_double (value, self->speed);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
dip_timeline_set_property (GObject *object,
                           guint prop_id,
                           const GValue *value,
                           GParamSpec *pspec)
{
  DipTimeline *self = DIP_TIMELINE (object);

  switch (prop_id)
    {
    case PROP_N_STEPS:
      dip_timeline_set_steps (self, g_value_get_uint (value), self->n_kept);
      break;
    case PROP_N_KEPT:
      dip_timeline_set_steps (self, self->n_steps, g_value_get_uint (value));
      break;
    case PROP_POSITION:
      dip_timeline_set_position (self, g_value_get_uint (value));
      break;
    case PROP_LIVE:
      set_live (self, g_value_get_boolean (value));
      break;
    case PROP_PLAYING:
      dip_timeline_set_playing (self, g_value_get_boolean (value));
      break;
    case PROP_LOOP:
      if (self->loop != g_value_get_boolean (value))
        {
          self->loop = !self->loop;
          g_object_notify_by_pspec (object, pspec);
        }
      break;
    case PROP_SPEED:
      if (self->speed != g_value_get_double (value))
        {
          self->speed = g_value_get_double (value);
          update (self);
          g_object_notify_by_pspec (object, pspec);
        }
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

#define FLAGS (G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS)

static void
dip_timeline_class_init (DipTimelineClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = dip_timeline_dispose;
  object_class->finalize = dip_timeline_finalize;
  object_class->get_property = dip_timeline_get_property;
  object_class->set_property = dip_timeline_set_property;

  properties[PROP_N_STEPS] =
      g_param_spec_uint ("n-steps", NULL, NULL, 0, G_MAXINT, 0, FLAGS);
  properties[PROP_N_KEPT] =
      g_param_spec_uint ("n-kept", NULL, NULL, 0, G_MAXINT, 0, FLAGS);
  properties[PROP_POSITION] =
      g_param_spec_uint ("position", NULL, NULL, 0, G_MAXINT, 0, FLAGS);
  properties[PROP_LIVE] = g_param_spec_boolean ("live", NULL, NULL, TRUE, FLAGS);
  properties[PROP_PLAYING] = g_param_spec_boolean ("playing", NULL, NULL, FALSE, FLAGS);
  properties[PROP_LOOP] = g_param_spec_boolean ("loop", NULL, NULL, FALSE, FLAGS);
  properties[PROP_SPEED] =
      g_param_spec_double ("speed", NULL, NULL, 0.5, 240.0, 10.0, FLAGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "timeline");
}

static void
dip_timeline_init (DipTimeline *self)
{
  self->live = TRUE;
  self->speed = 10.0;
  self->hovered = -1;
  self->bookmarks = g_array_new (FALSE, FALSE, sizeof (guint));
  self->curves = dip_timeline_make_curves ();
  dip_timeline_make_actions (self);
  dip_timeline_build (self);
  dip_timeline_add_shortcuts (self, GTK_WIDGET (self));
  update (self);
}

GtkWidget *
dip_timeline_new (void)
{
  return g_object_new (DIP_TYPE_TIMELINE, NULL);
}

void
dip_timeline_set_steps (DipTimeline *self, guint n_steps, guint n_kept)
{
  g_return_if_fail (DIP_IS_TIMELINE (self));

  n_kept = MIN (n_kept, n_steps);
  g_object_freeze_notify (G_OBJECT (self));
  if (self->n_steps != n_steps)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_STEPS]);
  if (self->n_kept != n_kept)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_KEPT]);
  self->n_steps = n_steps;
  self->n_kept = n_kept;
  if (n_kept > 0 && (self->live || self->position >= n_kept) &&
      self->position != n_kept - 1)
    {
      self->position = n_kept - 1;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_POSITION]);
    }
  update (self);
  g_object_thaw_notify (G_OBJECT (self));
}

void
dip_timeline_set_counts_pairs (DipTimeline *self, gboolean counts_pairs)
{
  g_return_if_fail (DIP_IS_TIMELINE (self));

  self->counts_pairs = counts_pairs;
  update (self);
}

guint
dip_timeline_get_position (DipTimeline *self)
{
  g_return_val_if_fail (DIP_IS_TIMELINE (self), 0);

  return self->position;
}

void
dip_timeline_set_position (DipTimeline *self, guint position)
{
  g_return_if_fail (DIP_IS_TIMELINE (self));

  position = MIN (position, MAX (self->n_kept, 1) - 1);
  if (position != self->position)
    {
      self->position = position;
      update (self);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_POSITION]);
    }
}

void
dip_timeline_go_to (DipTimeline *self, guint position)
{
  set_live (self, self->n_kept > 0 && position + 1 >= self->n_kept);
  dip_timeline_set_position (self, position);
}

gboolean
dip_timeline_get_live (DipTimeline *self)
{
  g_return_val_if_fail (DIP_IS_TIMELINE (self), FALSE);

  return self->live;
}

/* From the end it begins again. */
void
dip_timeline_set_playing (DipTimeline *self, gboolean playing)
{
  g_return_if_fail (DIP_IS_TIMELINE (self));

  if (!self->playing == !playing)
    return;

  self->playing = !!playing;
  if (playing && self->n_kept > 1 && self->position + 1 == self->n_steps)
    dip_timeline_set_position (self, 0);
  if (playing)
    {
      self->last_tick = 0;
      self->behind = 0.0;
      self->tick_id =
          gtk_widget_add_tick_callback (GTK_WIDGET (self), tick_cb, NULL, NULL);
    }
  else
    {
      gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick_id);
      self->tick_id = 0;
    }
  update (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PLAYING]);
}

gboolean
dip_timeline_get_playing (DipTimeline *self)
{
  g_return_val_if_fail (DIP_IS_TIMELINE (self), FALSE);

  return self->playing;
}

const guint *
dip_timeline_get_bookmarks (DipTimeline *self, guint *n_bookmarks)
{
  g_return_val_if_fail (DIP_IS_TIMELINE (self), NULL);

  *n_bookmarks = self->bookmarks->len;

  return (const guint *) (void *) self->bookmarks->data;
}

void
dip_timeline_toggle_bookmark (DipTimeline *self, guint position)
{
  guint i = 0;

  g_return_if_fail (DIP_IS_TIMELINE (self));

  while (i < self->bookmarks->len && g_array_index (self->bookmarks, guint, i) < position)
    i++;
  if (i < self->bookmarks->len && g_array_index (self->bookmarks, guint, i) == position)
    g_array_remove_index (self->bookmarks, i);
  else
    g_array_insert_val (self->bookmarks, i, position);
  gtk_widget_queue_draw (self->chart);
}

void
dip_timeline_clear (DipTimeline *self)
{
  g_return_if_fail (DIP_IS_TIMELINE (self));

  dip_timeline_set_playing (self, FALSE);
  g_array_set_size (self->bookmarks, 0);
  for (guint i = 0; i < self->curves->len; i++)
    g_array_set_size (((DipCurve *) self->curves->pdata[i])->values, 0);
  gtk_widget_queue_draw (self->chart);
}

void
dip_timeline_add_control (DipTimeline *self, GtkWidget *control)
{
  g_return_if_fail (DIP_IS_TIMELINE (self));

  gtk_widget_set_margin_start (control, 8);
  gtk_widget_set_valign (control, GTK_ALIGN_CENTER);
  gtk_box_insert_child_after (GTK_BOX (gtk_widget_get_parent (self->label)), control,
                              self->label);
}

GActionGroup *
dip_timeline_get_actions (DipTimeline *self)
{
  g_return_val_if_fail (DIP_IS_TIMELINE (self), NULL);

  return G_ACTION_GROUP (self->actions);
}
