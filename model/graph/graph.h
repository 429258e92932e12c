#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The network as data.
 *
 * A graph is a list of nodes in an order in which they can run.  Each node
 * reads values and weights and makes exactly one value.  Five readers share
 * the one description: the Vulkan executor, the CPU reference, the memory
 * planner, the FLOP and byte counts and the text dump.
 *
 * Inputs are nodes too (DIP_OP_INPUT, without inputs of their own), so value i
 * is what node i makes, and a graph has as many values as nodes.
 *
 * Every value is a tensor of four axes (batch, channels, height, width),
 * float32 unless the reader stores it otherwise, row-major as PyTorch's NCHW.
 * What PyTorch keeps in two axes (time embeddings) has height and width 1.
 *
 * A graph is built once for one input size and is constant afterwards; it may
 * then be read from any thread.  Passes (passes.h) make new graphs from it.
 */

typedef struct _DipGraph DipGraph;

/* DIP_GRAPH_ERROR_SHAPE: inputs and weights of a node do not fit together.
 * DIP_GRAPH_ERROR_INPUT: what the caller filled in cannot be run (a class label
 * without a row in the embedding).
 */
typedef enum
{
  DIP_GRAPH_ERROR_SHAPE,
  DIP_GRAPH_ERROR_INPUT,
} DipGraphError;

#define DIP_GRAPH_ERROR (dip_graph_error_quark ())

GQuark dip_graph_error_quark (void);

/* Index of a value; DIP_NO_VALUE where an optional input is left out. */
typedef guint DipValueId;
#define DIP_NO_VALUE G_MAXUINT

/* Index of a weight; DIP_NO_WEIGHT where a layer has none (no bias, no affine). */
typedef guint DipWeightId;
#define DIP_NO_WEIGHT G_MAXUINT

typedef enum
{
  DIP_OP_INPUT,           /* a value the caller fills: see DipGraphInput */
  DIP_OP_TIME_PROJ,       /* x (B,1,1,1) timesteps -> (B, dim): sines and cosines.
                             diffusers get_timestep_embedding, max_period 10000 */
  DIP_OP_FOURIER_PROJ,    /* x (B,1,1,1) timesteps -> (B, 2 n): Gaussian Fourier features
                             of log(t); weight (n); diffusers GaussianFourierProjection */
  DIP_OP_EMBEDDING,       /* x (B,1,1,1) whole numbers -> rows of weight (n, dim) */
  DIP_OP_LINEAR,          /* (B,I) -> (B,O): weight (O,I), bias (O) or none */
  DIP_OP_CONV2D,          /* (B,I,H,W) -> (B,O,H',W'): weight (O,I,k,k), k 1 or 3; with
                             k 1 also (O,I), as attention's projections have it; bias
                             (O) or none */
  DIP_OP_GROUP_NORM,      /* over groups of channels; weight (C), bias (C) or none */
  DIP_OP_ACTIVATION,      /* attributes.activation, element by element */
  DIP_OP_ADD,             /* (x + y) * scale; y may be (B,C,1,1): broadcast over H and W */
  DIP_OP_SCALE_SHIFT,     /* x * (1 + y[:, :C]) + y[:, C:]; y (B,2C,1,1) */
  DIP_OP_CONCAT,          /* x then y along the channels */
  DIP_OP_UPSAMPLE,        /* nearest neighbour, twice as high and wide */
  DIP_OP_AVG_POOL,        /* 2x2 mean, stride 2 (odd last row or column dropped, as torch) */
  DIP_OP_ATTENTION,       /* softmax (q^T k / sqrt (d)) v over the H*W positions:
                             x = q, y = k, z = v, all (B, n_heads * d, H, W) */
  DIP_OP_AFFINE,          /* x * scale + offset */
  DIP_OP_DIVIDE,          /* x / y, y (B,1,1,1): Fourier networks divide by the timestep */
  DIP_N_OPS
} DipOp;

