#pragma once

#include "app/cli/measure-spacing.h"
#include "model/pair/figures.h"
#include "model/pair/mask-set.h"
#include "model/pair/png.h"

G_BEGIN_DECLS

/* What `measure` measures: files of pairs, read, turned and brought into one frame. */

/* One pair by its files: @cc and @mlo, or @pair alone. */
typedef struct
{
  char *pair; /* RGB = CC, MLO, third; or NULL */
  char *cc;
  char *mlo;
} DipMeasureFiles;

void dip_measure_files_free (DipMeasureFiles *self);

/* The pair's file, or its CC's; borrowed. */
const char *dip_measure_files_get_name (const DipMeasureFiles *self);

/* "pair-42" of pair-42.png and of pair-42-CC.png. */
char *dip_measure_files_make_stem (const DipMeasureFiles *self);

/* Appends the DipMeasureFiles of @path to @list: a picture, or of a folder, in the
 * order of names, every RGB PNG and every NAME-CC.png that has a NAME-MLO.png.  Grey
 * PNGs without a fellow are passed over.  Errors: DIP_STORAGE_ERROR, DIP_CLI_ERROR (no
 * pair in it). */
gboolean dip_measure_list (GPtrArray *list, const char *path, GError **error);

typedef struct
{
  DipMaskRecipe recipe;
  DipFlip flip;
  gboolean has_third; /* the encoding was given, and does not come from the file */
  DipThird third;
  double spacing_mm;       /* 0: as the file says */
  DipNamedMask *corrected; /* a mask with strokes, whose recipe that above is; or NULL */
} DipMeasureHow;

typedef struct
{
  DipFoundView *cc;
  DipFoundView *mlo;
  DipPicture *third; /* as in the file; NULL for two grey files */
  DipThird encoding;
  DipMeasureSpacing spacing;
  gboolean was_reframed;         /* the views were of two sizes */
  const DipNamedMask *corrected; /* borrowed from how, or NULL */
  DipDigitalSource source;
  char *diptych; /* what the file says of itself, or NULL */
} DipMeasured;

/* A file without a declared third channel counts as absdiff.  A third channel is
 * mirrored along where both views are. */
DipMeasured *
dip_measure_load (const DipMeasureFiles *files, const DipMeasureHow *how, GError **error);
void dip_measured_free (DipMeasured *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipMeasureFiles, dip_measure_files_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipMeasured, dip_measured_free)

G_END_DECLS
