#include "app/shown.h"

struct _DipShown
{
  GObject parent_instance;

  DipTake *take;
  DipTake *other;
  guint position;
  gboolean live;
  gboolean pred_x0;
  DipMatch match;

  /* Of the above. */
  guint other_position;
  DipFrame *frame;
  DipPair *pair;
  DipPair *other_pair;
};

enum
{
  PROP_0,
  PROP_TAKE,
  PROP_OTHER,
  PROP_POSITION,
  PROP_LIVE,
  PROP_PRED_X0,
  PROP_MATCH,
  N_PROPS
};

enum
{
  CHANGED,
  GREW,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DipShown, dip_shown, G_TYPE_OBJECT)

static void
notify (DipShown *self, guint property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

/* The frame at the position, as pictures. */
static void
load (DipShown *self)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&self->frame, dip_frame_unref);
  g_clear_pointer (&self->pair, dip_pair_free);
  if (self->position >= dip_shown_get_n_frames (self))
    return;

  self->frame = dip_take_get_frame (self->take, self->position, &error);
  if (self->frame == NULL)
    {
      g_warning ("%s", error->message);
      return;
    }
  self->pair = dip_take_make_pair (self->take, self->frame, self->pred_x0);
}

/* Where two films go side by side, both show x_t or both the predicted pair; a last frame
 * is what became of a run.
 */
static void
load_other (DipShown *self)
{
  guint match =
      self->take != NULL && self->other != NULL
          ? dip_match_find (self->take, self->position, self->other, self->match)
          : G_MAXUINT;
  g_autoptr (DipFrame) frame = NULL;

  g_clear_pointer (&self->other_pair, dip_pair_free);
  self->other_position = match != G_MAXUINT ? match : 0;
  if (match != G_MAXUINT)
    frame = dip_take_get_frame (self->other, match, NULL);
  if (frame != NULL)
    self->other_pair = dip_take_make_pair (self->other, frame,
                                           self->match == DIP_MATCH_END || self->pred_x0);
}