typedef enum
{
  DIP_ACTIVATION_NONE,
  DIP_ACTIVATION_SILU,    /* x sigmoid (x); "swish" is the same */
  DIP_ACTIVATION_GELU,    /* erf form */
  DIP_ACTIVATION_MISH,
  DIP_ACTIVATION_RELU,
} DipActivation;

/* What the caller fills before the graph runs. */
typedef enum
{
  DIP_GRAPH_INPUT_SAMPLE,        /* (B, in_channels, H, W): x_t */
  DIP_GRAPH_INPUT_TIMESTEPS,     /* (B, 1, 1, 1), float32; fractions are allowed */
  DIP_GRAPH_INPUT_CLASS_LABELS,  /* (B, 1, 1, 1): a row number or, with class_embed_type
                                    "timestep", a number; (B, dim, 1, 1) with "identity" */
  DIP_N_GRAPH_INPUTS
} DipGraphInput;

typedef struct
{
  guint batch;
  guint channels;
  guint height;
  guint width;
} DipShape;

typedef struct
{
  DipShape shape;
  char *name;             /* of the node that makes it: diffusers' module name
                             ("down_blocks.0.resnets.0.conv1"), or an input's
                             ("sample", "timesteps", "class_labels") */
} DipValue;

typedef struct
{
  char *name;             /* as in the checkpoint, legacy names already renamed */
  guint n_dims;
  gsize shape[4];
  const float *data;      /* float32, row-major, borrowed: alive as long as what
                             dip_graph_set_owner() was given, and to be read
                             only while it is held (dip_graph_hold_data());
                             NULL in a graph built without weights (for counting
                             alone) */
} DipWeight;

/* Which fields count is said beside each op; the others are zero. */
typedef struct
{
  guint kernel;           /* CONV2D: 1 or 3 */
  guint stride;           /* CONV2D: 1 or 2 */
  guint pad_before;       /* CONV2D: zeros above and left of the picture ... */
  guint pad_after;        /* ... below and right of it (0 and 1 where
                             downsample_padding is 0) */
  guint n_groups;         /* GROUP_NORM */
  double eps;             /* GROUP_NORM */
  guint n_heads;          /* ATTENTION */
  DipActivation activation; /* ACTIVATION; after a pass also GROUP_NORM, LINEAR */
  double scale;           /* ADD (1 if unset never: always given), AFFINE */
  double offset;          /* AFFINE */
  guint dim;              /* TIME_PROJ: width of the embedding */
  gboolean flip_sin_to_cos; /* TIME_PROJ, FOURIER_PROJ: cosines first */
  double freq_shift;      /* TIME_PROJ: downscale_freq_shift */
  gboolean take_log;      /* FOURIER_PROJ: of the timestep, before */
} DipAttributes;

/* One operation.
 *
 * The plain network, as the builders write it, uses only what is named beside
 * each op above.  Passes fold neighbours into a node; the folded node means
 *
 *   GROUP_NORM:  act (norm (concat (x, y)) )              y optional: two inputs as one
 *   CONV2D:      (conv (up (concat (x, y))) + bias + channel_bias + residual) * scale
 *   LINEAR:      act (linear (x))
 *
 * up() doubles height and width (nearest) when is_upsampling; the stride is 1 then.  channel_bias is
 * (B, O, 1, 1).  The reference executor computes folded nodes too.
 */
typedef struct
{
  DipOp op;
  char *name;             /* module name of the last layer folded in; never NULL */
  DipValueId output;
  DipValueId x;
  DipValueId y;
  DipValueId z;
  DipValueId channel_bias; /* CONV2D, after a pass */
  DipValueId residual;     /* CONV2D, after a pass: the output's shape */
  gboolean is_upsampling;  /* CONV2D, after a pass */
  gboolean is_condition;   /* after a pass: follows from timesteps and class labels alone,
                              image by image */
  DipWeightId weight;
  DipWeightId bias;
  DipAttributes attributes;
} DipNode;

/* Building ------------------------------------------------------------- */

DipGraph *dip_graph_new (void);
DipGraph *dip_graph_ref (DipGraph *self);
void dip_graph_unref (DipGraph *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipGraph, dip_graph_unref)

