#pragma once

#include "app/runs/take.h"

G_BEGIN_DECLS

/* What can be written of a take.  All of it carries provenance: PNG as DESIGN section 4.3
 * says (iTXt and XMP), safetensors in their metadata.  A file appears whole or not at all.
 * Everything here blocks and runs on any thread.
 */
typedef enum
{
  DIP_EXPORT_PAIR,   /* one 8-bit RGB PNG: CC, MLO, third */
  DIP_EXPORT_VIEWS,  /* 16-bit grey PNGs: PATH-CC.png, PATH-MLO.png, PATH-third.png */
  DIP_EXPORT_STRIP,  /* one PNG: some of the steps side by side, CC above MLO */
  DIP_EXPORT_FRAMES, /* a folder of RGB PNGs: frame-0001.png … */
  DIP_EXPORT_FILM,   /* safetensors: timesteps, x_t, pred_x0 of every step */
  DIP_N_EXPORTS,
} DipExportKind;

/* Most pictures of a film strip. */
#define DIP_EXPORT_STRIP_LENGTH 12

typedef struct
{
  DipExportKind kind;
  guint position;   /* the frame that pair and views are of */
  gboolean pred_x0; /* pair, views, strip and frames: the predicted pair, not x_t */
} DipExport;

/* Whether @take has what @kind wants: a film for the last three. */
gboolean dip_export_can (DipTake *take, DipExportKind kind);

/* @path: the file, or the folder; for views the file whose ending is replaced. */
gboolean
dip_export (DipTake *take, const DipExport *what, const char *path, GError **error);

/* "pair-42.png": a name to begin with.  The caller frees. */
char *dip_export_make_name (DipTake *take, DipExportKind kind);

G_END_DECLS
