#include <glib/gi18n.h>

#include "app/completions.h"
#include "app/part-dialog.h"
#include "app/view/brush-options.h"
#include "app/window-private.h"
#include "model/storage/json.h"

/* Of what stays ------------------------------------------------------------------------ */

void
dip_window_note_part (json_t *object, DipTake *take)
{
  const char *path = take != NULL ? dip_take_get_path (take) : NULL;
  g_autofree char *name = path != NULL ? g_path_get_basename (path) : NULL;

  if (name != NULL)
    dip_json_set_string (object, "file", name);
  if (take != NULL && dip_take_get_seed (take) >= 0)
    dip_json_set_int (object, "seed", dip_take_get_seed (take));
}

/* The sidebar's settings for a run that generates the open part of @pair; takes @mask and
 * @facts over. */
void
dip_window_generate_part (DipWindow *self,
                          DipPartDialog *dialog,
                          const DipPair *pair,
                          DipThird third,
                          float *mask,
                          json_t *facts)
{
  g_autoptr (DipRunSettings) settings = dip_window_get_settings (self);
  guint jump_length, n_repeats;

  dip_part_dialog_apply (dialog, settings, &jump_length, &n_repeats);
  g_clear_pointer (&settings->origin, dip_origin_unref);
  settings->origin =
      dip_origin_new_part (pair, third, mask, 1.0, jump_length, n_repeats, facts);
  g_free (mask);
  dip_window_untell (self);
  dip_queue_generate (self->queue, settings);
}

guint64
dip_window_get_seed (DipWindow *self)
{
  g_autoptr (DipRunSettings) settings = dip_window_get_settings (self);

  return settings->seed;
}

/* Inpainting --------------------------------------------------------------------------- */

/* What is painted; the third channel is open wherever a view is. */
static float *
make_region_mask (DipBrushLayer *region, guint width, guint height)
{
  const gsize n = (gsize) width * height;
  float *values = g_new0 (float, 3 * n);

  for (guint v = 0; v < DIP_N_VIEW_POSITIONS; v++)
    {
      g_autoptr (DipMask) mask = dip_mask_new (width, height);

      dip_mask_edits_apply (dip_brush_layer_get_edits (region, (DipViewPosition) v),
                            mask);
      for (gsize i = 0; i < n; i++)
        if (mask->values[i])
          values[v * n + i] = values[2 * n + i] = 1.0f;
    }

  return values;
}

static json_t *
make_region_facts (DipWindow *self, DipTake *take)
{
  DipBrushLayer *region = dip_brush_get_region_layer (self->brush);
  json_t *facts = json_object (), *object = json_object ();

  dip_window_note_part (object, take);
  dip_json_set_take (
      object, "cc",
      dip_mask_edits_to_json (dip_brush_layer_get_edits (region, DIP_VIEW_POSITION_CC)));
  dip_json_set_take (
      object, "mlo",
      dip_mask_edits_to_json (dip_brush_layer_get_edits (region, DIP_VIEW_POSITION_MLO)));
  dip_json_set_take (facts, "inpaint", object);

  return facts;
}

static gboolean
is_open (const float *mask, gsize n_values)
{
  for (gsize i = 0; i < n_values; i++)
    if (mask[i] > 0.0f)
      return TRUE;

  return FALSE;
}

static void
inpaint_answered_cb (DipPartDialog *dialog, DipWindow *self)
{
  DipTake *take = g_object_get_data (G_OBJECT (dialog), "take");
  const DipPair *pair = dip_shown_get_pair (self->shown);
  DipBrushLayer *region = dip_brush_get_region_layer (self->brush);

  if (pair == NULL || dip_shown_get_take (self->shown) != take)
    return;
  g_set_object (&self->original, take);
  dip_window_generate_part (self, dialog, pair, dip_take_get_third (take),
                            make_region_mask (region, pair->cc->width, pair->cc->height),
                            make_region_facts (self, take));
}

