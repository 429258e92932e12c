#pragma once

#include "model/pair/named-mask.h"

G_BEGIN_DECLS

/* Breast masks of one pair that were corrected by hand, each with a name and a version, and
 * the file that keeps them.
 *
 *   {"diptych_masks": 1,
 *    "shown": {"name": "Mask 1", "version": 2} or null,
 *    "masks": [{"name": "Mask 1", "version": 2, "modified": "2026-11-25T16:36:12Z",
 *               "recipe": {…mask-recipe.h…}, "width": 256, "height": 256,
 *               "cc": […mask-edits.h…], "mlo": […],
 *               "landmarks": {"cc": {…landmarks.h, by hand…}, "mlo": {…}}}, …]}
 *
 * Versions of one name count from 1; an older one is not changed any more.  One thread at a
 * time. */
typedef struct _DipMaskSet DipMaskSet;

DipMaskSet *dip_mask_set_new (void);
void dip_mask_set_free (DipMaskSet *self);

guint dip_mask_set_get_count (const DipMaskSet *self);
DipNamedMask *dip_mask_set_get (const DipMaskSet *self, guint index);

/* @version 0: the newest.  −1 if there is none. */
int dip_mask_set_find (const DipMaskSet *self, const char *name, guint version);
gboolean dip_mask_set_is_newest (const DipMaskSet *self, guint index);

/* Which is in force; −1: none, the automatic mask. */
int dip_mask_set_get_shown (const DipMaskSet *self);
void dip_mask_set_set_shown (DipMaskSet *self, int index);

/* Takes @mask over, behind the others; its index. */
guint dip_mask_set_add (DipMaskSet *self, DipNamedMask *mask);

/* A copy of number @index as the next version of its name; its index. */
guint dip_mask_set_add_version (DipMaskSet *self, guint index);

/* That version alone; −1 is in force afterwards if it was. */
void dip_mask_set_remove (DipMaskSet *self, guint index);

/* All versions of the name of number @index.  FALSE, with nothing changed, if the name is
 * empty, too long, or another mask's. */
gboolean dip_mask_set_rename (DipMaskSet *self, guint index, const char *name);

/* "@base 1", or the next number that is free; g_free(). */
char *dip_mask_set_make_name (const DipMaskSet *self, const char *base);

/* "pair-42.masks.json" of "pair-42.png"; g_free(). */
char *dip_mask_set_make_path (const char *picture_path);

/* Blocks on the disk; whole or not at all.  Errors: DIP_STORAGE_ERROR. */
gboolean dip_mask_set_save (const DipMaskSet *self, const char *path, GError **error);
DipMaskSet *dip_mask_set_load (const char *path, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipMaskSet, dip_mask_set_free)

G_END_DECLS
