#include "app/cli/measure-masks.h"

#include "model/pair/contour.h"
#include "model/pair/resize.h"
#include "model/storage/save.h"

#include <math.h>

#define LEAST_SIDE 512 /* smaller views are drawn larger, by a whole factor */
#define MOST_SIDE 1024 /* larger ones are drawn smaller */
#define GAP 8          /* between the views, pixels */

typedef struct
{
  DipPicture *channels[3];
  double scale;
  guint left;          /* where the view begins, pixels */
  guint width, height; /* of the view as drawn */
} Canvas;

typedef struct
{
  float values[3];
} Colour;

static const Colour outline_colour = { { 0.95f, 0.85f, 0.2f } };
static const Colour foreign_colour = { { 0.6f, 0.2f, 0.2f } };
static const Colour landmark_colour = { { 1.0f, 1.0f, 1.0f } };
static const Colour pectoral_colour = { { 0.35f, 0.65f, 1.0f } };
static const Colour pnl_colour = { { 1.0f, 0.55f, 0.1f } };

static void
draw_dot (Canvas *self, double x, double y, const Colour *colour)
{
  const double column = floor (x + 0.5), row = floor (y + 0.5);

  if (column < 0 || row < 0 || column >= self->width || row >= self->height)
    return;
  for (guint c = 0; c < 3; c++)
    self->channels[c]
        ->values[(gsize) row * self->channels[c]->width + self->left + (gsize) column] =
        colour->values[c];
}

static void
draw_line (Canvas *self, DipPoint a, DipPoint b, const Colour *colour)
{
  const double s = self->scale;
  const double ax = (a.x + 0.5) * s - 0.5, ay = (a.y + 0.5) * s - 0.5;
  const double bx = (b.x + 0.5) * s - 0.5, by = (b.y + 0.5) * s - 0.5;
  const double n = MIN (ceil (MAX (fabs (bx - ax), fabs (by - ay))) + 1.0, 65536.0);

  for (double i = 0; i <= n; i++)
    draw_dot (self, ax + (bx - ax) * i / n, ay + (by - ay) * i / n, colour);
}

static void
draw_contours (Canvas *self, const DipMask *mask, const Colour *colour)
{
  g_autoptr (DipContours) contours = dip_contours_new (mask, TRUE);

  for (guint i = 0; i < contours->n_contours; i++)
    {
      const DipContour *contour = &contours->contours[i];

      for (guint k = 0; k < contour->n_points; k++)
        {
          const double *a = contour->points[k];
          const double *b = contour->points[(k + 1) % contour->n_points];

          draw_line (self, (DipPoint){ a[0], a[1] }, (DipPoint){ b[0], b[1] }, colour);
        }
    }
}

static void
draw_landmarks (Canvas *self, const DipFoundView *view)
{
  const DipLandmarks *landmarks = &view->breast->landmarks;
  const double arm = 7.0 / self->scale;
  DipPnl pnl;

  if (landmarks->pectoral.is_found)
    draw_line (self, landmarks->pectoral.top, landmarks->pectoral.bottom,
               &pectoral_colour);
  dip_found_view_get_pnl (view, &pnl);
  if (!isnan (pnl.length))
    draw_line (self, pnl.nipple, pnl.foot, &pnl_colour);
  for (guint i = 0; i < DIP_N_LANDMARK_POINTS; i++)
    {
      const DipLandmark *landmark = dip_landmarks_peek (landmarks, (DipLandmarkId) i);
      const DipPoint at = landmark->at;

      if (!landmark->is_found)
        continue;
      draw_line (self, (DipPoint){ at.x - arm, at.y }, (DipPoint){ at.x + arm, at.y },
                 &landmark_colour);
      draw_line (self, (DipPoint){ at.x, at.y - arm }, (DipPoint){ at.x, at.y + arm },
                 &landmark_colour);
    }
}

/* The value that 99.5 % of the breast are not above: white, since 12 bits in files of 16
 * would be drawn black. */