static void
inpaint_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  DipWindow *self = user_data;
  const DipPair *pair = dip_shown_get_pair (self->shown);
  DipTake *take = dip_shown_get_take (self->shown);
  g_autofree float *mask = NULL;
  GtkWidget *dialog;

  if (pair == NULL || take == NULL || pair->mlo == NULL)
    return;
  mask = make_region_mask (dip_brush_get_region_layer (self->brush), pair->cc->width,
                           pair->cc->height);
  if (!is_open (mask, 3 * (gsize) pair->cc->width * pair->cc->height))
    {
      dip_window_toast (self, _ ("Mark a region with the brush first"));
      dip_toolbox_set_tool (dip_pair_view_get_toolbox (dip_window_get_pair_view (self)),
                            DIP_TOOL_REGION);
      return;
    }
  dialog = dip_part_dialog_new (
      GTK_WINDOW (self), _ ("Generate the Region Again"),
      _ ("What is marked is generated to go with the rest of the pair, which stays."),
      NULL, dip_window_get_seed (self));
  g_object_set_data_full (G_OBJECT (dialog), "take", g_object_ref (take), g_object_unref);
  g_signal_connect_object (dialog, "answered", G_CALLBACK (inpaint_answered_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
clear_region_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  dip_brush_layer_set_edits (dip_brush_get_region_layer (DIP_WINDOW (user_data)->brush),
                             NULL, NULL);
}

/* The pair that the shown one was made of beside it, or no more. */
static void
compare_original_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  DipWindow *self = user_data;

  dip_shown_set_other (self->shown,
                       dip_shown_get_other (self->shown) == NULL ? self->original : NULL);
}

/* Results ------------------------------------------------------------------------------ */

/* An inpainted pair stands beside what it was made of, ready for flicker and wipe. */
static void
finished_cb (DipWindow *self, DipTake *take)
{
  const json_t *provenance = dip_take_get_provenance (take);
  g_autofree char *text = dip_provenance_describe_completion (provenance);

  if (text != NULL)
    dip_window_toast (self, text);
  if (self->original != NULL && json_object_get (provenance, "inpaint") != NULL &&
      dip_shown_get_take (self->shown) == take)
    dip_shown_set_other (self->shown, self->original);
}

static void
summarised_cb (DipWindow *self, DipTake *take)
{
  DipTake *shown = dip_shown_get_take (self->shown);
  DipLibraryEntry *entry = dip_library_find (self->library, dip_take_get_path (take));

  if (shown != NULL && dip_provenance_is_completion (dip_take_get_provenance (shown)))
    {
      dip_window_show_take (self, take);
      if (entry != NULL)
        dip_library_strip_select (self->strip, entry);
    }
}

static void
failed_cb (DipWindow *self, const char *text)
{
  dip_window_tell (self, GTK_MESSAGE_ERROR, text, NULL, NULL);
}

/* Another pair is shown: what was marked on the one before is not of it. */
static void
shown_changed_cb (DipWindow *self)
{
  DipBrushLayer *region = dip_brush_get_region_layer (self->brush);
  DipTake *take = dip_shown_get_take (self->shown);
  const gboolean has_pair = dip_shown_get_pair (self->shown) != NULL;
  const gboolean is_done =
      has_pair && dip_take_is_complete (take) &&
      dip_shown_get_position (self->shown) + 1 == dip_shown_get_n_frames (self->shown);

  if (take != self->marked)
    dip_brush_layer_set_edits (region, NULL, NULL);
  self->marked = take;
  dip_brush_layer_set_active (region, is_done);
  dip_window_enable (self, "complete", is_done);
  dip_window_enable (self, "inpaint", is_done);
  dip_window_enable (self, "compare-original",
                     self->original != NULL && take != self->original);
}

static GtkWidget *
make_options (DipWindow *self)
{
  GtkWidget *options =
      dip_brush_options_new (self->brush, dip_brush_get_region_layer (self->brush));
  GtkWidget *clear = gtk_button_new_with_mnemonic (_ ("_Clear"));
  GtkWidget *generate = gtk_button_new_with_mnemonic (_ ("Generate _Again…"));

  gtk_actionable_set_action_name (GTK_ACTIONABLE (clear), "win.region-clear");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (generate), "win.inpaint");
  gtk_box_append (GTK_BOX (options), clear);
  gtk_box_append (GTK_BOX (options), generate);

  return options;
}

void
dip_window_add_parts (DipWindow *self)
{
  static const GActionEntry entries[] = { { "inpaint", inpaint_cb },
                                          { "region-clear", clear_region_cb },
                                          { "compare-original", compare_original_cb } };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries),
                                   self);
  dip_window_add_complete (self);
  dip_toolbox_offer (dip_pair_view_get_toolbox (dip_window_get_pair_view (self)),
                     DIP_TOOL_REGION, make_options (self));
  self->completions = dip_completions_new (self->queue, self->library);
  g_signal_connect_object (self->completions, "summarised", G_CALLBACK (summarised_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->completions, "failed", G_CALLBACK (failed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->queue, "finished", G_CALLBACK (finished_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->shown, "changed", G_CALLBACK (shown_changed_cb), self,
                           G_CONNECT_SWAPPED);
  shown_changed_cb (self);
}
