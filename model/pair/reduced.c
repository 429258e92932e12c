#include "model/pair/reduced-private.h"

#include "model/pair/threshold-private.h"

#include <math.h>
#include <string.h>

/* How deep a film's border may reach, of the side. */
#define BORDER_DEPTH 0.10

/* A line of pixels is a bright border if so much of it is within UNIFORM of a bright
 * median, a dark one if all of it is dark. */
#define BORDER_SHARE 0.85
#define UNIFORM 0.06f
#define BRIGHT 0.75f
#define DARK 0.04f
#define BEGINNING 0.25

/* Black beside a film reaches up to PAD of the picture.  It ends in a straight line: a
 * little farther in, of the side, no many more pixels are bright than at once. */
#define PAD 0.45
#define FARTHER 0.03
#define AT_ONCE 0.7

/* Depths at which the sides are compared to tell air from breast, of the width. */
static const double depths[] = { 0.03, 0.06, 0.10 };

static float
finite_or_black (float value)
{
  return isfinite (value) ? value : 0.0f;
}

static void
copy_finite (const DipPicture *picture, DipReduced *self)
{
  for (gsize i = 0; i < (gsize) self->width * self->height; i++)
    self->values[i] = finite_or_black (picture->values[i]);
}

/* Means of squares of `factor` pixels; the last ones may be smaller. */
static void
average_down (const DipPicture *picture, DipReduced *self)
{
  const guint f = self->factor, n_whole = picture->width / f;
  g_autofree float *sums = g_new (float, self->width);

  for (guint y = 0; y < self->height; y++)
    {
      const guint y_end = MIN ((y + 1) * f, picture->height);

      memset (sums, 0, sizeof *sums * self->width);
      for (guint row = y * f; row < y_end; row++)
        {
          const float *in = picture->values + (gsize) row * picture->width;

          for (guint x = 0; x < n_whole; x++)
            for (guint k = 0; k < f; k++)
              sums[x] += finite_or_black (in[(gsize) x * f + k]);
          for (guint column = n_whole * f; column < picture->width; column++)
            sums[n_whole] += finite_or_black (in[column]);
        }
      for (guint x = 0; x < self->width; x++)
        {
          const guint n_columns = MIN ((x + 1) * f, picture->width) - x * f;

          self->values[(gsize) y * self->width + x] =
              sums[x] / (float) (n_columns * (y_end - y * f));
        }
    }
}

static int
compare_floats (const void *a, const void *b)
{
  const float x = *(const float *) a, y = *(const float *) b;

  return (x > y) - (x < y);
}

/* Maps to [0, 1] what lies in the range of most values, and as much again on either
 * side: a label far brighter than all tissue must not press the tissue into the dark. */
static gboolean
normalise (DipReduced *self)
{
  const gsize n = (gsize) self->width * self->height, step = MAX (n / 2048, 1);
  g_autofree float *sample = g_new (float, n / step + 1);
  gsize n_sampled = 0;
  float least, most;
  double low, high, spread;

  least = most = self->values[0];
  for (gsize i = 0; i < n; i++)
    {
      least = self->values[i] < least ? self->values[i] : least;
      most = self->values[i] > most ? self->values[i] : most;
    }
  for (gsize i = 0; i < n; i += step)
    sample[n_sampled++] = self->values[i];
  qsort (sample, n_sampled, sizeof *sample, compare_floats);
  low = (double) sample[n_sampled * 3 / 100];
  high = (double) sample[n_sampled - 1 - n_sampled * 3 / 100];
  spread = high > low ? high - low : (double) (most - least);
  self->low = MAX ((double) least, low - spread);
  self->high = MIN ((double) most, high + spread);
  if (!(self->high - self->low > 1e-6 * MAX (fabs (self->high), fabs (self->low))) ||
      !(self->high - self->low > 1e-9))
    return FALSE;

  for (gsize i = 0; i < n; i++)
    {
      const float share =
          (self->values[i] - (float) self->low) / (float) (self->high - self->low);

      self->values[i] = CLAMP (share, 0.0f, 1.0f);
    }

  return TRUE;
}

/* Median and distance between the quartiles of n values `stride` apart. */
static float
median_of (const float *values, gsize stride, guint n, float *sorted, float *spread)
{
  for (guint i = 0; i < n; i++)
    sorted[i] = values[i * stride];
  qsort (sorted, n, sizeof *sorted, compare_floats);
  if (spread != NULL)
    *spread = sorted[n - 1 - n / 8] - sorted[n / 8];

  return sorted[n / 2];
}

/* At each depth the smoother of the left and the right column is taken for air; where
 * air is brighter than the picture's mean more often than not, it is inverted. */
