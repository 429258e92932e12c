/* What the convolution's kernels share.
 *
 * out = (conv (up (concat (x, y))) + bias + channel_bias + residual) * scale
 *
 * x (n_x,H,W), y (n_y,H,W), out (n_out,H',W'), kernel 1 or 3, stride 1 or 2,
 * up() nearest neighbour twice as large where ZOOM is 2.
 *
 * Implicit GEMM: pixels are rows, output channels columns, taps by input channels the
 * sum.  A workgroup makes TILE_PIXELS by TILE_OUT.  It walks the sum in steps of DEPTH
 * channels of one tap through shared memory; what the next step needs is fetched into
 * registers while this one is computed.  Where a picture has too few tiles to fill a
 * GPU, N_SPLITS workgroups take a part of the sum each, and conv-sum.comp adds up.
 */

layout (local_size_x_id = 0) in;
layout (constant_id = 0) const uint THREADS = 128;
layout (constant_id = 1) const uint KERNEL = 3;
layout (constant_id = 2) const uint STRIDE = 1;
layout (constant_id = 3) const uint ZOOM = 1;
layout (constant_id = 4) const bool HAS_Y = false;
layout (constant_id = 5) const bool HAS_BIAS = true;
layout (constant_id = 6) const bool HAS_CHANNEL_BIAS = false;
layout (constant_id = 7) const bool HAS_RESIDUAL = false;
layout (constant_id = 8) const uint TILE_PIXELS = 64;
layout (constant_id = 9) const uint TILE_OUT = 64;
layout (constant_id = 10) const uint N_SPLITS = 1;

layout (push_constant) uniform Block { DipPushConv push; };

layout (binding = 0) writeonly buffer Out { QUAD out_[]; };
layout (binding = 1) readonly buffer X { QUAD x[]; };
layout (binding = 2) readonly buffer Y { QUAD y[]; };
layout (binding = 3) readonly buffer Weight { QUAD weight[]; }; /* (taps,in,out) */
layout (binding = 4) readonly buffer Bias { vec4 bias[]; };     /* (out) */
layout (binding = 5) readonly buffer ChannelBias { QUAD channel_bias[]; };
layout (binding = 6) readonly buffer Residual { QUAD residual[]; };
layout (binding = 7) buffer Partial { vec4 partial[]; }; /* (split,pixel,quad) */

/* Outside of every picture. */
const ivec2 NOWHERE = ivec2 (-0x4000000);

uint
get_image ()
{
  return gl_WorkGroupID.z / N_SPLITS;
}

/* Where tap 0 of output pixel @p looks: row and column. */
ivec2
find_origin (uint p)
{
  if (p >= push.out_height * push.out_width)
    return NOWHERE;

  return ivec2 (p / push.out_width, p % push.out_width) * int (STRIDE) - int (push.pad);
}

/* Quad @q of both inputs' channels under @tap; zero in the padding. */
vec4
load_pixel (ivec2 origin, uint tap, uint q)
{
  ivec2 at = origin + ivec2 (tap / KERNEL, tap % KERNEL);
  ivec2 size = ivec2 (push.in_height, push.in_width) * int (ZOOM);

  if (any (lessThan (at, ivec2 (0))) || any (greaterThanEqual (at, size)) ||
      q >= push.x_quads + push.y_quads)
    return vec4 (0.0);

  uint p = uint (at.x) / ZOOM * push.in_width + uint (at.y) / ZOOM;

  if (HAS_Y && q >= push.x_quads)
    return vec4 (y[get_image () * push.y_stride + p * push.y_quads + q - push.x_quads]);

  return vec4 (x[get_image () * push.x_stride + p * push.x_quads + q]);
}

/* Weights of input channel @k for output quad @o. */
vec4
load_weight (uint tap, uint k, uint o)
{
  uint n_in = 4 * (push.x_quads + push.y_quads);

  if (k >= n_in || o >= push.out_quads)
    return vec4 (0.0);

  return vec4 (weight[(tap * n_in + k) * push.out_quads + o]);
}

/* Bias, time embedding, residual and scale, and the value is in its place. */
void
finish (uint image, uint p, uint o, vec4 v)
{
  uint at = image * push.out_stride + p * push.out_quads + o;

  if (HAS_BIAS)
    v += bias[o];
  if (HAS_CHANNEL_BIAS)
    v += vec4 (channel_bias[image * push.channel_bias_stride + o]);
  if (HAS_RESIDUAL)
    v += vec4 (residual[at]);
  out_[at] = QUAD (v * push.scale);
}

/* The sum, or this split's part of it, for pixel @p and output quad @o. */
void
store (uint p, uint o, vec4 v)
{
  uint n_pixels = push.out_height * push.out_width;

  if (p >= n_pixels || o >= push.out_quads)
    return;

  if (N_SPLITS == 1)
    finish (get_image (), p, o, v);
  else
    partial[get_image () * push.partial_stride +
            (gl_WorkGroupID.z % N_SPLITS * n_pixels + p) * push.out_quads + o] = v;
}
