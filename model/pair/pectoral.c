/* The pectoral muscle's edge in an MLO: the straight line of N. Karssemeijer, Phys. Med.
 * Biol. 43, 1998, who finds it by a Hough transform restricted to plausible positions and
 * angles; here a line counts for less the less even the muscle behind it would be.  Then a
 * robust fit (J. W. Tukey's biweight) to the edge along it. */

#include "model/pair/blur-private.h"
#include "model/pair/outline-private.h"

#include <math.h>
#include <string.h>

/* Angles to the vertical that are tried, degrees. */
#define LEAST_ANGLE 6
#define MOST_ANGLE 62
#define ANGLE_STEP 2

/* The picture that lines are sought in has at most so many pixels a side. */
#define COARSE_SIDE 128

/* The two sides of an edge are compared this far from it, coarse pixels. */
#define REACH 2.5
#define N_REACHES 3

/* A contrast counts up to this. */
#define MOST_CONTRAST 0.4f
#define LEAST_CONTRAST -0.06f

/* The muscle's spread of brightness that halves a line's score, and the width of its soft
 * edge that does not count, coarse pixels. */
#define MUSCLE_SPREAD 0.15
#define MUSCLE_MARGIN 2.0

/* A line is nearly as good as another, and as sure, from these shares of its score and of
 * its confidence on. */
#define NEARLY 0.8
#define SURE 0.95

/* How far from the coarse line the edge is sought, of the longer side. */
#define BAND 0.05

#define N_FITS 6

/* Of the pixels inside the breast that are left of one, in its row. */
typedef struct
{
  guint n;
  double value;
  double square;
} Sums;

typedef struct
{
  float *values;
  guint8 *inside;
  Sums *sums; /* (height, width + 1) */
  guint width;
  guint height;
  guint factor; /* reduced pixels per coarse one */
} Coarse;

static void
clear_coarse (Coarse *self)
{
  g_free (self->values);
  g_free (self->inside);
  g_free (self->sums);
}

static void
sum_rows (Coarse *self)
{
  self->sums = g_new0 (Sums, (gsize) (self->width + 1) * self->height);
  for (guint y = 0; y < self->height; y++)
    for (guint x = 0; x < self->width; x++)
      {
        const gsize at = (gsize) y * self->width + x;
        const double value = self->inside[at] ? (double) self->values[at] : 0.0;
        Sums *next = self->sums + (gsize) y * (self->width + 1) + x + 1;

        *next = next[-1];
        next->n += self->inside[at];
        next->value += value;
        next->square += value * value;
      }
}

static void
init_coarse (Coarse *self, const DipReduced *reduced, const guint8 *inside)
{
  const guint f = (MAX (reduced->width, reduced->height) + COARSE_SIDE - 1) / COARSE_SIDE;

  self->factor = f;
  self->width = MAX (reduced->width / f, 1);
  self->height = MAX (reduced->height / f, 1);
  self->values = g_new (float, self->width * self->height);
  self->inside = g_new (guint8, self->width * self->height);
  for (guint y = 0; y < self->height; y++)
    for (guint x = 0; x < self->width; x++)
      {
        float sum = 0.0f;
        guint n_inside = 0, n = 0;

        for (guint dy = 0; dy < f && y * f + dy < reduced->height; dy++)
          for (guint dx = 0; dx < f && x * f + dx < reduced->width; dx++, n++)
            {
              const gsize at = (gsize) (y * f + dy) * reduced->width + x * f + dx;

              sum += reduced->values[at];
              n_inside += inside[at];
            }
        self->values[y * self->width + x] = sum / (float) MAX (n, 1);
        self->inside[y * self->width + x] = 2 * n_inside > n;
      }
  dip_blur (self->values, self->values, self->width, self->height, 1.0);
  sum_rows (self);
}

/* A line in coarse pixels: x = top − slope (y − first_row). */
typedef struct
{
  double top;
  double slope;
  guint angle; /* to the vertical, degrees */
  double score;
  double contrast; /* mean, of what counts */
  double share;    /* of the samples with a contrast */
} Candidate;

static gboolean
pixel_at (const Coarse *self, double x, double y, guint *at)
{
  const int column = (int) (x + 0.5), row = (int) (y + 0.5);

  if (x < -0.5 || y < -0.5 || column >= (int) self->width || row >= (int) self->height)
    return FALSE;
  *at = (guint) row * self->width + (guint) column;

  return TRUE;
}