static float
find_white (const DipFoundView *view)
{
  const gsize n = (gsize) view->picture->width * view->picture->height;
  guint counts[4096] = { 0 };
  gsize n_inside = dip_mask_count (view->breast->mask), n_left = n_inside / 200;
  guint bin = G_N_ELEMENTS (counts) - 1;

  if (n_inside == 0)
    return 1.0f;
  for (gsize i = 0; i < n; i++)
    if (view->breast->mask->values[i])
      counts[(guint) (CLAMP (view->picture->values[i], 0.0f, 1.0f) * bin)]++;
  while (bin > 1 && counts[bin] <= n_left)
    n_left -= counts[bin--];

  return (bin + 1.0f) / G_N_ELEMENTS (counts);
}

static void
draw_view (Canvas *self, const DipFoundView *view)
{
  g_autoptr (DipPicture) drawn =
      dip_picture_resize (view->picture, self->width, self->height);

  const float white = find_white (view);

  for (guint c = 0; c < 3; c++)
    for (guint y = 0; y < self->height; y++)
      for (guint x = 0; x < self->width; x++)
        self->channels[c]->values[(gsize) y * self->channels[c]->width + self->left + x] =
            MIN (1.0f, drawn->values[(gsize) y * self->width + x] / white);
  draw_contours (self, view->breast->foreign, &foreign_colour);
  draw_contours (self, view->breast->mask, &outline_colour);
  draw_landmarks (self, view);
}

static double
choose_scale (const DipPicture *picture)
{
  const guint side = MAX (picture->width, picture->height);

  if (side > MOST_SIDE)
    return (double) MOST_SIDE / side;

  return MAX (1.0, floor ((double) LEAST_SIDE / side));
}

static GBytes *
encode_overlay (const DipMeasured *measured,
                const DipPngNotes *notes,
                const char *name,
                GError **error)
{
  const DipPicture *picture = measured->cc->picture;
  Canvas canvas = { .scale = choose_scale (picture) };
  GBytes *bytes;

  canvas.width = MAX (1, (guint) (picture->width * canvas.scale));
  canvas.height = MAX (1, (guint) (picture->height * canvas.scale));
  for (guint c = 0; c < 3; c++)
    canvas.channels[c] = dip_picture_new (2 * canvas.width + GAP, canvas.height);
  draw_view (&canvas, measured->cc);
  canvas.left = canvas.width + GAP;
  draw_view (&canvas, measured->mlo);
  bytes = dip_png_encode_rgb (canvas.channels[0], canvas.channels[1], canvas.channels[2],
                              notes, name, error);
  for (guint c = 0; c < 3; c++)
    dip_picture_free (canvas.channels[c]);

  return bytes;
}

static gboolean
save_mask (const DipMask *mask,
           const DipPngNotes *notes,
           const char *path,
           GError **error)
{
  g_autoptr (DipPicture) picture = dip_picture_new (mask->width, mask->height);
  g_autoptr (GBytes) bytes = NULL;

  for (gsize i = 0; i < (gsize) mask->width * mask->height; i++)
    picture->values[i] = mask->values[i] ? 1.0f : 0.0f;
  bytes = dip_png_encode_grey (picture, 8, notes, path, error);

  return bytes != NULL && dip_save_bytes (path, bytes, error);
}

static char *
make_path (const char *folder, const char *stem, const char *suffix)
{
  g_autofree char *name = g_strconcat (stem, suffix, NULL);

  return g_build_filename (folder, name, NULL);
}

gboolean
dip_measure_save_masks (const DipMeasured *measured,
                        const char *folder,
                        const char *stem,
                        GError **error)
{
  const DipPngNotes notes = { .diptych = measured->diptych, .source = measured->source };
  g_autofree char *cc = make_path (folder, stem, "-CC-mask.png");
  g_autofree char *mlo = make_path (folder, stem, "-MLO-mask.png");
  g_autofree char *overlay = make_path (folder, stem, "-overlay.png");
  g_autoptr (GBytes) bytes = NULL;

  if (!save_mask (measured->cc->breast->mask, &notes, cc, error) ||
      !save_mask (measured->mlo->breast->mask, &notes, mlo, error))
    return FALSE;

  bytes = encode_overlay (measured, &notes, overlay, error);

  return bytes != NULL && dip_save_bytes (overlay, bytes, error);
}
