/* Reads concat (x, y) along the channels.  Wants buffers x and y of QUADs and the
 * specialization constants HAS_Y and IS_ALIGNED (x's channels are a multiple of four).
 */
float
load_channel (DipPushMap map, uint image, uint pixel, uint c)
{
  if (c >= map.n_channels)
    return 0.0;
  if (HAS_Y && c >= map.n_x)
    {
      uint d = c - map.n_x;

      return vec4 (y[image * map.y_stride + pixel * map.y_quads + d / 4])[d % 4];
    }

  return vec4 (x[image * map.x_stride + pixel * map.x_quads + c / 4])[c % 4];
}

/* Quad @q of the output's channels; zero past the last. */
vec4
load_quad (DipPushMap map, uint image, uint pixel, uint q)
{
  uint c = 4 * q;

  if (!HAS_Y)
    return vec4 (x[image * map.x_stride + pixel * map.x_quads + q]);
  if (!IS_ALIGNED)
    return vec4 (load_channel (map, image, pixel, c),
                 load_channel (map, image, pixel, c + 1),
                 load_channel (map, image, pixel, c + 2),
                 load_channel (map, image, pixel, c + 3));
  if (c >= map.n_channels)
    return vec4 (0.0);
  if (c >= map.n_x)
    return vec4 (y[image * map.y_stride + pixel * map.y_quads + (c - map.n_x) / 4]);

  return vec4 (x[image * map.x_stride + pixel * map.x_quads + q]);
}
