#include "app/export-view.h"

#include <cairo-pdf.h>
#include <math.h>

#include "model/pair/png.h"
#include "model/storage/error.h"
#include "model/storage/json.h"
#include "model/storage/save.h"

cairo_surface_t *
dip_export_view_surface (DipDrawFunc draw, gpointer user_data, double scale)
{
  double width = 0, height = 0;
  cairo_surface_t *surface;
  cairo_t *cr;

  draw (user_data, NULL, scale, &width, &height);
  surface = cairo_image_surface_create (
      CAIRO_FORMAT_ARGB32, ceil (MAX (width, 1) * scale), ceil (MAX (height, 1) * scale));
  cr = cairo_create (surface);
  cairo_set_source_rgb (cr, 0, 0, 0);
  cairo_paint (cr);
  cairo_scale (cr, scale, scale);
  draw (user_data, cr, scale, &width, &height);
  cairo_destroy (cr);
  cairo_surface_flush (surface);

  return surface;
}

static char *
get_text (DipTake *take)
{
  const json_t *provenance = dip_take_get_provenance (take);

  return provenance != NULL ? dip_json_dump_line (provenance) : NULL;
}

/* The red (16), green (8) or blue (0) of the surface, in [0, 1]. */
static DipPicture *
take_channel (cairo_surface_t *surface, guint shift)
{
  guint width = cairo_image_surface_get_width (surface);
  guint height = cairo_image_surface_get_height (surface);
  const guint8 *data = cairo_image_surface_get_data (surface);
  int stride = cairo_image_surface_get_stride (surface);
  DipPicture *picture = dip_picture_new (width, height);

  for (guint y = 0; y < height; y++)
    {
      const guint32 *row = (const guint32 *) (data + (gsize) y * stride);

      for (guint x = 0; x < width; x++)
        picture->values[(gsize) y * width + x] = (row[x] >> shift & 0xff) / 255.0f;
    }

  return picture;
}

gboolean
dip_export_save_surface (cairo_surface_t *surface,
                         DipTake *take,
                         const char *path,
                         GError **error)
{
  g_autoptr (DipPicture) red = take_channel (surface, 16);
  g_autoptr (DipPicture) green = take_channel (surface, 8);
  g_autoptr (DipPicture) blue = take_channel (surface, 0);
  g_autofree char *text = get_text (take);
  DipPngNotes notes = { .diptych = text,
                        .source = dip_take_is_synthetic (take)
                                      ? DIP_DIGITAL_SOURCE_TRAINED
                                      : DIP_DIGITAL_SOURCE_UNKNOWN };
  g_autoptr (GBytes) bytes = dip_png_encode_rgb (red, green, blue, &notes, path, error);

  return bytes != NULL && dip_save_bytes (path, bytes, error);
}

static cairo_status_t
append (void *closure, const unsigned char *data, unsigned int length)
{
  g_byte_array_append (closure, data, length);

  return CAIRO_STATUS_SUCCESS;
}

static void
set_metadata (cairo_surface_t *surface, DipTake *take)
{
  g_autofree char *text = get_text (take);

  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_CREATOR,
                                  "Diptych " DIPTYCH_VERSION);
  if (text != NULL)
    cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_KEYWORDS, text);
  if (dip_take_is_synthetic (take))
    cairo_pdf_surface_set_metadata (
        surface, CAIRO_PDF_METADATA_SUBJECT,
        "Synthetic mammograms (DigitalSourceType trainedAlgorithmicMedia)");
}

gboolean
dip_export_view_pdf (DipDrawFunc draw,
                     gpointer user_data,
                     DipTake *take,
                     const char *path,
                     GError **error)
{
  GByteArray *array = g_byte_array_new ();
  g_autoptr (GBytes) bytes = NULL;
  double width = 0, height = 0;
  cairo_surface_t *surface;
  cairo_status_t status;
  cairo_t *cr;

  draw (user_data, NULL, 1, &width, &height);
  surface = cairo_pdf_surface_create_for_stream (append, array, MAX (width, 1),
                                                 MAX (height, 1));
  /* Later versions pack what a file says of itself, which must be plain to see. */
  cairo_pdf_surface_restrict_to_version (surface, CAIRO_PDF_VERSION_1_4);
  set_metadata (surface, take);
  cr = cairo_create (surface);
  cairo_set_source_rgb (cr, 0, 0, 0);
  cairo_paint (cr);
  draw (user_data, cr, 2, &width, &height);
  cairo_show_page (cr);
  cairo_destroy (cr);
  cairo_surface_finish (surface);
  status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);
  bytes = g_byte_array_free_to_bytes (array);
  if (status != CAIRO_STATUS_SUCCESS)
    {
      dip_storage_set_error (error, DIP_STORAGE_ERROR_IO, path, "cannot be drawn: %s",
                             cairo_status_to_string (status));
      return FALSE;
    }

  return dip_save_bytes (path, bytes, error);
}