static void
emit_changed (DipShown *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
grew_cb (DipShown *self)
{
  guint n_frames = dip_shown_get_n_frames (self);

  if (self->live && n_frames > 0 &&
      (self->frame == NULL || self->position + 1 < n_frames))
    {
      self->position = n_frames - 1;
      load (self);
      load_other (self);
      notify (self, PROP_POSITION);
      emit_changed (self);
    }
  g_signal_emit (self, signals[GREW], 0);
}

static void
other_grew_cb (DipShown *self)
{
  load_other (self);
  emit_changed (self);
  g_signal_emit (self, signals[GREW], 0);
}

static void
dip_shown_dispose (GObject *object)
{
  DipShown *self = DIP_SHOWN (object);

  if (self->take != NULL)
    g_signal_handlers_disconnect_by_data (self->take, self);
  if (self->other != NULL)
    g_signal_handlers_disconnect_by_data (self->other, self);
  g_clear_object (&self->take);
  g_clear_object (&self->other);
  g_clear_pointer (&self->frame, dip_frame_unref);
  g_clear_pointer (&self->pair, dip_pair_free);
  g_clear_pointer (&self->other_pair, dip_pair_free);

  G_OBJECT_CLASS (dip_shown_parent_class)->dispose (object);
}

static void
dip_shown_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  DipShown *self = DIP_SHOWN (object);

  switch (prop_id)
    {
    case PROP_TAKE:
      g_value_set_object (value, self->take);
      break;

    case PROP_OTHER:
      g_value_set_object (value, self->other);
      break;

    case PROP_POSITION:
      g_value_set_uint (value, self->position);
      break;

    case PROP_LIVE:
      g_value_set_boolean (value, self->live);
      break;

    case PROP_PRED_X0:
      g_value_set_boolean (value, self->pred_x0);
      break;

    case PROP_MATCH:
      g_value_set_enum (value, self->match);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
dip_shown_set_property (GObject *object,
                        guint prop_id,
                        const GValue *value,
                        GParamSpec *pspec)
{
  DipShown *self = DIP_SHOWN (object);

  switch (prop_id)
    {
    case PROP_TAKE:
      dip_shown_set_take (self, g_value_get_object (value));
      break;

    case PROP_OTHER:
      dip_shown_set_other (self, g_value_get_object (value));
      break;

    case PROP_POSITION:
      dip_shown_set_position (self, g_value_get_uint (value));
      break;

    case PROP_LIVE:
      dip_shown_set_live (self, g_value_get_boolean (value));
      break;

    case PROP_PRED_X0:
      dip_shown_set_pred_x0 (self, g_value_get_boolean (value));
      break;

    case PROP_MATCH:
      dip_shown_set_match (self, g_value_get_enum (value));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
dip_shown_class_init (DipShownClass *klass)
{
  const GParamFlags flags =
      G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = dip_shown_dispose;
  object_class->get_property = dip_shown_get_property;
  object_class->set_property = dip_shown_set_property;

  properties[PROP_TAKE] = g_param_spec_object ("take", NULL, NULL, DIP_TYPE_TAKE, flags);
  properties[PROP_OTHER] =
      g_param_spec_object ("other", NULL, NULL, DIP_TYPE_TAKE, flags);
  properties[PROP_POSITION] =
      g_param_spec_uint ("position", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_LIVE] = g_param_spec_boolean ("live", NULL, NULL, TRUE, flags);
  properties[PROP_PRED_X0] = g_param_spec_boolean ("pred-x0", NULL, NULL, TRUE, flags);
  properties[PROP_MATCH] =
      g_param_spec_enum ("match", NULL, NULL, DIP_TYPE_MATCH, DIP_MATCH_END, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[CHANGED] = g_signal_new ("changed", DIP_TYPE_SHOWN, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  signals[GREW] = g_signal_new ("grew", DIP_TYPE_SHOWN, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 0);
}

static void
dip_shown_init (DipShown *self)
{
  self->live = TRUE;
  self->pred_x0 = TRUE;
}

DipShown *
dip_shown_new (void)
{
  return g_object_new (DIP_TYPE_SHOWN, NULL);
}

void
dip_shown_set_take (DipShown *self, DipTake *take)
{
  guint n_frames;

  g_return_if_fail (DIP_IS_SHOWN (self));

  if (self->take == take)
    return;
  if (self->take != NULL)
    g_signal_handlers_disconnect_by_func (self->take, grew_cb, self);
  g_set_object (&self->take, take);
  if (take != NULL)
    g_signal_connect_object (take, "grew", G_CALLBACK (grew_cb), self, G_CONNECT_SWAPPED);

  n_frames = dip_shown_get_n_frames (self);
  self->position = n_frames > 0 ? n_frames - 1 : 0;
  self->live = TRUE;
  load (self);
  load_other (self);
  notify (self, PROP_TAKE);
  notify (self, PROP_POSITION);
  notify (self, PROP_LIVE);
  emit_changed (self);
  g_signal_emit (self, signals[GREW], 0);
}

DipTake *
dip_shown_get_take (DipShown *self)
{
  return self->take;
}

static void
exchange_other (DipShown *self, DipTake *other)
{
  if (self->other != NULL)
    g_signal_handlers_disconnect_by_func (self->other, other_grew_cb, self);
  g_set_object (&self->other, other);
  if (other != NULL)
    g_signal_connect_object (other, "grew", G_CALLBACK (other_grew_cb), self,
                             G_CONNECT_SWAPPED);
}

void
dip_shown_set_other (DipShown *self, DipTake *other)
{
  g_return_if_fail (DIP_IS_SHOWN (self));

  if (self->other == other)
    return;
  exchange_other (self, other);
  load_other (self);
  notify (self, PROP_OTHER);
  emit_changed (self);
  g_signal_emit (self, signals[GREW], 0);
}

DipTake *
dip_shown_get_other (DipShown *self)
{
  return self->other;
}

void
dip_shown_set_match (DipShown *self, DipMatch match)
{
  g_return_if_fail (DIP_IS_SHOWN (self));

  if (self->match == match)
    return;
  self->match = match;
  load_other (self);
  notify (self, PROP_MATCH);
  emit_changed (self);
  g_signal_emit (self, signals[GREW], 0);
}

DipMatch
dip_shown_get_match (DipShown *self)
{
  return self->match;
}

guint
dip_shown_get_other_position (DipShown *self)
{
  return self->other_position;
}

void
dip_shown_change_to (DipShown *self, DipTake *take, DipTake *other)
{
  guint position = G_MAXUINT;

  g_return_if_fail (DIP_IS_SHOWN (self));

  if (self->take != NULL && !self->live)
    position = dip_match_find (self->take, self->position, take, DIP_MATCH_TIMESTEP);
  dip_shown_set_other (self, NULL);
  dip_shown_set_take (self, take);
  if (position != G_MAXUINT)
    dip_shown_set_position (self, position);
  dip_shown_set_other (self, other);
}

void
dip_shown_set_position (DipShown *self, guint position)
{
  guint n_frames = dip_shown_get_n_frames (self);

  g_return_if_fail (DIP_IS_SHOWN (self));

  position = n_frames > 0 ? MIN (position, n_frames - 1) : 0;
  if (self->position == position)
    return;
  self->position = position;
  load (self);
  load_other (self);
  notify (self, PROP_POSITION);
  dip_shown_set_live (self, position + 1 == n_frames);
  emit_changed (self);
}

guint
dip_shown_get_position (DipShown *self)
{
  return self->position;
}

void
dip_shown_set_live (DipShown *self, gboolean live)
{
  guint n_frames = dip_shown_get_n_frames (self);

  g_return_if_fail (DIP_IS_SHOWN (self));

  if (self->live == live)
    return;
  self->live = live;
  notify (self, PROP_LIVE);
  if (live && n_frames > 0)
    dip_shown_set_position (self, n_frames - 1);
}

gboolean
dip_shown_get_live (DipShown *self)
{
  return self->live;
}

void
dip_shown_set_pred_x0 (DipShown *self, gboolean pred_x0)
{
  g_return_if_fail (DIP_IS_SHOWN (self));

  if (self->pred_x0 == pred_x0)
    return;
  self->pred_x0 = pred_x0;
  load (self);
  load_other (self);
  notify (self, PROP_PRED_X0);
  emit_changed (self);
}

gboolean
dip_shown_get_pred_x0 (DipShown *self)
{
  return self->pred_x0;
}

guint
dip_shown_get_n_frames (DipShown *self)
{
  return self->take != NULL ? dip_take_get_n_frames (self->take) : 0;
}

DipFrame *
dip_shown_get_frame (DipShown *self)
{
  return self->frame;
}

const DipPair *
dip_shown_get_pair (DipShown *self)
{
  return self->pair;
}

const DipPair *
dip_shown_get_other_pair (DipShown *self)
{
  return self->other_pair;
}
