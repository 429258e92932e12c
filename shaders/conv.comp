#version 450
#extension GL_GOOGLE_include_directive : require

#include "shared.h"

/* out = (conv (up (concat (x, y))) + bias + channel_bias + residual) * scale
 *
 * x (n_x,H,W), y (n_y,H,W), out (n_out,H',W'), kernel 1 or 3, stride 1 or 2,
 * up() nearest neighbour twice as large where ZOOM is 2.
 *
 * Implicit GEMM: a workgroup makes TILE_OUT channels of TILE_PIXELS pixels.  For
 * every tap of the kernel it walks the input channels in steps of
 * DIP_CONV_DEPTH, through shared memory; an invocation holds a block of
 * OUT_EACH x PIXELS_EACH sums in registers.
 */

layout (local_size_x = DIP_GROUP) in;
layout (constant_id = 0) const uint KERNEL = 3;
layout (constant_id = 1) const uint STRIDE = 1;
layout (constant_id = 2) const uint ZOOM = 1;
layout (constant_id = 3) const bool HAS_Y = false;
layout (constant_id = 4) const bool HAS_BIAS = true;
layout (constant_id = 5) const bool HAS_CHANNEL_BIAS = false;
layout (constant_id = 6) const bool HAS_RESIDUAL = false;
layout (constant_id = 7) const uint OUT_EACH = 8;
layout (constant_id = 8) const uint PIXELS_EACH = 4;

/* Invocations stand 8 (channels) by 16 (pixels). */
const uint ROWS = 8;
const uint COLUMNS = 16;
const uint TILE_OUT = ROWS * OUT_EACH;
const uint TILE_PIXELS = COLUMNS * PIXELS_EACH;

layout (push_constant) uniform Block { DipPushConv push; };

layout (binding = 0) writeonly buffer Out { float out_[]; };
layout (binding = 1) readonly buffer X { float x[]; };
layout (binding = 2) readonly buffer Y { float y[]; };
layout (binding = 3) readonly buffer Weight { float weight[]; }; /* (taps,in,out) */
layout (binding = 4) readonly buffer Bias { float bias[]; };     /* (out) */
layout (binding = 5) readonly buffer ChannelBias { float channel_bias[]; };
layout (binding = 6) readonly buffer Residual { float residual[]; };

shared float weights[DIP_CONV_DEPTH * TILE_OUT];
shared float pixels[DIP_CONV_DEPTH * TILE_PIXELS];

/* Pixel @at of input channel @c of this image. */
float
load (uint c, uint at)
{
  uint n = push.in_height * push.in_width;

  if (HAS_Y && c >= push.n_x)
    return y[gl_WorkGroupID.z * push.y_stride + (c - push.n_x) * n + at];

  return x[gl_WorkGroupID.z * push.x_stride + c * n + at];
}

/* Where output pixel (@row, @column) looks with tap @tap; false in the padding. */
bool
find_input (uint row, uint column, uint tap, out uint at)
{
  int iy = int (row * STRIDE + tap / KERNEL) - int (push.pad);
  int ix = int (column * STRIDE + tap % KERNEL) - int (push.pad);

  at = 0;
  if (iy < 0 || ix < 0 || iy >= int (ZOOM * push.in_height) ||
      ix >= int (ZOOM * push.in_width))
    return false;

  at = uint (iy) / ZOOM * push.in_width + uint (ix) / ZOOM;
  return true;
}

void
main ()
{
  uint t = gl_LocalInvocationID.x;
  uint first_out = gl_WorkGroupID.y * TILE_OUT;
  uint first_pixel = (push.first_tile + gl_WorkGroupID.x) * TILE_PIXELS;
  uint n_pixels = push.out_height * push.out_width;
  uint n_in = push.n_x + push.n_y;
  uint my_pixel = first_pixel + t % TILE_PIXELS; /* which this invocation loads */
  float totals[OUT_EACH][PIXELS_EACH];
  float sums[OUT_EACH][PIXELS_EACH];
  uint n_steps = 0;

  for (uint i = 0; i < OUT_EACH; i++)
    for (uint j = 0; j < PIXELS_EACH; j++)
      {
        totals[i][j] = 0.0;
        sums[i][j] = 0.0;
      }

  for (uint tap = 0; tap < KERNEL * KERNEL; tap++)
    {
      uint at;
      bool is_inside = find_input (my_pixel / push.out_width, my_pixel % push.out_width,
                                   tap, at) && my_pixel < n_pixels;

      for (uint first_in = 0; first_in < n_in; first_in += DIP_CONV_DEPTH)
        {
          barrier ();
          for (uint k = t / TILE_PIXELS; k < DIP_CONV_DEPTH; k += DIP_GROUP / TILE_PIXELS)
            {
              float v = 0.0;

              if (is_inside && first_in + k < n_in)
                v = load (first_in + k, at);
              pixels[k * TILE_PIXELS + t % TILE_PIXELS] = v;
            }
          for (uint k = t / TILE_OUT; k < DIP_CONV_DEPTH; k += DIP_GROUP / TILE_OUT)
            {
              uint o = first_out + t % TILE_OUT;
              float v = 0.0;

              if (o < push.n_out && first_in + k < n_in)
                v = weight[(tap * n_in + first_in + k) * push.n_out + o];
              weights[k * TILE_OUT + t % TILE_OUT] = v;
            }
          barrier ();

          for (uint k = 0; k < DIP_CONV_DEPTH; k++)
            {
              float a[OUT_EACH];
              float b[PIXELS_EACH];

              for (uint i = 0; i < OUT_EACH; i++)
                a[i] = weights[k * TILE_OUT + t / COLUMNS + i * ROWS];
              for (uint j = 0; j < PIXELS_EACH; j++)
                b[j] = pixels[k * TILE_PIXELS + t % COLUMNS + j * COLUMNS];
              for (uint i = 0; i < OUT_EACH; i++)
                for (uint j = 0; j < PIXELS_EACH; j++)
                  sums[i][j] = fma (a[i], b[j], sums[i][j]);
            }

          if (++n_steps % DIP_CONV_BLOCK == 0)
            for (uint i = 0; i < OUT_EACH; i++)
              for (uint j = 0; j < PIXELS_EACH; j++)
                {
                  totals[i][j] += sums[i][j];
                  sums[i][j] = 0.0;
                }
        }
    }

  for (uint i = 0; i < OUT_EACH; i++)
    {
      uint o = first_out + t / COLUMNS + i * ROWS;

      if (o >= push.n_out)
        continue;

      float offset = 0.0;
      if (HAS_BIAS)
        offset += bias[o];
      if (HAS_CHANNEL_BIAS)
        offset += channel_bias[gl_WorkGroupID.z * push.channel_bias_stride + o];

      for (uint j = 0; j < PIXELS_EACH; j++)
        {
          uint p = first_pixel + t % COLUMNS + j * COLUMNS;
          uint at = gl_WorkGroupID.z * push.out_stride + o * n_pixels + p;
          float v = totals[i][j] + sums[i][j] + offset;

          if (p >= n_pixels)
            continue;
          if (HAS_RESIDUAL)
            v += residual[at];
          out_[at] = v * push.scale;
        }
    }
}
