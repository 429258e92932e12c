#include "model/graph/graph.h"

/* Vulkan's invocation and push constant counts are 32 bits wide. */
#define MAX_ELEMENTS ((gsize) G_MAXINT32)

/* The node in question, with what it reads; y and z are NULL where absent. */
typedef struct
{
  const DipGraph *graph;
  const DipNode *node;
  const DipShape *x;
  const DipShape *y;
  const DipShape *z;
  GError **error;
} Question;

G_GNUC_PRINTF (2, 3)
static gboolean
refuse (const Question *q, const char *format, ...)
{
  g_autofree char *reason = NULL;
  va_list args;

  va_start (args, format);
  reason = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (q->error, DIP_GRAPH_ERROR, DIP_GRAPH_ERROR_SHAPE, "%s (%s): %s",
               q->node->name, dip_op_get_name (q->node->op), reason);

  return FALSE;
}

static const DipShape *
get_shape (const DipGraph *graph, DipValueId value)
{
  return value == DIP_NO_VALUE ? NULL : &dip_graph_get_value (graph, value)->shape;
}

static gboolean
inputs_exist (const Question *q)
{
  DipValueId inputs[5];
  guint n = dip_node_get_inputs (q->node, inputs);

  for (guint i = 0; i < n; i++)
    if (inputs[i] >= dip_graph_get_n_values (q->graph))
      return refuse (q, "input %u does not exist", inputs[i]);

  if (q->node->x == DIP_NO_VALUE)
    return refuse (q, "no input");

  return TRUE;
}

/* Two pictures that only differ in their channels. */
static gboolean
is_same_picture (const DipShape *a, const DipShape *b)
{
  return a->batch == b->batch && a->height == b->height && a->width == b->width;
}

static gboolean
is_vector (const DipShape *shape)
{
  return shape->height == 1 && shape->width == 1;
}

static gboolean
check_vector (const Question *q, const DipShape *shape)
{
  if (is_vector (shape))
    return TRUE;

  return refuse (q, "needs (batch, features), not a picture of %u x %u", shape->width,
                 shape->height);
}

static gboolean
check_per_image_number (const Question *q, const DipShape *shape)
{
  if (shape->channels == 1 && is_vector (shape))
    return TRUE;

  return refuse (q, "needs one number for each image, not %u x %u x %u", shape->channels,
                 shape->height, shape->width);
}

/* @n elements in one dimension, or no weight at all. */
static gboolean
check_per_channel_weight (const Question *q, DipWeightId id, gsize n)
{
  const DipWeight *weight;

  if (id == DIP_NO_WEIGHT)
    return TRUE;

  weight = dip_graph_get_weight (q->graph, id);
  if (weight->n_dims == 1 && weight->shape[0] == n)
    return TRUE;

  return refuse (q,
                 "'%s' has %" G_GSIZE_FORMAT
                 " elements in %u dimensions, not (%" G_GSIZE_FORMAT ")",
                 weight->name, dip_weight_get_n_elements (weight), weight->n_dims, n);
}

static const DipWeight *
get_needed_weight (const Question *q)
{
  if (q->node->weight != DIP_NO_WEIGHT)
    return dip_graph_get_weight (q->graph, q->node->weight);

  refuse (q, "no weight");
  return NULL;
}

/* The weight of a layer from @n_in to any number of features, (O, I) or with
 * the @kernel's two axes behind.
 */
static gboolean
check_layer_weight (const Question *q, guint n_in, guint kernel, guint *n_out)
{
  const DipWeight *weight = get_needed_weight (q);

  if (weight == NULL)
    return FALSE;
  if (weight->n_dims != 4 && !(weight->n_dims == 2 && kernel == 1))
    return refuse (q, "'%s' has %u dimensions", weight->name, weight->n_dims);
  if (weight->shape[1] != n_in)
    return refuse (q, "%u features come in, '%s' takes %" G_GSIZE_FORMAT, n_in,
                   weight->name, weight->shape[1]);
  if (weight->n_dims == 4 && (weight->shape[2] != kernel || weight->shape[3] != kernel))
    return refuse (q, "'%s' is not %u x %u", weight->name, kernel, kernel);
  if (weight->shape[0] == 0 || weight->shape[0] > MAX_ELEMENTS)
    return refuse (q, "'%s' makes %" G_GSIZE_FORMAT " features", weight->name,
                   weight->shape[0]);

  *n_out = weight->shape[0];
  return check_per_channel_weight (q, q->node->bias, *n_out);
}

static gboolean
infer_time_proj (const Question *q, DipShape *shape)
{
  guint half = q->node->attributes.dim / 2;

  if (!check_per_image_number (q, q->x))
    return FALSE;
  if (half == 0)
    return refuse (q, "an embedding of %u numbers", q->node->attributes.dim);
  if (q->node->attributes.freq_shift == half)
    return refuse (q, "freq_shift %u leaves no frequencies", half);

  shape->channels = q->node->attributes.dim;
  return TRUE;
}

