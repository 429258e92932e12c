#include "model/pair/png.h"

#include "model/storage/error.h"
#include "model/storage/save.h"

#include <glib/gstdio.h>
#include <png.h>
#include <string.h>

#define WIDTH 13
#define HEIGHT 7

static DipPicture *
make_noise (void)
{
  DipPicture *self = dip_picture_new (WIDTH, HEIGHT);

  for (guint i = 0; i < WIDTH * HEIGHT; i++)
    self->values[i] = (float) g_test_rand_double ();

  return self;
}

static GBytes *
make_pair_png (const DipPngNotes *notes)
{
  g_autoptr (DipPicture) a = make_noise (), b = make_noise (), c = make_noise ();
  GBytes *bytes = dip_png_encode_rgb (a, b, c, notes, "a.png", NULL);

  g_assert_nonnull (bytes);

  return bytes;
}

static void
test_rgb (void)
{
  DipPicture *pictures[3] = { make_noise (), make_noise (), make_noise () };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes =
      dip_png_encode_rgb (pictures[0], pictures[1], pictures[2], NULL, "a.png", &error);
  g_autoptr (DipPng) png = NULL;

  g_assert_no_error (error);
  png = dip_png_decode (bytes, "a.png", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (png->width, ==, WIDTH);
  g_assert_cmpuint (png->height, ==, HEIGHT);
  g_assert_cmpuint (png->n_channels, ==, 3);
  g_assert_cmpuint (png->n_bits, ==, 8);
  g_assert_null (png->diptych);
  g_assert_cmpuint (png->source, ==, DIP_DIGITAL_SOURCE_UNKNOWN);
  for (guint c = 0; c < 3; c++)
    {
      for (guint i = 0; i < WIDTH * HEIGHT; i++)
        g_assert_cmpuint (dip_value_to_8_bits (png->channels[c]->values[i]), ==,
                          dip_value_to_8_bits (pictures[c]->values[i]));
      dip_picture_free (pictures[c]);
    }
}

static void
test_grey (gconstpointer data)
{
  const guint n_bits = GPOINTER_TO_UINT (data);
  g_autoptr (DipPicture) picture = make_noise ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = dip_png_encode_grey (picture, n_bits, NULL, "g", &error);
  g_autoptr (DipPng) png = dip_png_decode (bytes, "g", &error);

  g_assert_no_error (error);
  g_assert_cmpuint (png->n_channels, ==, 1);
  g_assert_cmpuint (png->n_bits, ==, n_bits);
  g_assert_null (png->channels[1]);
  for (guint i = 0; i < WIDTH * HEIGHT; i++)
    g_assert_cmpfloat_with_epsilon (png->channels[0]->values[i], picture->values[i],
                                    n_bits == 8 ? 0.501f / 255 : 0.501f / 65535);
}

static void
test_notes (void)
{
  static const char json[] = "{\"seed\": 42, \"name\": \"Übung — 乳房\"}";

  for (guint source = 0; source <= DIP_DIGITAL_SOURCE_ALGORITHMIC; source++)
    {
      const DipPngNotes notes = { json, source };
      g_autoptr (GBytes) bytes = make_pair_png (&notes);
      g_autoptr (DipPng) png = dip_png_decode (bytes, "a.png", NULL);

      g_assert_cmpstr (png->diptych, ==, json);
      g_assert_cmpuint (png->source, ==, source);
    }
}

/* The words other programs look for stand uncompressed in the file. */
static void
test_xmp (void)
{
  const DipPngNotes notes = { NULL, DIP_DIGITAL_SOURCE_TRAINED };
  g_autoptr (GBytes) bytes = make_pair_png (&notes);
  const char *wanted[] = {
    "iTXtXML:com.adobe.xmp",
    "Iptc4xmpExt:DigitalSourceType=\"http://cv.iptc.org/newscodes/digitalsourcetype/"
    "trainedAlgorithmicMedia\"",
  };

  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    g_assert_nonnull (memmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                              wanted[i], strlen (wanted[i])));
}

