#pragma once

#include "app/cli/cli.h"
#include "app/cli/solver-extras.h"
#include "app/files/pair-files.h"
#include "model/checkpoint/checkpoint.h"
#include "model/sampler/sample.h"
#include "model/sampler/trajectory-file.h"

G_BEGIN_DECLS

/* A number that the command line did not say.  Not NaN, which can be typed. */
#define DIP_NUMBER_UNSAID (-G_MAXDOUBLE)

/* The options of `sample`, checked, and what follows from them. */
typedef struct
{
  /* As given. */
  char *checkpoint_path; /* NULL: the demo */
  char *folder;
  char *scheduler;          /* NULL: the checkpoint's own */
  char **scheduler_options; /* "KEY=VALUE", or NULL */
  gint64 steps;
  double eta;
  double churn;
  DipSolverExtras extras;
  gint64 seed;
  gint64 count;
  gint64 batch;
  char *size;
  char *format;
  char *third;        /* NULL: what the checkpoint says, else absdiff */
  gint64 class_label; /* -1: none given */
  char *noise;
  char *trajectory;
  gint64 every;
  gboolean is_resuming;
  char *shard;
  char *from;
  char *known;
  char *mask;
  double strength;
  gint64 jump_length; /* negative: none given; repeats likewise */
  gint64 repeats;
  char *interpolate;
  char *fork;

  /* Worked out. */
  DipPairFormats formats;
  guint64 first_seed; /* this process's share: first_seed … + n_pairs - 1 */
  guint n_pairs;
  guint known_channel; /* 0 CC, 1 MLO */
  guint64 seed_to;     /* of --interpolate */
  guint64 fork_step;
  DipTrajectoryFile *trajectory_file; /* of --fork; NULL: none */
} DipSampleOptions;

/* As if nothing had been said; @self is all zeros. */
void dip_sample_options_init (DipSampleOptions *self);

/* Parses the command line and checks all that needs no file. */
gboolean dip_sample_options_parse (DipSampleOptions *self,
                                   DipCli *cli,
                                   int argc,
                                   char **argv,
                                   GError **error);
void dip_sample_options_clear (DipSampleOptions *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (DipSampleOptions, dip_sample_options_clear)

/* The tensors of --noise, checked against what will be sampled. */
typedef struct
{
  float *initial_noise; /* (B, C, H, W) */
  float *step_noise;    /* (n, B, C, H, W), or NULL */
  guint n_step_noises;
  char *sha256; /* of the file */
} DipSampleNoise;

gboolean dip_sample_noise_load (DipSampleNoise *self,
                                const char *path,
                                guint n_images,
                                const DipDenoiserShape *shape,
                                GError **error);
void dip_sample_noise_clear (DipSampleNoise *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (DipSampleNoise, dip_sample_noise_clear)

G_END_DECLS