static gboolean
infer_fourier_proj (const Question *q, DipShape *shape)
{
  const DipWeight *weight = get_needed_weight (q);

  if (weight == NULL || !check_per_image_number (q, q->x))
    return FALSE;
  if (weight->n_dims != 1 || weight->shape[0] == 0 || weight->shape[0] > MAX_ELEMENTS / 2)
    return refuse (q, "'%s' is not a list of frequencies", weight->name);

  shape->channels = 2 * weight->shape[0];
  return TRUE;
}

static gboolean
infer_embedding (const Question *q, DipShape *shape)
{
  const DipWeight *weight = get_needed_weight (q);

  if (weight == NULL || !check_per_image_number (q, q->x))
    return FALSE;
  if (weight->n_dims != 2 || weight->shape[1] == 0 || weight->shape[1] > MAX_ELEMENTS)
    return refuse (q, "'%s' is not a table of rows", weight->name);

  shape->channels = weight->shape[1];
  return TRUE;
}

static gboolean
infer_linear (const Question *q, DipShape *shape)
{
  if (!check_vector (q, q->x))
    return FALSE;

  return check_layer_weight (q, q->x->channels, 1, &shape->channels);
}

/* Pixels along one axis after a convolution; 0 where the kernel does not fit. */
static guint
get_convolved_size (const DipAttributes *a, guint size)
{
  guint64 padded = (guint64) size + a->pad_before + a->pad_after;

  return padded < a->kernel ? 0 : (padded - a->kernel) / a->stride + 1;
}

/* What was folded into a convolution must fit its output. */
static gboolean
check_conv_additions (const Question *q, const DipShape *output)
{
  const DipShape *bias = get_shape (q->graph, q->node->channel_bias);
  const DipShape *residual = get_shape (q->graph, q->node->residual);

  if (bias != NULL && !(is_vector (bias) && bias->batch == output->batch &&
                        bias->channels == output->channels))
    return refuse (q, "the channel bias has %u channels, the output %u", bias->channels,
                   output->channels);
  if (residual != NULL && !dip_shape_equal (residual, output))
    return refuse (q, "the residual is %u x %u x %u, the output %u x %u x %u",
                   residual->channels, residual->height, residual->width,
                   output->channels, output->height, output->width);

  return TRUE;
}

static gboolean
infer_conv (const Question *q, DipShape *shape)
{
  const DipAttributes *a = &q->node->attributes;
  guint zoom = q->node->is_upsampling ? 2 : 1;

  if (a->kernel != 1 && a->kernel != 3)
    return refuse (q, "a kernel of %u x %u", a->kernel, a->kernel);
  if (a->stride != 1 && a->stride != 2)
    return refuse (q, "a stride of %u", a->stride);
  if (!check_layer_weight (q, shape->channels, a->kernel, &shape->channels))
    return FALSE;

  shape->height = get_convolved_size (a, zoom * q->x->height);
  shape->width = get_convolved_size (a, zoom * q->x->width);
  if (shape->height == 0 || shape->width == 0)
    return refuse (q, "a picture of %u x %u is smaller than the kernel", q->x->width,
                   q->x->height);

  return check_conv_additions (q, shape);
}

static gboolean
check_group_norm (const Question *q, const DipShape *shape)
{
  guint n_groups = q->node->attributes.n_groups;

  if (n_groups == 0 || shape->channels % n_groups != 0)
    return refuse (q, "%u channels do not make %u groups", shape->channels, n_groups);

  return check_per_channel_weight (q, q->node->weight, shape->channels) &&
         check_per_channel_weight (q, q->node->bias, shape->channels);
}

static gboolean
check_add (const Question *q)
{
  if (dip_shape_equal (q->x, q->y))
    return TRUE;
  if (is_vector (q->y) && q->y->batch == q->x->batch && q->y->channels == q->x->channels)
    return TRUE;

  return refuse (q, "%u x %u x %u and %u x %u x %u", q->x->channels, q->x->height,
                 q->x->width, q->y->channels, q->y->height, q->y->width);
}

static gboolean
check_scale_shift (const Question *q)
{
  if (is_vector (q->y) && q->y->batch == q->x->batch &&
      q->y->channels == 2 * (guint64) q->x->channels)
    return TRUE;

  return refuse (q, "%u channels take %u scales and shifts", q->x->channels,
                 q->y->channels);
}

static gboolean
infer_concat (const Question *q, DipShape *shape)
{
  if (!is_same_picture (q->x, q->y))
    return refuse (q, "%u x %u and %u x %u pixels", q->x->width, q->x->height,
                   q->y->width, q->y->height);

  shape->channels = q->x->channels + q->y->channels;
  return TRUE;
}

static gboolean
infer_avg_pool (const Question *q, DipShape *shape)
{
  if (q->x->height < 2 || q->x->width < 2)
    return refuse (q, "a picture of %u x %u cannot be halved", q->x->width, q->x->height);

  shape->height /= 2;
  shape->width /= 2;
  return TRUE;
}

