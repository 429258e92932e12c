#version 460
#extension GL_GOOGLE_include_directive : require
/* Mean, and sum of squares about it, of each channel over a tile of eight by
 * DIP_CPU_STAT_ROWS pixels: what cpu-norm-fold joins without cancellation.
 *
 * Grid: tiles, bands of rows, blocks of channels.
 */
#define PUSH DipCpuStat
#define UNIFORM_IDS
#define UNIFORM_ORIGIN
#define BOUND_RESULT 2
#include "cpu.glsl"

void
main ()
{
  uvec3 id = workgroup ();
  uint64_t base = push.x + push.y_step * uint64_t (id.z >= push.x_blocks);
  uint first = id.y * DIP_CPU_STAT_ROWS;
  uint n_columns = min (DIP_CPU_TILE, push.width - id.x * DIP_CPU_TILE);
  float n = float (n_columns * min (DIP_CPU_STAT_ROWS, push.height - first));

  /* Rows below the picture are read as its last one and not counted; columns
   * beside it are zero. */
  float sums[DIP_CPU_TILE];
  [[unroll]] for (uint c = 0; c < DIP_CPU_TILE; c++)
    sums[c] = 0.0;
  [[unroll]] for (uint r = 0; r < DIP_CPU_STAT_ROWS; r++)
    {
      uint row = min (first + r, push.height - 1u) + 1u;
      Floats x = Floats (base + PIXELS (id.z * push.plane + row * push.pitch
                                          + id.x * DIP_CPU_TILE + 1u));
      [[unroll]] for (uint c = 0; c < DIP_CPU_TILE; c++)
        {
          float v = load_vector (x, c * N_LANES);
          sums[c] += mix (0.0, v, first + r < push.height);
        }
    }
  float mean = (((sums[0] + sums[1]) + (sums[2] + sums[3]))
                + ((sums[4] + sums[5]) + (sums[6] + sums[7]))) / n;

  [[unroll]] for (uint c = 0; c < DIP_CPU_TILE; c++)
    sums[c] = 0.0;
  [[unroll]] for (uint r = 0; r < DIP_CPU_STAT_ROWS; r++)
    {
      uint row = min (first + r, push.height - 1u) + 1u;
      Floats x = Floats (base + PIXELS (id.z * push.plane + row * push.pitch
                                          + id.x * DIP_CPU_TILE + 1u));
      [[unroll]] for (uint c = 0; c < DIP_CPU_TILE; c++)
        {
          float d = load_vector (x, c * N_LANES) - mean;
          sums[c] += mix (0.0, d * d, first + r < push.height && c < n_columns);
        }
    }
  float squares = ((sums[0] + sums[1]) + (sums[2] + sums[3]))
                  + ((sums[4] + sums[5]) + (sums[6] + sums[7]));

  uint n_across = (push.width + DIP_CPU_TILE - 1u) / DIP_CPU_TILE;
  uint n_down = (push.height + DIP_CPU_STAT_ROWS - 1u) / DIP_CPU_STAT_ROWS;
  uint tile = (id.z * n_down + id.y) * n_across + id.x;
  keep_vector (0, mean);
  keep_vector (1, squares);
  store_bound (tile * 2u, mean);
  store_bound (tile * 2u + 1u, squares);
}