static gboolean
has_bright_air (const DipReduced *self)
{
  const guint w = self->width, h = self->height;
  g_autofree float *sorted = g_new (float, h);
  double mean = 0.0;
  guint n_bright = 0;

  for (guint y = 0; y < h; y++)
    {
      float sum = 0.0f;

      for (guint x = 0; x < w; x++)
        sum += self->values[(gsize) y * w + x];
      mean += (double) sum;
    }
  mean /= (double) w * h;

  for (guint i = 0; i < G_N_ELEMENTS (depths); i++)
    {
      const guint in = (guint) (depths[i] * w);
      float spreads[2], medians[2];

      medians[0] = median_of (self->values + in, w, h, sorted, &spreads[0]);
      medians[1] = median_of (self->values + w - 1 - in, w, h, sorted, &spreads[1]);
      n_bright += (double) medians[spreads[1] <= spreads[0]] > mean;
    }

  return 2 * n_bright > G_N_ELEMENTS (depths);
}

static void
invert (DipReduced *self)
{
  for (gsize i = 0; i < (gsize) self->width * self->height; i++)
    self->values[i] = 1.0f - self->values[i];
}

typedef enum
{
  LINE_OTHER,
  LINE_DARK,          /* all of it */
  LINE_MOSTLY_BRIGHT, /* more than half, as a muscle is */
  LINE_BRIGHT,        /* of one high brightness, as a film's border is */
} LineKind;

static LineKind
classify_line (const float *values, gsize stride, guint n, float *sorted)
{
  guint n_near = 0, n_dark = 0, n_bright = 0;
  float median;

  for (guint i = 0; i < n; i++)
    {
      n_dark += values[i * stride] < DARK;
      n_bright += values[i * stride] > BRIGHT - UNIFORM;
    }
  if (n_dark >= n - n / 100)
    return LINE_DARK;
  if (n_bright < BORDER_SHARE * n)
    return 2 * n_bright > n ? LINE_MOSTLY_BRIGHT : LINE_OTHER;

  median = median_of (values, stride, n, sorted, NULL);
  for (guint i = 0; i < n; i++)
    n_near += fabsf (sorted[i] - median) < UNIFORM;

  return n_near >= BORDER_SHARE * n && median > BRIGHT ? LINE_BRIGHT : LINE_MOSTLY_BRIGHT;
}

static guint
count_bright (const float *values, gsize stride, guint n)
{
  guint n_bright = 0;

  for (guint i = 0; i < n; i++)
    n_bright += values[i * stride] > 2.0f * DARK;

  return n_bright;
}

/* Whether a line that follows dark ones begins the picture rather than the breast: most
 * of it is bright at once. */
static gboolean
begins_picture (const float *values, gsize stride, guint n)
{
  return count_bright (values, stride, n) > BEGINNING * n;
}

/* How many lines from an edge inwards are black beside a film; arguments as below. */
static guint
pad_depth (const float *start, gssize inwards, gsize along, guint n_along, guint n_in)
{
  const guint most = (guint) (PAD * n_in), farther = MAX ((guint) (FARTHER * n_in), 1);

  for (guint i = 0; i < most; i++)
    {
      const float *line = start + (gssize) i * inwards;
      guint n_bright = 0, n_at_once, n_farther;

      for (guint k = 0; k < n_along; k++)
        n_bright += line[k * along] >= DARK;
      if (n_bright <= n_along / 100)
        continue;
      n_at_once = count_bright (line + inwards, along, n_along);
      n_farther = count_bright (line + farther * inwards, along, n_along);

      return n_at_once > BEGINNING * n_along && n_at_once > AT_ONCE * n_farther ? i : 0;
    }

  return 0;
}

/* How many lines from an edge inwards belong to the film's border: up to the last
 * bright one, if it is darker behind it (a muscle goes on), and dark ones at the very edge
 * unless it is air.  `start` is the edge's first value, `inwards` the way to the next
 * line. */
static guint
border_depth (const float *start, gssize inwards, gsize along, guint n_along, guint n_in)
{
  g_autofree float *sorted = g_new (float, n_along);
  const guint most = (guint) (BORDER_DEPTH * n_in);
  guint depth = 0, n_dark = 0, n_bright = 0;

  for (guint i = 0; i < most; i++)
    {
      const float *line = start + (gssize) i * inwards;
      const LineKind kind = classify_line (line, along, n_along, sorted);

      if (kind == LINE_BRIGHT)
        n_bright = i + 1;
      else if (n_bright > 0 && kind != LINE_MOSTLY_BRIGHT)
        depth = n_bright + 1; /* its edge is soft */
      if (kind == LINE_DARK && n_dark == i)
        n_dark++;
      else if (n_dark == i && n_dark > 0 && begins_picture (line, along, n_along))
        depth = MAX (depth, n_dark);
    }

  return MIN (depth, most);
}

