#include "app/view/pair-view-private.h"

#include <glib/gi18n.h>

static gboolean
is_blend (DipPairView *self)
{
  return dip_display_get_layout (self->display) >= DIP_LAYOUT_WIPE;
}

static gboolean
has_two (DipPairView *self)
{
  return self->slots[0].pair != NULL && self->slots[1].pair != NULL;
}

static gboolean
is_difference (DipPairView *self)
{
  return dip_display_get_layout (self->display) == DIP_LAYOUT_DIFFERENCE;
}

static gboolean
is_flicker (DipPairView *self)
{
  return dip_display_get_layout (self->display) == DIP_LAYOUT_FLICKER;
}

/* One pane for CC and MLO of one pair. */
static gboolean
is_single (DipPairView *self)
{
  return is_blend (self) && !has_two (self) && self->slots[0].pair != NULL &&
         self->slots[0].pair->mlo != NULL;
}

const DipPicture *
dip_pair_slot_get_picture (const DipPairSlot *slot, DipPaneRole role)
{
  if (slot->pair == NULL)
    return NULL;
  if (role == DIP_PANE_CC)
    return slot->pair->cc;
  if (role == DIP_PANE_MLO)
    return slot->pair->mlo;

  return slot->derived != NULL ? slot->derived : slot->pair->third;
}

/* As far as it is registered. */
static const DipPicture *
get_mlo (const DipPairSlot *slot)
{
  return slot->registered != NULL ? slot->registered : slot->pair->mlo;
}

/* Pictures of two pairs can be blended if they are of one size. */
static const DipPicture *
second_picture (DipPairView *self, guint index, DipPaneRole role)
{
  const DipPicture *first = dip_pair_slot_get_picture (&self->slots[index], role),
                   *second = NULL;

  if (first == NULL || !is_blend (self) || index != 0)
    return NULL;
  if (has_two (self))
    second = dip_pair_slot_get_picture (&self->slots[1], role);
  else if (role == DIP_PANE_CC)
    second = get_mlo (&self->slots[0]);
  if (second == NULL || second->width != first->width || second->height != first->height)
    return NULL;

  return second;
}

static gboolean
is_pane_shown (DipPairView *self, guint index, DipPaneRole role)
{
  const int maximised = dip_display_get_maximised (self->display);

  if (index == 1 && (!has_two (self) || is_blend (self)))
    return FALSE;
  if (is_single (self))
    return role == DIP_PANE_CC;
  if (maximised >= 0)
    return (int) role == maximised;

  return self->slots[index].pair == NULL ||
         dip_pair_slot_get_picture (&self->slots[index], role) != NULL;
}

static void
update_visibility (DipPairView *self)
{
  gboolean has_panes[DIP_N_PANE_ROLES] = { FALSE };

  for (guint r = 0; r < DIP_N_PANE_ROLES; r++)
    {
      for (guint i = 0; i < 2; i++)
        {
          const gboolean is_shown = is_pane_shown (self, i, (DipPaneRole) r);

          gtk_widget_set_visible (GTK_WIDGET (self->panes[i][r]), is_shown);
          has_panes[r] = has_panes[r] || is_shown;
        }
      gtk_widget_set_visible (self->columns[r], has_panes[r]);
    }
  gtk_widget_set_visible (self->views, has_panes[DIP_PANE_CC] || has_panes[DIP_PANE_MLO]);
  if (!gtk_widget_get_visible (GTK_WIDGET (self->current)))
    for (guint r = DIP_N_PANE_ROLES; r > 0; r--)
      if (gtk_widget_get_visible (GTK_WIDGET (self->panes[0][r - 1])))
        self->current = self->panes[0][r - 1];
}

static const char *
third_title (DipPairView *self)
{
  switch (dip_display_get_third_pane (self->display))
    {
    case DIP_THIRD_PANE_RECOMPUTED:
      return _ ("|CC − MLO| recomputed");
    case DIP_THIRD_PANE_SIGNED:
      return _ ("CC − MLO signed");
    case DIP_THIRD_PANE_RESIDUAL:
      return _ ("Residual of the third channel");
    case DIP_THIRD_PANE_GENERATED:
    default:
      return self->slots[0].info.third_title != NULL ? self->slots[0].info.third_title
                                                     : _ ("Third channel");
    }
}

/* "L-CC": the side and view marker of a film. */
static char *
make_marker (DipPairView *self, DipPaneRole role)
{
  const gboolean is_right =
      dip_display_get_laterality (self->display) == DIP_LATERALITY_RIGHT;
  const char *side = is_right ? "R" : "L";

  if (is_single (self) && is_flicker (self))
    return g_strconcat (side, self->is_second_shown ? "-MLO" : "-CC", NULL);
  if (is_single (self))
    return g_strconcat (side, "-CC | ", side, "-MLO", NULL);

  return role == DIP_PANE_THIRD
             ? g_strdup (side)
             : g_strconcat (side, role == DIP_PANE_CC ? "-CC" : "-MLO", NULL);
}