/* 1 for a muscle of one brightness, less the more it varies.  A line that leaves the
 * muscle and goes on along the gland has fat on both its sides. */
static double
weigh_evenness (const Coarse *self, guint first_row, const Candidate *line)
{
  Sums sums = { 0 };
  double mean, variance;

  for (guint y = first_row; y < self->height; y++)
    {
      const double edge = line->top - line->slope * (y - first_row) - MUSCLE_MARGIN;
      const Sums *row = self->sums + (gsize) y * (self->width + 1);
      const guint x = (guint) CLAMP (ceil (edge), 0.0, (double) self->width);

      if (edge <= 0.0)
        break;
      sums.n += row[x].n;
      sums.value += row[x].value;
      sums.square += row[x].square;
    }
  if (sums.n == 0)
    return 1.0;
  mean = sums.value / sums.n;
  variance = MAX (sums.square / sums.n - mean * mean, 0.0);

  return 1.0 / (1.0 + variance / (MUSCLE_SPREAD * MUSCLE_SPREAD));
}

/* The muscle is brighter than what lies beside it.  Contrasts are cut, so that no single
 * bright thing makes a line, and divided by the root of their number: a long edge counts
 * for more than a short one. */
static void
score_candidate (const Coarse *self, guint first_row, guint first_column, Candidate *line)
{
  const double length = sqrt (1.0 + line->slope * line->slope);
  const double dx = REACH / length, dy = REACH * line->slope / length;
  double sum = 0.0;
  guint n = 0, n_good = 0;

  for (guint y = first_row; y < self->height; y++)
    {
      const double x = line->top - line->slope * (y - first_row);
      guint muscle, beside;
      float contrast, weight = 1.0f;

      if (x < first_column + 0.5)
        break;
      n++;
      if (!pixel_at (self, MAX (x - dx, first_column), MAX (y - dy, first_row),
                     &muscle) ||
          !pixel_at (self, x + dx, y + dy, &beside) || !self->inside[beside] ||
          !self->inside[muscle])
        continue;
      contrast = self->values[muscle] - self->values[beside];
      for (guint k = 2; k <= N_REACHES; k++)
        if (pixel_at (self, MAX (x - k * dx, first_column), MAX (y - k * dy, first_row),
                      &muscle) &&
            pixel_at (self, x + k * dx, y + k * dy, &beside) && self->inside[beside])
          {
            contrast += 0.5f * (self->values[muscle] - self->values[beside]);
            weight += 0.5f;
          }
      contrast /= weight;
      sum += (double) CLAMP (contrast, LEAST_CONTRAST, MOST_CONTRAST);
      n_good += contrast > 0.015f;
    }
  line->contrast = n > 0 ? sum / n : 0.0;
  line->share = n > 0 ? (double) n_good / n : 0.0;
  line->score = n >= 6 ? sum / sqrt (n) : 0.0;
}

/* The row below the first one of the breast at the chest wall. */
static guint
find_first_row (const Coarse *self, guint first_column)
{
  const guint column = MIN (first_column + 2, self->width - 1);

  for (guint y = 0; y + 1 < self->height; y++)
    if (self->inside[y * self->width + column])
      return y + 1;

  return 0;
}

/* How far a line's muscle reaches along its normal. */
static double
measure_width (const Candidate *line, guint first_column)
{
  return (line->top - first_column) / sqrt (1.0 + line->slope * line->slope);
}

static void
rate (const Coarse *self,
      guint first_row,
      guint first_column,
      guint angle,
      guint top,
      double least,
      Candidate *line)
{
  *line = (Candidate){ .top = top, .angle = angle };
  line->slope = tan (angle * G_PI / 180.0);
  if (top < first_column + 3 || top >= self->width ||
      !self->inside[first_row * self->width + top])
    return;

  score_candidate (self, first_row, first_column, line);
  if (line->score > least)
    line->score *= weigh_evenness (self, first_row, line);
}

