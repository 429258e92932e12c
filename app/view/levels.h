#pragma once

#include <glib-object.h>

#include "model/pair/picture.h"

G_BEGIN_DECLS

#define DIP_TYPE_LEVELS (dip_levels_get_type ())

G_DECLARE_FINAL_TYPE (DipLevels, dip_levels, DIP, LEVELS, GObject)

/* The window of values that is spread from black to white, shared by panes.
 *
 * Properties, all read and write:
 *   centre  double   0 … 1, of values in [0, 1]
 *   width   double   0.004 … 2
 *   invert  boolean
 *   preset  uint     the preset that is in force, 1 … 5, or 0 after any other change
 *
 * ::changed follows once a call or a property set.  Main thread.
 */
DipLevels *dip_levels_new (void);

#define DIP_LEVELS_MIN_WIDTH 0.004
#define DIP_LEVELS_MAX_WIDTH 2.0

double dip_levels_get_centre (DipLevels *self);
double dip_levels_get_width (DipLevels *self);
gboolean dip_levels_get_invert (DipLevels *self);

/* Clamped to their ranges. */
void dip_levels_set_window (DipLevels *self, double centre, double width);
void dip_levels_set_invert (DipLevels *self, gboolean invert);

/* The presets, from 1:
 *   1 full range       all of [0, 1]
 *   2 breast           darker than white film, lighter than air: 0.1 … 0.9
 *   3 dense tissue     0.45 … 0.95
 *   4 skin and fat     0 … 0.4
 *   5 automatic        from the 1st to the 99.5th percentile of the pictures' values above
 *                      0.02 of the brightest, which leaves air out; see
 *                      dip_levels_set_automatic() */
#define DIP_LEVELS_N_PRESETS 5
#define DIP_LEVELS_PRESET_FULL 1
#define DIP_LEVELS_PRESET_AUTOMATIC 5

/* Translated; static. */
const char *dip_levels_get_preset_name (guint preset);
guint dip_levels_get_preset (DipLevels *self);
void dip_levels_set_preset (DipLevels *self, guint preset);

/* Tells what the automatic preset is for the pictures now shown (NULLs are skipped), and
 * applies it if that preset is in force. */
void dip_levels_set_automatic (DipLevels *self,
                               const DipPicture *const *pictures,
                               guint n_pictures);

/* The brightest value that set_automatic() met, at most 1. */
double dip_levels_get_brightest (DipLevels *self);

G_END_DECLS