static char *
make_caption (const DipPairSlot *slot)
{
  const DipPairInfo *info = &slot->info;
  g_autoptr (GString) text = g_string_new (info->note);

  if (info->n_steps > 0)
    {
      g_string_append (text, text->len > 0 ? "\n" : "");
      /* Translators: a step of so many, and the timestep of the noise schedule. */
      g_string_append_printf (text, _ ("Step %u of %u · t %g"), info->step, info->n_steps,
                              info->timestep);
    }
  if (info->spacing_mm > 0.0)
    {
      g_string_append (text, text->len > 0 ? "\n" : "");
      g_string_append_printf (text, _ ("%.3f mm a pixel"), info->spacing_mm);
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static char *
make_third_title (DipPairView *self)
{
  const DipThirdPane third = dip_display_get_third_pane (self->display);
  g_autofree char *registered = dip_pair_view_describe_registration (self);

  if (*registered == '\0' ||
      (third != DIP_THIRD_PANE_RECOMPUTED && third != DIP_THIRD_PANE_SIGNED))
    return g_strdup (third_title (self));

  return g_strdup_printf ("%s\n%s", third_title (self), registered);
}

static char *
make_single_title (DipPairView *self)
{
  g_autofree char *registered = dip_pair_view_describe_registration (self);

  if (!is_difference (self))
    return g_steal_pointer (&registered);

  return g_strdup_printf ("%s%s%s", _ ("CC − MLO signed"),
                          *registered != '\0' ? "\n" : "", registered);
}

/* Which of two pairs a pane shows. */
static const char *
describe_pairs (DipPairView *self, guint index)
{
  if (is_difference (self))
    return "A − B";
  if (is_flicker (self))
    return self->is_second_shown ? "B" : "A";
  if (is_blend (self))
    return "A | B";

  return index == 0 ? "A" : "B";
}

void
dip_pair_view_update_texts (DipPairView *self, guint index, DipPaneRole role)
{
  g_autofree char *marker = make_marker (self, role);
  g_autofree char *caption = make_caption (&self->slots[index]);
  g_autofree char *title = NULL;

  if (has_two (self))
    title = g_strdup_printf ("%s%s%s", describe_pairs (self, index),
                             role == DIP_PANE_THIRD ? " · " : "",
                             role == DIP_PANE_THIRD ? third_title (self) : "");
  else if (role == DIP_PANE_THIRD)
    title = make_third_title (self);
  else if (is_single (self))
    title = make_single_title (self);
  dip_pane_set_texts (self->panes[index][role], marker, title, caption);
}

void
dip_pair_view_update_blend (DipPairView *self, DipPane *pane)
{
  switch (dip_display_get_layout (self->display))
    {
    case DIP_LAYOUT_WIPE:
      dip_pane_set_blend (pane, DIP_BLEND_WIPE, dip_display_get_wipe (self->display));
      break;
    case DIP_LAYOUT_FLICKER:
      dip_pane_set_blend (
          pane, self->is_second_shown ? DIP_BLEND_SECOND : DIP_BLEND_FIRST, 0.0);
      break;
    case DIP_LAYOUT_CHECKERBOARD:
      dip_pane_set_blend (pane, DIP_BLEND_CHECKERBOARD,
                          dip_display_get_cell (self->display));
      break;
    case DIP_LAYOUT_SIDE_BY_SIDE:
    case DIP_LAYOUT_HANGING:
    case DIP_LAYOUT_DIFFERENCE:
      dip_pane_set_blend (pane, DIP_BLEND_FIRST, 0.0);
      break;
    }
}

/* Levels, map and legend of a third pane. */
static void
update_third (DipPairView *self, DipPane *pane)
{
  switch (dip_display_get_third_pane (self->display))
    {
    case DIP_THIRD_PANE_SIGNED:
      dip_pane_set_levels (pane, self->map_levels);
      dip_pane_set_colour_map (pane, DIP_COLOUR_MAP_DIVERGING);
      dip_pane_set_legend (pane, 2.0, -1.0);
      break;
    case DIP_THIRD_PANE_RESIDUAL:
      dip_pane_set_levels (pane, self->map_levels);
      dip_pane_set_colour_map (pane, dip_display_get_colour_map (self->display));
      dip_pane_set_legend (pane, 1.0, 0.0);
      break;
    case DIP_THIRD_PANE_GENERATED:
    case DIP_THIRD_PANE_RECOMPUTED:
      dip_pane_set_levels (pane, self->levels);
      dip_pane_set_colour_map (pane, DIP_COLOUR_MAP_GREY);
      dip_pane_set_legend (pane, 0.0, 0.0);
      break;
    }
}

/* Levels, map and legend of a pane that shows a difference of two pictures. */
static void
update_difference (DipPairView *self, DipPane *pane)
{
  dip_pane_set_levels (pane, self->difference_levels);
  dip_pane_set_colour_map (pane, DIP_COLOUR_MAP_DIVERGING);
  dip_pane_set_legend (pane, 2.0, -1.0);
}

static void
update_grey (DipPairView *self, DipPane *pane)
{
  dip_pane_set_levels (pane, self->levels);
  dip_pane_set_colour_map (pane, DIP_COLOUR_MAP_GREY);
  dip_pane_set_legend (pane, 0.0, 0.0);
}

static void
update_pictures (DipPairView *self, guint index, DipPaneRole role)
{
  DipPane *pane = self->panes[index][role];
  const gboolean has_difference = index == 0 && self->differences[role] != NULL;

  if (has_difference)
    update_difference (self, pane);
  else if (role == DIP_PANE_THIRD)
    update_third (self, pane);
  else
    update_grey (self, pane);
  if (has_difference)
    dip_pane_set_pictures (pane, self->differences[role], NULL);
  else
    dip_pane_set_pictures (pane, dip_pair_slot_get_picture (&self->slots[index], role),
                           second_picture (self, index, role));
}

static void
update_pane (DipPairView *self, guint index, DipPaneRole role)
{
  DipPane *pane = self->panes[index][role];
  const gboolean is_right =
      dip_display_get_laterality (self->display) == DIP_LATERALITY_RIGHT;
  const gboolean is_hung =
      dip_display_get_layout (self->display) == DIP_LAYOUT_HANGING && role == DIP_PANE_CC;

  dip_pane_set_mirrored (pane, is_right != is_hung);
  dip_pane_set_crosshair (pane, dip_display_get_crosshair (self->display));
  dip_pane_set_annotations (pane, dip_display_get_annotations (self->display));
  dip_pane_set_synthetic (
      pane, self->slots[index].info.is_synthetic ||
                (is_blend (self) && has_two (self) && self->slots[1].info.is_synthetic));
  update_pictures (self, index, role);
  dip_pair_view_update_blend (self, pane);
  dip_pair_view_update_texts (self, index, role);
}

/* Differences of what the first row would blend; panes let go of the old ones before. */
static void
make_differences (DipPairView *self)
{
  for (guint r = 0; r < DIP_N_PANE_ROLES; r++)
    {
      const DipPicture *second = second_picture (self, 0, (DipPaneRole) r);

      if (self->differences[r] != NULL)
        dip_pane_set_pictures (self->panes[0][r], NULL, NULL);
      g_clear_pointer (&self->differences[r], dip_picture_free);
      if (is_difference (self) && second != NULL)
        self->differences[r] = dip_signed_difference (
            dip_pair_slot_get_picture (&self->slots[0], (DipPaneRole) r), second);
    }
}

void
dip_pair_view_update_panes (DipPairView *self)
{
  make_differences (self);
  for (guint i = 0; i < 2; i++)
    for (guint r = 0; r < DIP_N_PANE_ROLES; r++)
      update_pane (self, i, (DipPaneRole) r);
  update_visibility (self);
}

void
dip_pair_view_derive (DipPairView *self, DipPairSlot *slot)
{
  const DipPair *pair = slot->pair;

  g_clear_pointer (&slot->derived, dip_picture_free);
  if (pair == NULL || pair->mlo == NULL || pair->third == NULL)
    return;
  switch (dip_display_get_third_pane (self->display))
    {
    case DIP_THIRD_PANE_RECOMPUTED:
      slot->derived = dip_third_make (DIP_THIRD_ABSDIFF, pair->cc, get_mlo (slot));
      break;
    case DIP_THIRD_PANE_SIGNED:
      slot->derived = dip_signed_difference (pair->cc, get_mlo (slot));
      break;
    case DIP_THIRD_PANE_RESIDUAL:
      slot->derived = dip_residual_map (slot->info.encoding, pair);
      break;
    case DIP_THIRD_PANE_GENERATED:
      break;
    }
}

void
dip_pair_view_release_pictures (DipPairView *self)
{
  for (guint i = 0; i < 2; i++)
    for (guint r = 0; r < DIP_N_PANE_ROLES; r++)
      if (self->panes[i][r] != NULL)
        dip_pane_set_pictures (self->panes[i][r], NULL, NULL);
}
