#pragma once

#include "model/graph/graph.h"
#include "render/precision.h"
#include "render/recorder.h"

G_BEGIN_DECLS

/* A kernel family: one way to lay values out and to compute every op.
 *
 * A CPU device and a GPU want different formulations, so the executor knows
 * no layout and no kernel.  It asks the family how many bytes each value
 * takes, plans the arena, lets the family pack the weights, and has it record
 * the nodes in order.
 *
 * Nodes are as DipNode describes, folded forms included.  The executor itself
 * packs and copies DIP_OP_INPUT, has conditions (DipNode.is_condition) computed apart
 * from the steps (conditions.h), and computes on the host DIP_OP_TIME_PROJ and
 * DIP_OP_FOURIER_PROJ, because a GPU's sine is too coarse, and DIP_OP_EMBEDDING,
 * because the table would be uploaded for one row; a family is never asked for
 * those four.
 *
 * What a family must promise:
 *  - An image's result does not depend, to the last bit, on the others in its
 *    batch, so tiles do not reach across images and choices do not look at
 *    the batch size.
 *  - A node writes the value's bytes completely (the arena holds old values,
 *    or NaN in tests; padding that another kernel reads must be written by
 *    the node that makes the value), and no byte outside.
 *  - Every range a dispatch touches is among its operands.
 *
 * All functions are pure but for record(), any thread.
 */
typedef struct _DipFamily DipFamily;

#define DIP_MAX_PACKS 4

/* A weight in the layout a kernel reads.  Packs with the same weight data,
 * format and size are made and uploaded once for all programs of a store, so
 * the format string must say everything the content depends on.
 */
typedef struct
{
  DipWeightId weight; /* whose data the pack is made from */
  const char *format; /* static string: "conv [tap][in][out]" */
  gsize n_bytes;
} DipPack;

/* Where one node lives: everything record() may touch.  Ranges are whole
 * values in the family's layout (value_size() bytes), aligned to
 * DIP_ALIGNMENT; absent inputs are zeroed.
 */
typedef struct
{
  const DipGraph *graph;
  const DipNode *node;
  DipRange output;
  DipRange x;
  DipRange y;
  DipRange z;
  DipRange channel_bias;
  DipRange residual;
  DipRange packs[DIP_MAX_PACKS]; /* in the order of list_packs() */
  DipRange scratch;              /* scratch_size() bytes; shared by all nodes, the
                                    content does not outlive the node */
} DipNodeSite;

struct _DipFamily
{
  const char *
      name; /* "generic", "generic-fp16", "cpu", "cpu-loops": what DIPTYCH_KERNELS takes */

  /* FP32: strict.  FP16: values stored in half precision.  AUTO: stored in float32,
   * but with algorithms that miss the strict limit (Winograd), which only auto may
   * choose.
   */
  DipPrecision precision;

  /* Whether this family runs on the device at all. */
  gboolean (*can_run) (const DipDeviceInfo *info);

  /* Whether it was made for such a device.  Others run it only where there is nothing
   * better, or where they are told to.
   */
  gboolean (*suits) (const DipDeviceInfo *info);

  /* 0; or the network is computed on the host instead, by the reference executor, and
   * networks of more multiplications are not even tried.  The rest of the family is
   * for executors that keep all values.
   */
  guint64 most_macs_on_host;

  /* Whether conditions are computed on the host, by the reference executor, so that
   * their weights are not packed.
   */
  gboolean has_conditions_on_host;

  /* A low guess of the rate its convolutions reach, FLOP/s. */
  double (*estimate_rate) (const DipDeviceInfo *info);

  /* Bytes of a value that a kernel binds at once at least: no more than
   * maxStorageBufferRange.  (What they reach through addresses does not count.)
   */
  gsize (*bound_size) (const DipShape *shape);

  /* Whether packs are bound too, each whole. */
  gboolean binds_packs;

  /* Bytes of a value of @shape, a multiple of DIP_ALIGNMENT. */
  gsize (*value_size) (const DipShape *shape);

  /* NCHW float32 to the layout, all value_size() bytes, and back. */
  void (*pack_value) (const DipShape *shape, const float *nchw, gpointer bytes);
  void (*unpack_value) (const DipShape *shape, gconstpointer bytes, float *nchw);

  /* Whether 32-bit word number @word of a value is padding that nobody writes or
   * reads; NULL where there is none.  The self-test looks there for strays.
   */
  gboolean (*is_padding) (const DipShape *shape, gsize word);

  /* The packs @node's kernels read; returns how many. */
  guint (*list_packs) (const DipGraph *graph, const DipNode *node, DipPack *packs);

  /* Writes pack number @i of them. */
  void (*fill_pack) (const DipGraph *graph, const DipNode *node, guint i, gpointer bytes);

  /* Bytes of scratch @node needs while it runs; 0 for most.  @info's limits
   * may be used to bound it.
   */
  gsize (*scratch_size) (const DipGraph *graph,
                         const DipNode *node,
                         const DipDeviceInfo *info);

  /* Times variants of kernels on the device for @graph's shapes and notes the fastest
   * (device-notes.h), unless that was done before.  May not change a result.  NULL
   * where there is nothing to tune.
   */
  gboolean (*tune) (DipDevice *device,
                    const DipGraph *graph,
                    GCancellable *cancellable,
                    GError **error);

  /* Records the dispatches of one node.  What goes wrong goes to
   * dip_recorder_fail().
   */
  void (*record) (DipRecorder *recorder, const DipNodeSite *site);
};

/* Nodes that the executor computes on the host, and inputs. */
gboolean dip_family_is_on_host (DipOp op);

/* self->list_packs(), but nothing for a node whose result comes from the host. */
guint dip_family_list_packs (const DipFamily *self,
                             const DipGraph *graph,
                             const DipNode *node,
                             DipPack packs[DIP_MAX_PACKS]);

/* GPUs, and any device where there is nothing better: channels last, in float32, in
 * half precision, and in half precision with cooperative matrices.
 */
extern const DipFamily dip_family_generic;
extern const DipFamily dip_family_generic_fp16;
extern const DipFamily dip_family_generic_matrix;

/* llvmpipe and its like, eight lanes wide: a blocked layout and straight-line
 * kernels that the driver's compiler turns into plain vector code.  Newer drivers do so
 * with loops too, and better: the same kernels, but for sums, which are loops.
 */
extern const DipFamily dip_family_cpu;
extern const DipFamily dip_family_cpu_loops;

/* CPU devices: the reference executor.  Host and device are the same processor there,
 * and a miniature network is done sooner than its dispatches are sent.
 */
extern const DipFamily dip_family_reference;

#define DIP_MAX_FAMILIES 8

/* The families that may compute with @precision on a device, best first; returns how
 * many, 0 if the device cannot (half precision needs 16-bit storage).  Of those for
 * auto, the first is strict.  The environment's DIPTYCH_KERNELS leaves only those
 * whose name begins with its value, and for auto only the one of that name.
 */
guint dip_family_list (const DipDeviceInfo *info,
                       DipPrecision precision,
                       const DipFamily *families[DIP_MAX_FAMILIES]);

/* The first of those for fp32: there is one for every device. */
const DipFamily *dip_family_choose (const DipDeviceInfo *info);

/* The one of this name, or NULL. */
const DipFamily *dip_family_find (const char *name);

G_END_DECLS