static void
test_same_bytes (void)
{
  const DipPngNotes notes = { "{}", DIP_DIGITAL_SOURCE_TRAINED };
  g_autoptr (DipPicture) picture = make_noise ();
  g_autoptr (GBytes) a = dip_png_encode_grey (picture, 16, &notes, "a", NULL);
  g_autoptr (GBytes) b = dip_png_encode_grey (picture, 16, &notes, "b", NULL);

  g_assert_true (g_bytes_equal (a, b));
}

static void
test_pair (void)
{
  float sample[3 * WIDTH * HEIGHT] = { 0 };
  g_autoptr (DipPair) one =
      dip_pair_new_from_network (sample, 1, WIDTH, HEIGHT, DIP_THIRD_ABSDIFF);
  g_autoptr (DipPair) three =
      dip_pair_new_from_network (sample, 3, WIDTH, HEIGHT, DIP_THIRD_ABSDIFF);
  g_autoptr (GBytes) grey = dip_png_encode_pair (one, NULL, "1", NULL);
  g_autoptr (GBytes) rgb = dip_png_encode_pair (three, NULL, "3", NULL);
  g_autoptr (DipPng) a = dip_png_decode (grey, "1", NULL);
  g_autoptr (DipPng) b = dip_png_decode (rgb, "3", NULL);

  g_assert_cmpuint (a->n_channels, ==, 1);
  g_assert_cmpuint (b->n_channels, ==, 3);
  g_assert_cmpuint (dip_value_to_8_bits (b->channels[2]->values[5]), ==, 128);
}

/* A PNG of any kind, made with libpng itself.  Samples are 0, 1, 2 … of the depth. */
static void
append_cb (png_structp png, png_bytep data, size_t n_bytes)
{
  g_byte_array_append (png_get_io_ptr (png), data, n_bytes);
}

