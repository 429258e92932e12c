#include "model/pair/png-private.h"

#include "model/storage/error.h"

#include <png.h>
#include <setjmp.h>
#include <string.h>

const char *const dip_png_source_names[] = {
  [DIP_DIGITAL_SOURCE_UNKNOWN] = NULL,
  [DIP_DIGITAL_SOURCE_TRAINED] = "trainedAlgorithmicMedia",
  [DIP_DIGITAL_SOURCE_ALGORITHMIC] = "algorithmicMedia",
};

typedef struct
{
  png_structp png;
  png_infop info;
  GByteArray *out;
  guint8 *rows; /* (height, width · samples · bytes) */
  png_bytep *row_pointers;
  char *message; /* of the first fault */
} Writer;

static void
writer_clear (Writer *self)
{
  if (self->png != NULL)
    png_destroy_write_struct (&self->png, &self->info);
  if (self->out != NULL)
    g_byte_array_unref (self->out);
  g_free (self->rows);
  g_free (self->row_pointers);
  g_free (self->message);
}

static void
fault_cb (png_structp png, png_const_charp message)
{
  Writer *self = png_get_error_ptr (png);

  if (self->message == NULL)
    self->message = g_strdup (message);
  longjmp (png_jmpbuf (png), 1);
}

static void
warning_cb (png_structp png, png_const_charp message)
{
  g_debug ("libpng: %s", message);
}

static void
write_cb (png_structp png, png_bytep data, size_t n_bytes)
{
  g_byte_array_append (png_get_io_ptr (png), data, n_bytes);
}

static void
flush_cb (png_structp png)
{
}

/* A minimal XMP packet (ISO 16684-1) with Iptc4xmpExt:DigitalSourceType. */
static char *
make_xmp (DipDigitalSource source)
{
  return g_strdup_printf (
      "<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
      "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n"
      " <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
      "  <rdf:Description rdf:about=\"\"\n"
      "    xmlns:Iptc4xmpExt=\"http://iptc.org/std/Iptc4xmpExt/2008-02-29/\"\n"
      "    Iptc4xmpExt:DigitalSourceType=\"" DIP_PNG_SOURCE_PREFIX "%s\"/>\n"
      " </rdf:RDF>\n"
      "</x:xmpmeta>\n"
      "<?xpacket end=\"r\"?>",
      dip_png_source_names[source]);
}

static void
put_text (Writer *self, const char *keyword, const char *text)
{
  png_text chunk = { .compression = PNG_ITXT_COMPRESSION_NONE,
                     .key = (png_charp) keyword,
                     .text = (png_charp) text,
                     .itxt_length = strlen (text),
                     .lang = (png_charp) "",
                     .lang_key = (png_charp) "" };

  png_set_text (self->png, self->info, &chunk, 1);
}

static void
put_notes (Writer *self, const DipPngNotes *notes, const char *xmp)
{
  if (notes->diptych != NULL)
    put_text (self, DIP_PNG_KEY_DIPTYCH, notes->diptych);
  if (xmp != NULL)
    put_text (self, DIP_PNG_KEY_XMP, xmp);
}