/* Goes on to a better line beside it for as long as there is one. */
static void
climb (const Coarse *self, guint first_row, guint first_column, Candidate *best)
{
  gboolean is_top = FALSE;

  while (!is_top)
    {
      const Candidate from = *best;

      is_top = TRUE;
      for (int da = -ANGLE_STEP; da <= ANGLE_STEP; da += ANGLE_STEP)
        for (int dt = -1; dt <= 1; dt++)
          {
            const int angle = (int) from.angle + da;
            Candidate line;

            if (angle < LEAST_ANGLE || angle > MOST_ANGLE)
              continue;
            rate (self, first_row, first_column, (guint) angle, (guint) (from.top + dt),
                  best->score, &line);
            if (line.score > best->score)
              {
                *best = line;
                is_top = FALSE;
              }
          }
    }
}

static double
confidence_of (const Candidate *line)
{
  return CLAMP (line->contrast / 0.06, 0.0, 1.0) * CLAMP (line->share * 1.25, 0.0, 1.0);
}

/* Of the lines that are nearly as good as the best one, and as sure, the outermost, and what
 * is best around it: in front of a bright band within the muscle is more muscle. */
static gboolean
find_candidate (const Coarse *self, guint first_row, guint first_column, Candidate *best)
{
  const guint n_angles = (MOST_ANGLE - LEAST_ANGLE) / ANGLE_STEP + 1;
  g_autofree Candidate *lines = g_new (Candidate, n_angles * self->width);
  double most = 0.0, surest = 0.0, widest = 0.0;
  guint n = 0;

  *best = (Candidate){ 0 };
  for (guint angle = LEAST_ANGLE; angle <= MOST_ANGLE; angle += ANGLE_STEP)
    for (guint top = first_column + 3; top < self->width; top++)
      {
        Candidate *line = &lines[n];

        if (!self->inside[first_row * self->width + top])
          break;
        rate (self, first_row, first_column, angle, top, NEARLY * most, line);
        if (line->score > most)
          {
            most = line->score;
            surest = confidence_of (line);
          }
        n += line->score > NEARLY * most;
      }
  for (guint i = 0; i < n; i++)
    if (lines[i].score > NEARLY * most && confidence_of (&lines[i]) >= SURE * surest &&
        measure_width (&lines[i], first_column) > widest)
      {
        widest = measure_width (&lines[i], first_column);
        *best = lines[i];
      }
  if (!(best->score > 0.0))
    return FALSE;
  climb (self, first_row, first_column, best);

  return TRUE;
}

typedef struct
{
  DipPoint at;
  double weight;
} EdgePoint;

static float
value_at (const DipReduced *self, const float *values, double x, double y)
{
  const double cx = CLAMP (x, self->left, self->right - 1.001);
  const double cy = CLAMP (y, self->top, self->bottom - 1.001);
  const guint x0 = (guint) cx, y0 = (guint) cy;
  const guint x1 = MIN (x0 + 1, self->width - 1), y1 = MIN (y0 + 1, self->height - 1);
  const float tx = (float) (cx - x0), ty = (float) (cy - y0);
  const float *upper = values + (gsize) y0 * self->width;
  const float *lower = values + (gsize) y1 * self->width;
  const float a = upper[x0] + tx * (upper[x1] - upper[x0]);
  const float b = lower[x0] + tx * (lower[x1] - lower[x0]);

  return a + ty * (b - a);
}

/* The place of the steepest fall of brightness along the line's normal at a point. */
static gboolean
find_edge (const DipReduced *self,
           const float *values,
           const DipLine *line,
           DipPoint middle,
           double band,
           EdgePoint *edge)
{
  const double step = 1.0, reach = MAX (0.008 * MAX (self->width, self->height), 1.5);
  double best = 0.0;

  for (double t = -band; t <= band; t += step)
    {
      const double x = middle.x + t * line->normal_x, y = middle.y + t * line->normal_y;
      const double fall = (double) (value_at (self, values, x - reach * line->normal_x,
                                              y - reach * line->normal_y) -
                                    value_at (self, values, x + reach * line->normal_x,
                                              y + reach * line->normal_y)) *
                          (1.0 - 0.5 * fabs (t) / band);

      if (x >= self->left && y >= self->top && fall > best)
        {
          best = fall;
          *edge = (EdgePoint){ { x, y }, MIN (fall, (double) MOST_CONTRAST) };
        }
    }

  return best > 0.01;
}