/* The same for a side, whose columns are laid down as rows first: columns of a picture
 * whose rows are a power of two apart fall on the same few lines of the cache. */
static guint
side_depth (const DipReduced *self, gboolean is_right)
{
  const guint w = self->width, h = self->height;
  const guint n = MAX ((guint) (BORDER_DEPTH * w), 1);
  g_autofree float *columns = g_new (float, (gsize) n *h);

  for (guint y = 0; y < h; y++)
    for (guint i = 0; i < n; i++)
      columns[(gsize) i * h + y] =
          self->values[(gsize) y * w + (is_right ? w - 1 - i : i)];

  return border_depth (columns, h, 1, h, w);
}

static void
find_borders (DipReduced *self)
{
  const guint w = self->width, h = self->height;
  const float *v = self->values;

  const float *last = v + (gsize) (h - 1) * w;

  self->left = MAX (side_depth (self, FALSE), pad_depth (v, 1, w, h, w));
  self->right = w - MAX (side_depth (self, TRUE), pad_depth (v + w - 1, -1, w, h, w));
  self->top = MAX (border_depth (v, w, 1, w, h), pad_depth (v, w, 1, w, h));
  self->bottom = h - MAX (border_depth (last, -(gssize) w, 1, w, h),
                          pad_depth (last, -(gssize) w, 1, w, h));
  for (guint y = 0; y < h; y++)
    for (guint x = 0; x < w; x++)
      if (x < self->left || x >= self->right || y < self->top || y >= self->bottom)
        {
          const gsize at = (gsize) y * w + x;

          self->foreign[at] = self->values[at] > 0.1f;
          self->values[at] = 0.0f;
        }
}

/* The side with more brightness in its outer tenth. */
static gboolean
has_chest_right (const DipReduced *self)
{
  const guint depth = MAX ((self->right - self->left) / 10, 1);
  double left = 0.0, right = 0.0;

  for (guint y = self->top; y < self->bottom; y++)
    {
      const float *row = self->values + (gsize) y * self->width;

      for (guint i = 0; i < depth; i++)
        {
          left += (double) MIN (row[self->left + i], 0.5f);
          right += (double) MIN (row[self->right - 1 - i], 0.5f);
        }
    }

  return right > left;
}

void
dip_reduced_flip (DipReduced *self)
{
  const guint w = self->width, left = self->left;

  for (guint y = 0; y < self->height; y++)
    for (guint x = 0; x < w / 2; x++)
      {
        const gsize a = (gsize) y * w + x, b = (gsize) y * w + w - 1 - x;
        const float value = self->values[a];
        const guint8 foreign = self->foreign[a];

        self->values[a] = self->values[b];
        self->values[b] = value;
        self->foreign[a] = self->foreign[b];
        self->foreign[b] = foreign;
      }
  self->left = w - self->right;
  self->right = w - left;
  self->is_flipped = !self->is_flipped;
}

DipReduced *
dip_reduced_new (const DipPicture *picture)
{
  const guint longest = MAX (picture->width, picture->height);
  g_autoptr (DipReduced) self = g_new0 (DipReduced, 1);
  gsize n;

  self->factor = (longest + DIP_REDUCED_SIDE - 1) / DIP_REDUCED_SIDE;
  self->full_width = picture->width;
  self->full_height = picture->height;
  self->width = (picture->width + self->factor - 1) / self->factor;
  self->height = (picture->height + self->factor - 1) / self->factor;
  n = (gsize) self->width * self->height;
  self->values = g_new (float, n);
  self->foreign = g_new0 (guint8, n);
  if (self->factor == 1)
    copy_finite (picture, self);
  else
    average_down (picture, self);
  if (!normalise (self))
    return NULL;

  self->is_inverted = has_bright_air (self);
  if (self->is_inverted)
    invert (self);
  find_borders (self);
  if (has_chest_right (self))
    dip_reduced_flip (self);

  return g_steal_pointer (&self);
}

void
dip_reduced_free (DipReduced *self)
{
  if (self == NULL)
    return;

  g_free (self->values);
  g_free (self->foreign);
  g_free (self);
}

DipPoint
dip_reduced_to_picture (const DipReduced *self, DipPoint point)
{
  const double x = (point.x + 0.5) * self->factor - 0.5;
  const double y = (point.y + 0.5) * self->factor - 0.5;
  const double mirrored = (double) self->width * self->factor - 1.0 - x;

  return (DipPoint){ self->is_flipped ? mirrored : x, y };
}