static gboolean
check_attention (const Question *q)
{
  guint n_heads = q->node->attributes.n_heads;

  if (n_heads == 0 || q->x->channels % n_heads != 0)
    return refuse (q, "%u channels do not make %u heads", q->x->channels, n_heads);
  if (!dip_shape_equal (q->x, q->y) || !dip_shape_equal (q->x, q->z))
    return refuse (q, "query, key and value have %u, %u and %u channels", q->x->channels,
                   q->y->channels, q->z->channels);

  return TRUE;
}

static gboolean
check_divide (const Question *q)
{
  if (!check_per_image_number (q, q->y))
    return FALSE;
  if (q->y->batch != q->x->batch)
    return refuse (q, "a batch of %u by one of %u", q->x->batch, q->y->batch);

  return TRUE;
}

static gboolean
is_needing_y (DipOp op)
{
  return op == DIP_OP_ADD || op == DIP_OP_SCALE_SHIFT || op == DIP_OP_CONCAT ||
         op == DIP_OP_ATTENTION || op == DIP_OP_DIVIDE;
}

static gboolean
is_taking_two_as_one (DipOp op)
{
  return op == DIP_OP_CONV2D || op == DIP_OP_GROUP_NORM;
}

/* The inputs the op needs and no others; @shape starts as x's. */
static gboolean
start_inference (const Question *q, DipShape *shape)
{
  DipOp op = q->node->op;

  *shape = *q->x;
  if (is_needing_y (op) != (q->y != NULL) && !is_taking_two_as_one (op))
    return refuse (q, "%s", q->y != NULL ? "a second input" : "no second input");
  if ((op == DIP_OP_ATTENTION) != (q->z != NULL))
    return refuse (q, "%s", q->z != NULL ? "a third input" : "no third input");
  if (op != DIP_OP_CONV2D &&
      (q->node->channel_bias != DIP_NO_VALUE || q->node->residual != DIP_NO_VALUE))
    return refuse (q, "only a convolution takes a channel bias or a residual");
  if (is_taking_two_as_one (op) && q->y != NULL)
    return infer_concat (q, shape);

  return TRUE;
}

static gboolean
infer_op (const Question *q, DipShape *shape)
{
  switch (q->node->op)
    {
    case DIP_OP_TIME_PROJ:
      return infer_time_proj (q, shape);
    case DIP_OP_FOURIER_PROJ:
      return infer_fourier_proj (q, shape);
    case DIP_OP_EMBEDDING:
      return infer_embedding (q, shape);
    case DIP_OP_LINEAR:
      return infer_linear (q, shape);
    case DIP_OP_CONV2D:
      return infer_conv (q, shape);
    case DIP_OP_GROUP_NORM:
      return check_group_norm (q, shape);
    case DIP_OP_ADD:
      return check_add (q);
    case DIP_OP_SCALE_SHIFT:
      return check_scale_shift (q);
    case DIP_OP_CONCAT:
      return infer_concat (q, shape);
    case DIP_OP_UPSAMPLE:
      shape->height *= 2;
      shape->width *= 2;
      return TRUE;
    case DIP_OP_AVG_POOL:
      return infer_avg_pool (q, shape);
    case DIP_OP_ATTENTION:
      return check_attention (q);
    case DIP_OP_DIVIDE:
      return check_divide (q);
    case DIP_OP_ACTIVATION:
    case DIP_OP_AFFINE:
      return TRUE;
    case DIP_OP_INPUT:
    case DIP_N_OPS:
    default:
      return refuse (q, "an input is no operation");
    }
}

/* The product cannot overflow: it is below 2^31 before each factor below 2^32. */
static gboolean
is_too_large (const DipShape *shape)
{
  const guint factors[] = { shape->batch, shape->channels, shape->height, shape->width };
  guint64 n = 1;

  for (guint i = 0; i < G_N_ELEMENTS (factors); i++)
    {
      n *= factors[i];
      if (n > MAX_ELEMENTS)
        return TRUE;
    }

  return FALSE;
}

gboolean
dip_graph_infer_shape (const DipGraph *self,
                       const DipNode *node,
                       DipShape *shape,
                       GError **error)
{
  Question q = { .graph = self, .node = node, .error = error };

  g_return_val_if_fail (self != NULL && node != NULL && shape != NULL, FALSE);
  g_return_val_if_fail (node->op < DIP_N_OPS, FALSE);

  if (!inputs_exist (&q))
    return FALSE;

  q.x = get_shape (self, node->x);
  q.y = get_shape (self, node->y);
  q.z = get_shape (self, node->z);

  if (!start_inference (&q, shape) || !infer_op (&q, shape))
    return FALSE;
  if (is_too_large (shape))
    return refuse (&q, "%u x %u x %u x %u elements are beyond 2^31", shape->batch,
                   shape->channels, shape->height, shape->width);

  return TRUE;
}