/* Keeps @owner alive as long as the graph: what the weights' data lies in. */
void dip_graph_set_owner (DipGraph *self, gpointer owner, GDestroyNotify free_owner);

/* Lets the owner keep data in memory only while it is read: @hold is called before,
 * @release after, with the address of a weight's data.  Both may be called from any
 * thread.  Without them data is always there.
 */
typedef void (*DipGraphDataFunc) (gpointer owner, const float *data);
void dip_graph_set_keeper (DipGraph *self,
                           DipGraphDataFunc hold,
                           DipGraphDataFunc release);

/* Whoever reads a weight's data (NULL is nothing) holds it first, and releases it as
 * often.  dip_reference_run() and dip_reference_run_node() do so themselves.
 */
void dip_graph_hold_data (const DipGraph *self, const float *data);
void dip_graph_release_data (const DipGraph *self, const float *data);

/* Adds the node and value of an input; once for each input. */
DipValueId dip_graph_add_input (DipGraph *self, DipGraphInput input, const DipShape *shape);

/* Copies name and shape; @data is borrowed and may be NULL. */
DipWeightId dip_graph_add_weight (DipGraph *self,
                                  const char *name,
                                  guint n_dims,
                                  const gsize *shape,
                                  const float *data);

/* Adds a copy of @node (its output field is ignored), infers the shape of its
 * value and returns the value.  Inputs must exist already.  A shape that does
 * not fit is a programming error: builders check configurations first and
 * report them; see dip_graph_infer_shape() to ask without adding.
 */
DipValueId dip_graph_add_node (DipGraph *self, const DipNode *node);

/* A node of @op with every optional field unset, scale 1. */
void dip_node_init (DipNode *self, DipOp op, const char *name, DipValueId x);

/* The shape @node would make; FALSE with a reason in @error where the inputs
 * do not fit (channels, groups, heads, a picture smaller than the kernel, sizes
 * beyond 2^31 elements).
 */
gboolean dip_graph_infer_shape (const DipGraph *self,
                                const DipNode *node,
                                DipShape *shape,
                                GError **error);

/* Gives the value a second, outer module's name ("down_blocks.0"): the record
 * points of `forward --record`.  A value can have several names.
 */
void dip_graph_name_value (DipGraph *self, DipValueId value, const char *name);
void dip_graph_set_output (DipGraph *self, DipValueId value);

/* Reading -------------------------------------------------------------- */

guint dip_graph_get_n_nodes (const DipGraph *self);
const DipNode *dip_graph_get_node (const DipGraph *self, guint i);
guint dip_graph_get_n_values (const DipGraph *self);
const DipValue *dip_graph_get_value (const DipGraph *self, DipValueId id);
guint dip_graph_get_n_weights (const DipGraph *self);
const DipWeight *dip_graph_get_weight (const DipGraph *self, DipWeightId id);

/* DIP_NO_VALUE where the network has no such input. */
DipValueId dip_graph_get_input (const DipGraph *self, DipGraphInput input);
DipValueId dip_graph_get_output (const DipGraph *self);

/* The record points in order: name and value of number @i, or NULL past the end. */
const char *dip_graph_get_record (const DipGraph *self, guint i, DipValueId *value);

/* The values @node reads, without the absent ones: x, y, z, channel_bias,
 * residual.  One value can be there twice.
 */
guint dip_node_get_inputs (const DipNode *self, DipValueId inputs[5]);

/* Holds or releases the data of @self's weights. */
void dip_node_hold_data (const DipNode *self, const DipGraph *graph, gboolean is_held);

/* Whether @node reads @value. */
gboolean dip_node_reads (const DipNode *self, DipValueId value);

gsize dip_weight_get_n_elements (const DipWeight *self);
gsize dip_shape_get_n_elements (const DipShape *self);
gboolean dip_shape_equal (const DipShape *a, const DipShape *b);

/* In small letters ("conv2d", "silu"). */
const char *dip_op_get_name (DipOp op);
const char *dip_activation_get_name (DipActivation activation);

G_END_DECLS
