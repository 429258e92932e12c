#include "model/pair/png-private.h"

#include "model/storage/error.h"

#include <errno.h>
#include <fcntl.h>
#include <png.h>
#include <setjmp.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_FILE_BYTES (512 * 1024 * 1024)

typedef struct
{
  png_structp png;
  png_infop info;
  const guint8 *data; /* the file; `n_left` from here */
  gsize n_left;
  guint8 *rows; /* (height, n_row_bytes) */
  png_bytep *row_pointers;
  char *message; /* of the first fault */
  DipStorageError code;
} Reader;

static void
reader_clear (Reader *self)
{
  if (self->png != NULL)
    png_destroy_read_struct (&self->png, &self->info, NULL);
  g_free (self->rows);
  g_free (self->row_pointers);
  g_free (self->message);
}

void
dip_png_free (DipPng *self)
{
  if (self == NULL)
    return;

  for (guint c = 0; c < G_N_ELEMENTS (self->channels); c++)
    dip_picture_free (self->channels[c]);
  g_free (self->diptych);
  g_free (self);
}

static void
fault_cb (png_structp png, png_const_charp message)
{
  Reader *self = png_get_error_ptr (png);

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
read_cb (png_structp png, png_bytep data, size_t n_bytes)
{
  Reader *self = png_get_io_ptr (png);

  if (n_bytes > self->n_left)
    png_error (png, "it is cut short");
  memcpy (data, self->data, n_bytes);
  self->data += n_bytes;
  self->n_left -= n_bytes;
}

static void
set_limits (png_structp png)
{
  png_set_user_limits (png, DIP_PNG_MAX_SIDE, DIP_PNG_MAX_SIDE);
  png_set_chunk_malloc_max (png, DIP_PNG_MAX_CHUNK);
  png_set_chunk_cache_max (png, 128);
}

/* Grey or RGB of 8 or 16 bits, whatever the file is. */
static void
set_transforms (Reader *self)
{
  const int color_type = png_get_color_type (self->png, self->info);

  if (color_type == PNG_COLOR_TYPE_PALETTE)
    png_set_palette_to_rgb (self->png);
  if (color_type == PNG_COLOR_TYPE_GRAY)
    png_set_expand_gray_1_2_4_to_8 (self->png);
  png_set_strip_alpha (self->png);
  png_set_interlace_handling (self->png);
  png_read_update_info (self->png, self->info);
}

/* Everything that may jump out; what it makes lies in `self`. */
static gboolean
read_guarded (Reader *self)
{
  gsize n_row_bytes;
  guint height;

  if (setjmp (png_jmpbuf (self->png)))
    return FALSE;

  png_set_read_fn (self->png, self, read_cb);
  set_limits (self->png);
  png_read_info (self->png, self->info);
  height = png_get_image_height (self->png, self->info);
  if ((gsize) height * png_get_image_width (self->png, self->info) > DIP_PNG_MAX_PIXELS)
    {
      self->code = DIP_STORAGE_ERROR_TOO_LARGE;
      png_error (self->png, "more than 40 million pixels");
    }

  set_transforms (self);
  n_row_bytes = png_get_rowbytes (self->png, self->info);
  self->rows = g_try_malloc0 (n_row_bytes * height);
  self->row_pointers = g_try_new (png_bytep, height);
  if (self->rows == NULL || self->row_pointers == NULL)
    {
      self->code = DIP_STORAGE_ERROR_TOO_LARGE;
      png_error (self->png, "no memory for it");
    }
  for (guint y = 0; y < height; y++)
    self->row_pointers[y] = self->rows + y * n_row_bytes;
  png_read_image (self->png, self->row_pointers);
  png_read_end (self->png, self->info);

  return TRUE;
}

static DipDigitalSource
source_of_xmp (const char *xmp)
{
  const char *at = strstr (xmp, DIP_PNG_SOURCE_PREFIX);

  if (at == NULL)
    return DIP_DIGITAL_SOURCE_UNKNOWN;

  at += strlen (DIP_PNG_SOURCE_PREFIX);
  for (guint i = 1; i < G_N_ELEMENTS (dip_png_source_names); i++)
    {
      const gsize n = strlen (dip_png_source_names[i]);

      if (strncmp (at, dip_png_source_names[i], n) == 0 && !g_ascii_isalpha (at[n]))
        return (DipDigitalSource) i;
    }

  return DIP_DIGITAL_SOURCE_UNKNOWN;
}

static void
take_texts (DipPng *self, const Reader *reader)
{
  png_textp texts = NULL;
  int n_texts = 0;

  png_get_text (reader->png, reader->info, &texts, &n_texts);
  for (int i = 0; i < n_texts; i++)
    {
      if (texts[i].key == NULL || texts[i].text == NULL)
        continue;
      if (strcmp (texts[i].key, DIP_PNG_KEY_DIPTYCH) == 0 && self->diptych == NULL)
        self->diptych = g_utf8_make_valid (texts[i].text, -1);
      if (strcmp (texts[i].key, DIP_PNG_KEY_XMP) == 0)
        self->source = source_of_xmp (texts[i].text);
    }
}

/* To a pixel per metre: 72 and 96 per inch. */
static gboolean
is_of_a_screen (png_uint_32 per_metre)
{
  return per_metre == 2834 || per_metre == 2835 || per_metre == 3779 || per_metre == 3780;
}

static double
take_spacing (const Reader *reader)
{
  png_uint_32 x = 0, y = 0;
  int unit = PNG_RESOLUTION_UNKNOWN;

  if (!png_get_pHYs (reader->png, reader->info, &x, &y, &unit) ||
      unit != PNG_RESOLUTION_METER || x == 0 || x != y || is_of_a_screen (x))
    return 0.0;

  return 1000.0 / x;
}

static DipPicture *
take_channel (const DipPng *self, const Reader *reader, guint channel)
{
  DipPicture *picture = dip_picture_new (self->width, self->height);
  const guint n = self->n_channels;

  for (guint y = 0; y < self->height; y++)
    {
      const guint8 *row = reader->row_pointers[y];
      float *out = picture->values + (gsize) y * self->width;

      for (guint x = 0; x < self->width; x++)
        {
          const gsize i = (gsize) x * n + channel;

          out[x] = self->n_bits == 8
                       ? (float) row[i] / 255.0f
                       : (float) (row[2 * i] << 8 | row[2 * i + 1]) / 65535.0f;
        }
    }

  return picture;
}

static DipPng *
take_png (const Reader *reader)
{
  DipPng *self = g_new0 (DipPng, 1);

  self->width = png_get_image_width (reader->png, reader->info);
  self->height = png_get_image_height (reader->png, reader->info);
  self->n_channels = png_get_channels (reader->png, reader->info);
  self->n_bits = png_get_bit_depth (reader->png, reader->info);
  g_assert (self->n_channels == 1 || self->n_channels == 3);
  g_assert (self->n_bits == 8 || self->n_bits == 16);
  for (guint c = 0; c < self->n_channels; c++)
    self->channels[c] = take_channel (self, reader, c);
  self->spacing_mm = take_spacing (reader);
  take_texts (self, reader);

  return self;
}

DipPng *
dip_png_decode (GBytes *bytes, const char *name, GError **error)
{
  Reader reader = { .code = DIP_STORAGE_ERROR_FORMAT };
  DipPng *self = NULL;

  reader.data = g_bytes_get_data (bytes, &reader.n_left);
  if (reader.n_left < 8 || png_sig_cmp (reader.data, 0, 8) != 0)
    {
      dip_storage_set_error (error, DIP_STORAGE_ERROR_FORMAT, name, "is not a PNG file");
      return NULL;
    }

  reader.png =
      png_create_read_struct (PNG_LIBPNG_VER_STRING, &reader, fault_cb, warning_cb);
  if (reader.png != NULL)
    reader.info = png_create_info_struct (reader.png);
  if (reader.info != NULL && read_guarded (&reader))
    self = take_png (&reader);
  else
    dip_storage_set_error (error, reader.code, name, "cannot be read as PNG: %s",
                           reader.message != NULL ? reader.message
                                                  : "libpng does not start");
  reader_clear (&reader);

  return self;
}

/* A regular file only: a pipe or a device would block or never end. */
static GBytes *
read_file (const char *path, GError **error)
{
  struct stat status;
  char *contents;
  gsize n_bytes;
  g_autoptr (GError) reason = NULL;

  if (stat (path, &status) != 0)
    {
      dip_storage_set_error_errno (error, path, errno, "cannot be opened");
      return NULL;
    }
  if (!S_ISREG (status.st_mode))
    {
      dip_storage_set_error (error, DIP_STORAGE_ERROR_IO, path, "is not a file");
      return NULL;
    }
  if (status.st_size > MAX_FILE_BYTES)
    {
      dip_storage_set_error (error, DIP_STORAGE_ERROR_TOO_LARGE, path,
                             "is larger than 512 MiB");
      return NULL;
    }
  if (!g_file_get_contents (path, &contents, &n_bytes, &reason))
    {
      dip_storage_set_error (error, DIP_STORAGE_ERROR_IO, path, "%s", reason->message);
      return NULL;
    }

  return g_bytes_new_take (contents, n_bytes);
}

DipPng *
dip_png_load (const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = read_file (path, error);

  return bytes != NULL ? dip_png_decode (bytes, path, error) : NULL;
}

DipPicture *
dip_png_to_grey (const DipPng *self)
{
  DipPicture *grey = dip_picture_copy (self->channels[0]);

  if (self->n_channels == 3)
    for (gsize i = 0; i < (gsize) self->width * self->height; i++)
      grey->values[i] = (self->channels[0]->values[i] + self->channels[1]->values[i] +
                         self->channels[2]->values[i]) /
                        3.0f;

  return grey;
}