/* Weighted least squares of the distance from the line. */
static gboolean
fit_line (const EdgePoint *points,
          guint n,
          const DipLine *last,
          double scale,
          DipLine *fit)
{
  double sw = 0.0, sx = 0.0, sy = 0.0, sxx = 0.0, syy = 0.0, sxy = 0.0, angle;

  for (guint i = 0; i < n; i++)
    {
      const double u = dip_line_signed_distance (last, points[i].at) / scale;
      const double w =
          fabs (u) < 1.0 ? points[i].weight * (1.0 - u * u) * (1.0 - u * u) : 0.0;

      sw += w;
      sx += w * points[i].at.x;
      sy += w * points[i].at.y;
      sxx += w * points[i].at.x * points[i].at.x;
      syy += w * points[i].at.y * points[i].at.y;
      sxy += w * points[i].at.x * points[i].at.y;
    }
  if (!(sw > 0.0))
    return FALSE;

  /* The direction of the points' larger spread, then its normal to the right. */
  sxx -= sx * sx / sw;
  syy -= sy * sy / sw;
  sxy -= sx * sy / sw;
  angle = 0.5 * atan2 (2.0 * sxy, sxx - syy);
  *fit = dip_line_through ((DipPoint){ sx / sw, sy / sw },
                           (DipPoint){ sx / sw + cos (angle), sy / sw + sin (angle) });
  if (fit->normal_x < 0.0)
    *fit = (DipLine){ -fit->normal_x, -fit->normal_y, -fit->distance };

  return TRUE;
}

static void
refine (const DipReduced *self, DipLine *line)
{
  const gsize n = (gsize) self->width * self->height;
  const double unit = MAX (self->width, self->height);
  g_autofree float *blurred = g_new (float, n);
  g_autofree EdgePoint *points = g_new (EdgePoint, self->height);

  dip_blur (self->values, blurred, self->width, self->height, 0.004 * unit);
  for (guint pass = 0; pass < N_FITS; pass++)
    {
      const double band = BAND * unit * (pass < 2 ? 1.0 : 0.6);
      guint n_points = 0;
      DipLine fit;

      for (guint y = self->top; y < self->bottom; y++)
        {
          const DipPoint middle = dip_line_at_row (line, y);

          if (middle.x < self->left || middle.x >= self->right)
            continue;
          n_points += find_edge (self, blurred, line, middle, band, &points[n_points]);
        }
      if (n_points < 6 || !fit_line (points, n_points, line, band, &fit) ||
          dip_line_angle (&fit) < LEAST_ANGLE - 3 ||
          dip_line_angle (&fit) > MOST_ANGLE + 3 || fit.normal_y < 0.0)
        return;
      *line = fit;
    }
}

void
dip_pectoral_find (const DipReduced *reduced,
                   const guint8 *inside,
                   DipLandmarkLine *pectoral)
{
  Coarse coarse;
  Candidate best;
  guint first_row, first_column;

  memset (pectoral, 0, sizeof *pectoral);
  init_coarse (&coarse, reduced, inside);
  first_column = MIN (reduced->left / coarse.factor, coarse.width - 1);
  first_row = find_first_row (&coarse, first_column);
  if (find_candidate (&coarse, first_row, first_column, &best) &&
      confidence_of (&best) > 0.15)
    {
      const double f = coarse.factor, x = (best.top + 0.5) * f - 0.5;
      const double y = (first_row + 0.5) * f - 0.5;

      pectoral->line =
          dip_line_through ((DipPoint){ x, y }, (DipPoint){ x - best.slope, y + 1.0 });
      pectoral->line =
          pectoral->line.normal_x < 0.0
              ? (DipLine){ -pectoral->line.normal_x, -pectoral->line.normal_y,
                           -pectoral->line.distance }
              : pectoral->line;
      refine (reduced, &pectoral->line);
      pectoral->top = dip_line_at_row (&pectoral->line, reduced->top);
      pectoral->bottom = dip_line_at_column (&pectoral->line, reduced->left);
      if (pectoral->bottom.y > reduced->bottom - 1)
        pectoral->bottom = dip_line_at_row (&pectoral->line, reduced->bottom - 1);
      pectoral->confidence = confidence_of (&best);
      pectoral->is_found = TRUE;
    }
  clear_coarse (&coarse);
}