/* Everything that may jump out; keeps nothing of its own. */
static gboolean
write_guarded (Writer *self,
               guint width,
               guint height,
               guint n_bits,
               int color_type,
               const DipPngNotes *notes,
               const char *xmp)
{
  if (setjmp (png_jmpbuf (self->png)))
    return FALSE;

  png_set_write_fn (self->png, self->out, write_cb, flush_cb);
  png_set_user_limits (self->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_IHDR (self->png, self->info, width, height, n_bits, color_type,
                PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                PNG_FILTER_TYPE_DEFAULT);
  put_notes (self, notes, xmp);
  png_write_info (self->png, self->info);
  png_write_image (self->png, self->row_pointers);
  png_write_end (self->png, NULL);

  return TRUE;
}

/* One channel of every `n_channels`, big-endian where it takes two bytes. */
static void
put_channel (guint8 *out,
             const DipPicture *picture,
             guint n_channels,
             guint channel,
             guint n_bits)
{
  const gsize n = (gsize) picture->width * picture->height;

  for (gsize i = 0; i < n; i++)
    if (n_bits == 8)
      out[i * n_channels + channel] = dip_value_to_8_bits (picture->values[i]);
    else
      {
        const guint16 value = dip_value_to_16_bits (picture->values[i]);

        out[2 * (i * n_channels + channel)] = value >> 8;
        out[2 * (i * n_channels + channel) + 1] = value & 0xff;
      }
}

/* Takes over @rows (height, width · n_channels · bytes). */
static GBytes *
encode_rows (guint8 *rows,
             guint width,
             guint height,
             guint n_channels,
             guint n_bits,
             const DipPngNotes *notes,
             const char *name,
             GError **error)
{
  const DipPngNotes none = { NULL, DIP_DIGITAL_SOURCE_UNKNOWN };
  const gsize n_row_bytes = (gsize) width * n_channels * n_bits / 8;
  const int color_type = n_channels == 1 ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB;
  g_autofree char *xmp = NULL;
  GBytes *bytes = NULL;
  Writer self = { .rows = rows };

  if (notes == NULL)
    notes = &none;
  if (notes->source != DIP_DIGITAL_SOURCE_UNKNOWN)
    xmp = make_xmp (notes->source);

  self.out = g_byte_array_new ();
  self.row_pointers = g_new (png_bytep, height);
  for (guint y = 0; y < height; y++)
    self.row_pointers[y] = self.rows + y * n_row_bytes;

  self.png = png_create_write_struct (PNG_LIBPNG_VER_STRING, &self, fault_cb, warning_cb);
  if (self.png != NULL)
    self.info = png_create_info_struct (self.png);
  if (self.info != NULL &&
      write_guarded (&self, width, height, n_bits, color_type, notes, xmp))
    bytes = g_byte_array_free_to_bytes (g_steal_pointer (&self.out));
  else
    dip_storage_set_error (error, DIP_STORAGE_ERROR_IO, name, "cannot be encoded: %s",
                           self.message != NULL ? self.message : "libpng does not start");
  writer_clear (&self);

  return bytes;
}

static GBytes *
encode (const DipPicture *const *channels,
        guint n_channels,
        guint n_bits,
        const DipPngNotes *notes,
        const char *name,
        GError **error)
{
  const guint width = channels[0]->width, height = channels[0]->height;
  guint8 *rows = g_malloc ((gsize) width * n_channels * n_bits / 8 * height);

  for (guint c = 0; c < n_channels; c++)
    put_channel (rows, channels[c], n_channels, c, n_bits);

  return encode_rows (rows, width, height, n_channels, n_bits, notes, name, error);
}

GBytes *
dip_png_encode_rgb (const DipPicture *red,
                    const DipPicture *green,
                    const DipPicture *blue,
                    const DipPngNotes *notes,
                    const char *name,
                    GError **error)
{
  const DipPicture *channels[3] = { red, green, blue };

  for (guint c = 1; c < 3; c++)
    {
      g_return_val_if_fail (channels[c]->width == red->width, NULL);
      g_return_val_if_fail (channels[c]->height == red->height, NULL);
    }

  return encode (channels, 3, 8, notes, name, error);
}

GBytes *
dip_png_encode_grey (const DipPicture *picture,
                     guint n_bits,
                     const DipPngNotes *notes,
                     const char *name,
                     GError **error)
{
  g_return_val_if_fail (n_bits == 8 || n_bits == 16, NULL);

  return encode (&picture, 1, n_bits, notes, name, error);
}

GBytes *
dip_png_encode_pair (const DipPair *pair,
                     const DipPngNotes *notes,
                     const char *name,
                     GError **error)
{
  if (pair->mlo == NULL)
    return dip_png_encode_grey (pair->cc, 8, notes, name, error);

  return dip_png_encode_rgb (pair->cc, pair->mlo, pair->third, notes, name, error);
}

GBytes *
dip_png_encode_canvas (const DipCanvas *canvas,
                       const DipPngNotes *notes,
                       const char *name,
                       GError **error)
{
  guint8 *rows = g_malloc (3 * (gsize) canvas->width * canvas->height);
  guint8 *out = rows;

  for (guint y = 0; y < canvas->height; y++)
    for (guint x = 0; x < canvas->width; x++)
      {
        const guint32 pixel = canvas->pixels[(gsize) y * canvas->stride + x];

        *out++ = pixel >> 16 & 0xff;
        *out++ = pixel >> 8 & 0xff;
        *out++ = pixel & 0xff;
      }

  return encode_rows (rows, canvas->width, canvas->height, 3, 8, notes, name, error);
}
