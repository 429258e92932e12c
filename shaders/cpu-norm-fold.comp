#version 460
#extension GL_GOOGLE_include_directive : require
/* From the statistics of tiles to a factor and an offset a channel:
 * norm (x) = x * factor + offset.  Tiles are joined as Chan, Golub and LeVeque
 * do it: the squares about each tile's mean plus those of the means.
 *
 * Grid: blocks of channels.
 */
#define PUSH DipCpuFold
#include "cpu.glsl"

uint n_across = (push.width + DIP_CPU_TILE - 1u) / DIP_CPU_TILE;
uint n_down = (push.height + DIP_CPU_STAT_ROWS - 1u) / DIP_CPU_STAT_ROWS;

Floats
find_channel (uint channel)
{
  bool is_first = channel < push.x_channels;
  uint c = is_first ? channel : channel - push.x_channels;
  uint64_t base = is_first ? push.x : push.y;
  uint tile = c / N_LANES * n_across * n_down;
  return Floats (base + PIXELS (tile * 2u) + FLOATS (c % N_LANES));
}

float
count_tile (uint across, uint down)
{
  return float (min (DIP_CPU_TILE, push.width - across * DIP_CPU_TILE)
                * min (DIP_CPU_STAT_ROWS, push.height - down * DIP_CPU_STAT_ROWS));
}

void
main ()
{
  uint block = grid_id ().x;
  uint channel = block * N_LANES + LANE;
  uint n_channels = push.channels / push.n_groups;
  uint first = min (channel, push.channels - 1u) / n_channels * n_channels;
  float n = float (push.width * push.height) * float (n_channels);

  float sum = 0.0;
  for (uint c = first; c < first + n_channels; c++)
    {
      Floats partials = find_channel (c);
      float part = 0.0;
      for (uint down = 0; down < n_down; down++)
        for (uint across = 0; across < n_across; across++)
          part += count_tile (across, down)
                  * partials.at[(down * n_across + across) * 2u * N_LANES];
      sum += part;
    }
  float mean = sum / n;

  float squares = 0.0;
  for (uint c = first; c < first + n_channels; c++)
    {
      Floats partials = find_channel (c);
      float part = 0.0;
      for (uint down = 0; down < n_down; down++)
        for (uint across = 0; across < n_across; across++)
          {
            uint at = (down * n_across + across) * 2u * N_LANES;
            float d = partials.at[at] - mean;
            part += partials.at[at + N_LANES] + count_tile (across, down) * d * d;
          }
      squares += part;
    }

  float factor = 1.0 / sqrt (squares / n + push.eps);
  float offset = 0.0;
  if (push.has_weight != 0u)
    factor *= Floats (push.weight).at[channel];
  offset = -mean * factor;
  if (push.has_bias != 0u)
    offset += Floats (push.bias).at[channel];

  bool is_real = channel < push.channels;
  uint64_t to = push.factors + PIXELS (block * 2u);
  store_vector (to, is_real ? factor : 0.0);
  store_vector (to + PIXELS (1u), is_real ? offset : 0.0);
}
