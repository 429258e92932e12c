#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Which files a checkpoint folder consists of; nothing but names and JSON is read.
 *
 *   pipeline  model_index.json, unet/config.json, unet/WEIGHTS,
 *             scheduler/scheduler_config.json      (diffusers' save_pretrained)
 *   flat      config.json, WEIGHTS, scheduler_config.json   (diffusers 0.1)
 *   unet      config.json, WEIGHTS
 *
 * A Hugging Face cache folder (`models--OWNER--NAME`) stands for the snapshot that
 * refs/main names, or for its only snapshot; a snapshot's links are followed as any
 * file is.
 *
 * WEIGHTS, the first that exists: diffusion_pytorch_model.safetensors, the same in
 * shards with .safetensors.index.json, .bin, .bin in shards, then the variants
 * (diffusion_pytorch_model.fp16.safetensors and so on: fp32, fp16, bf16, then others
 * by name; safetensors before .bin), so that what diffusers loads by default is what
 * is loaded here.
 */
typedef enum
{
  DIP_CHECKPOINT_LAYOUT_PIPELINE,
  DIP_CHECKPOINT_LAYOUT_FLAT,
  DIP_CHECKPOINT_LAYOUT_UNET,
} DipCheckpointLayoutKind;

typedef struct
{
  DipCheckpointLayoutKind kind;
  char *root;         /* the folder given, or the snapshot it stands for */
  char *model_index;  /* these are paths; NULL where there is no such file */
  char *config;       /* never NULL */
  char *scheduler;    /* scheduler_config.json */
  char *diptych;      /* diptych.json, beside model_index.json or in the root */
  char *index;        /* of the shards */
  char *variant;      /* "fp16"; NULL for the plain weights */
  GPtrArray *weights; /* of paths (char *), sorted by name, one without shards */
} DipCheckpointLayout;

/* Errors: DIP_CHECKPOINT_ERROR NOT_FOUND (no folder, no configuration, no weights),
 * UNSUPPORTED (model_index.json names another kind of pipeline), CONFIG (a shard name
 * that is no plain file name); DIP_STORAGE_ERROR of the JSON files. */
DipCheckpointLayout *dip_checkpoint_layout_find (const char *path, GError **error);
void dip_checkpoint_layout_free (DipCheckpointLayout *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipCheckpointLayout, dip_checkpoint_layout_free)

/* "pipeline", "flat", "unet"; static. */
const char *dip_checkpoint_layout_kind_get_name (DipCheckpointLayoutKind kind);

G_END_DECLS