static GBytes *
make_foreign (int color_type, int depth, int interlace)
{
  GByteArray *out = g_byte_array_new ();
  png_structp png = png_create_write_struct (PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
  png_infop info = png_create_info_struct (png);
  png_color palette[16];
  png_byte alphas[16] = { 0, 128 };
  guint8 rows[4][4 * 8] = { 0 };
  png_bytep pointers[4];

  for (guint i = 0; i < 16; i++)
    palette[i] = (png_color){ 10 * i, 10 * i + 1, 10 * i + 2 };
  for (guint y = 0; y < 4; y++)
    {
      pointers[y] = rows[y];
      for (guint i = 0; i < sizeof rows[y]; i++)
        rows[y][i] = depth < 8 ? 0x1b * (y + 1) : y * 32 + i;
    }
  png_set_write_fn (png, out, append_cb, NULL);
  png_set_IHDR (png, info, 4, 4, depth, color_type, interlace, 0, 0);
  if (color_type == PNG_COLOR_TYPE_PALETTE)
    {
      png_set_PLTE (png, info, palette, 1 << depth);
      png_set_tRNS (png, info, alphas, 2, NULL);
    }
  png_write_info (png, info);
  png_write_image (png, pointers);
  png_write_end (png, NULL);
  png_destroy_write_struct (&png, &info);

  return g_byte_array_free_to_bytes (out);
}

static void
assert_foreign (int color_type, int depth, guint n_channels, float first, float last)
{
  for (int interlace = PNG_INTERLACE_NONE; interlace <= PNG_INTERLACE_ADAM7; interlace++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = make_foreign (color_type, depth, interlace);
      g_autoptr (DipPng) png = dip_png_decode (bytes, "f", &error);

      g_assert_no_error (error);
      g_assert_cmpuint (png->n_channels, ==, n_channels);
      g_assert_cmpuint (png->n_bits, ==, MAX (8, depth));
      g_assert_cmpfloat_with_epsilon (png->channels[0]->values[0], first, 1e-6f);
      g_assert_cmpfloat_with_epsilon (png->channels[n_channels - 1]->values[3], last,
                                      1e-6f);
    }
}

static void
test_foreign (void)
{
  /* First and last sample of the first row; 0x1b is 00 01 10 11. */
  assert_foreign (PNG_COLOR_TYPE_GRAY, 1, 1, 0.0f, 1.0f);
  assert_foreign (PNG_COLOR_TYPE_GRAY, 2, 1, 0.0f, 1.0f);
  assert_foreign (PNG_COLOR_TYPE_GRAY, 8, 1, 0.0f, 3 / 255.0f);
  assert_foreign (PNG_COLOR_TYPE_GRAY, 16, 1, 1 / 65535.0f, 0x0607 / 65535.0f);
  assert_foreign (PNG_COLOR_TYPE_GRAY_ALPHA, 8, 1, 0.0f, 6 / 255.0f);
  assert_foreign (PNG_COLOR_TYPE_RGB, 8, 3, 0.0f, 11 / 255.0f);
  assert_foreign (PNG_COLOR_TYPE_RGB_ALPHA, 8, 3, 0.0f, 14 / 255.0f);
  assert_foreign (PNG_COLOR_TYPE_RGB_ALPHA, 16, 3, 1 / 65535.0f, 0x1c1d / 65535.0f);
  assert_foreign (PNG_COLOR_TYPE_PALETTE, 2, 3, 0.0f, 32 / 255.0f);
}

static void
test_to_grey (void)
{
  g_autoptr (GBytes) bytes = make_foreign (PNG_COLOR_TYPE_RGB, 8, PNG_INTERLACE_NONE);
  g_autoptr (DipPng) png = dip_png_decode (bytes, "f", NULL);
  g_autoptr (DipPicture) grey = dip_png_to_grey (png);

  g_assert_cmpfloat_with_epsilon (grey->values[1], 4 / 255.0f, 1e-6f);
}

static guint32
crc_of (const guint8 *data, gsize n)
{
  guint32 crc = 0xffffffffu;

  for (gsize i = 0; i < n; i++)
    {
      crc ^= data[i];
      for (guint k = 0; k < 8; k++)
        crc = crc & 1 ? 0xedb88320u ^ crc >> 1 : crc >> 1;
    }

  return ~crc;
}

static void
assert_refused (const guint8 *data, gsize n, DipStorageError code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new (data, n);
  g_autoptr (DipPng) png = dip_png_decode (bytes, "bad.png", &error);

  g_assert_null (png);
  g_assert_error (error, DIP_STORAGE_ERROR, (int) code);
  g_assert_true (g_str_has_prefix (error->message, "bad.png: "));
  g_assert_null (strchr (error->message, '\n'));
}

static void
test_cut_short (void)
{
  const DipPngNotes notes = { "{\"a\": 1}", DIP_DIGITAL_SOURCE_TRAINED };
  g_autoptr (GBytes) bytes = make_pair_png (&notes);
  const guint8 *data = g_bytes_get_data (bytes, NULL);

  for (gsize n = 0; n < g_bytes_get_size (bytes); n++)
    assert_refused (data, n, DIP_STORAGE_ERROR_FORMAT);
}

/* Any byte changed: refused, or (in what PNG calls ancillary) read all the same, but
 * never with other pixels, and never a crash. */
static void
test_damaged (void)
{
  const DipPngNotes notes = { "{\"a\": 1}", DIP_DIGITAL_SOURCE_TRAINED };
  g_autoptr (GBytes) bytes = make_pair_png (&notes);
  g_autoptr (DipPng) whole = dip_png_decode (bytes, "a.png", NULL);
  const gsize n = g_bytes_get_size (bytes);
  guint n_refused = 0;

  for (gsize i = 0; i < n; i++)
    {
      g_autofree guint8 *data = g_memdup2 (g_bytes_get_data (bytes, NULL), n);
      g_autoptr (GBytes) damaged = NULL;
      g_autoptr (DipPng) png = NULL;

      data[i] ^= 1 << g_test_rand_int_range (0, 8);
      damaged = g_bytes_new (data, n);
      png = dip_png_decode (damaged, "a.png", NULL);
      n_refused += png == NULL;
      if (png != NULL)
        for (guint c = 0; c < 3; c++)
          g_assert_cmpmem (png->channels[c]->values, WIDTH * HEIGHT * sizeof (float),
                           whole->channels[c]->values, WIDTH * HEIGHT * sizeof (float));
    }
  g_assert_cmpuint (n_refused, >, WIDTH * HEIGHT * 3);
}

/* A header that promises what the file does not hold, with a right checksum. */
static void
assert_promise_refused (guint32 width, guint32 height, DipStorageError code)
{
  g_autoptr (GBytes) bytes = make_pair_png (NULL);
  const gsize n = g_bytes_get_size (bytes);
  g_autofree guint8 *data = g_memdup2 (g_bytes_get_data (bytes, NULL), n);
  const guint32 sides[2] = { GUINT32_TO_BE (width), GUINT32_TO_BE (height) };
  guint32 crc;

  memcpy (data + 16, sides, 8);
  crc = GUINT32_TO_BE (crc_of (data + 12, 17));
  memcpy (data + 29, &crc, 4);
  assert_refused (data, n, code);
}

static void
test_promises (void)
{
  assert_promise_refused (0, 4, DIP_STORAGE_ERROR_FORMAT);
  assert_promise_refused (WIDTH, HEIGHT + 1, DIP_STORAGE_ERROR_FORMAT);
  assert_promise_refused (0x7fffffff, 0x7fffffff, DIP_STORAGE_ERROR_FORMAT);
  assert_promise_refused (16384, 16384, DIP_STORAGE_ERROR_TOO_LARGE);
}

static void
test_no_png (void)
{
  assert_refused ((const guint8 *) "GIF89a, not a PNG", 17, DIP_STORAGE_ERROR_FORMAT);
  assert_refused ((const guint8 *) "", 0, DIP_STORAGE_ERROR_FORMAT);
}

static void
test_files (void)
{
  g_autofree char *folder = g_dir_make_tmp ("dip-png-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "pair.png", NULL);
  const DipPngNotes notes = { "{}", DIP_DIGITAL_SOURCE_ALGORITHMIC };
  g_autoptr (GBytes) bytes = make_pair_png (&notes);
  g_autoptr (GError) error = NULL;
  g_autoptr (DipPng) png = NULL;

  g_assert_null (dip_png_load (path, &error));
  g_assert_error (error, DIP_STORAGE_ERROR, DIP_STORAGE_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, path));
  g_clear_error (&error);

  g_assert_null (dip_png_load (folder, &error));
  g_assert_error (error, DIP_STORAGE_ERROR, DIP_STORAGE_ERROR_IO);
  g_clear_error (&error);

  g_assert_true (dip_save_bytes (path, bytes, &error));
  png = dip_png_load (path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (png->source, ==, DIP_DIGITAL_SOURCE_ALGORITHMIC);
  g_unlink (path);
  g_rmdir (folder);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pair/png/rgb", test_rgb);
  g_test_add_data_func ("/pair/png/grey-8", GUINT_TO_POINTER (8), test_grey);
  g_test_add_data_func ("/pair/png/grey-16", GUINT_TO_POINTER (16), test_grey);
  g_test_add_func ("/pair/png/notes", test_notes);
  g_test_add_func ("/pair/png/xmp", test_xmp);
  g_test_add_func ("/pair/png/same-bytes", test_same_bytes);
  g_test_add_func ("/pair/png/pair", test_pair);
  g_test_add_func ("/pair/png/foreign", test_foreign);
  g_test_add_func ("/pair/png/to-grey", test_to_grey);
  g_test_add_func ("/pair/png/cut-short", test_cut_short);
  g_test_add_func ("/pair/png/damaged", test_damaged);
  g_test_add_func ("/pair/png/promises", test_promises);
  g_test_add_func ("/pair/png/no-png", test_no_png);
  g_test_add_func ("/pair/png/files", test_files);

  return g_test_run ();
}
