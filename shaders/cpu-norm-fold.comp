#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_KHR_shader_subgroup_arithmetic : require
/* From the statistics of tiles to a factor and an offset a channel:
 * norm (x) = x * factor + offset.  Tiles are joined as Chan, Golub and LeVeque
 * do it: the squares about each tile's mean plus those of the means.
 *
 * Grid: groups of channels.  The lanes take a tile each.
 */
#define PUSH DipCpuFold
#include "cpu.glsl"

uint n_across = (push.width + DIP_CPU_TILE - 1u) / DIP_CPU_TILE;
uint n_down = (push.height + DIP_CPU_STAT_ROWS - 1u) / DIP_CPU_STAT_ROWS;

Floats
find_channel (uint channel)
{
  uint tile = channel / N_LANES * n_across * n_down;
  return Floats (push.x + PIXELS (tile * 2u) + FLOATS (channel % N_LANES));
}

/* Tiles of one row of them are neighbours; without a division, which the driver does
 * lane by lane. */
float
count_tile (uint tile)
{
  uint down = uint ((float (tile) + 0.5) * (1.0 / float (n_across)));
  uint across = tile - down * n_across;
  return float (min (DIP_CPU_TILE, push.width - across * DIP_CPU_TILE)
                * min (DIP_CPU_STAT_ROWS, push.height - down * DIP_CPU_STAT_ROWS));
}

void
main ()
{
  uint group = grid_id ().x;
  uint n_channels = push.channels / push.n_groups;
  uint first = group * n_channels;
  uint n_tiles = n_across * n_down;
  float n = float (push.width * push.height) * float (n_channels);

  float sum = 0.0;
  for (uint c = first; c < first + n_channels; c++)
    {
      Floats partials = find_channel (c);
      float part = 0.0;
      for (uint t = LANE; t < n_tiles; t += N_LANES)
        part += count_tile (t) * partials.at[t * 2u * N_LANES];
      sum += subgroupAdd (part);
    }
  float mean = sum / n;

  float squares = 0.0;
  for (uint c = first; c < first + n_channels; c++)
    {
      Floats partials = find_channel (c);
      float part = 0.0;
      for (uint t = LANE; t < n_tiles; t += N_LANES)
        {
          float d = partials.at[t * 2u * N_LANES] - mean;
          part += partials.at[(t * 2u + 1u) * N_LANES] + count_tile (t) * d * d;
        }
      squares += subgroupAdd (part);
    }
  float scale = 1.0 / sqrt (squares / n + push.eps);

  /* The last group also has the channels that fill up the last block. */
  uint end = group + 1u < push.n_groups ? first + n_channels
                                        : (push.channels + N_LANES - 1u) / N_LANES * N_LANES;
  for (uint channel = first + LANE; channel < end; channel += N_LANES)
    {
      bool is_real = channel < push.channels;
      uint near = min (channel, push.channels - 1u);
      float factor = scale;
      if (push.has_weight != 0u)
        factor *= Floats (push.weight).at[near];
      float offset = -mean * factor;
      if (push.has_bias != 0u)
        offset += Floats (push.bias).at[near];

      Results to = Results (push.factors + PIXELS (channel / N_LANES * 2u)
                            + FLOATS (channel % N_LANES));
      to.at[0] = is_real ? factor : 0.0;
      to.at[N_LANES] = is_real ? offset : 0.0;
    }
}
