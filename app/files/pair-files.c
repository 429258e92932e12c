#include "app/files/pair-files.h"

#include "app/files/manifest.h"
#include "model/storage/json.h"
#include "model/storage/safetensors-write.h"
#include "model/storage/save.h"

/* The file of one format, with the part of the name behind the seed. */
typedef struct
{
  DipPairFormats format;
  const char *suffix;
  guint channel; /* png16: which of the pair's pictures */
} FileKind;

static const FileKind pair_kinds[] = {
  { DIP_PAIR_PNG, ".png", 0 },
  { DIP_PAIR_PNG16, "-CC.png", 0 },
  { DIP_PAIR_PNG16, "-MLO.png", 1 },
  { DIP_PAIR_PNG16, "-third.png", 2 },
  { DIP_PAIR_SAFETENSORS, ".safetensors", 0 },
};

static const FileKind single_kinds[] = {
  { DIP_PAIR_PNG, ".png", 0 },
  { DIP_PAIR_PNG16, "-grey.png", 0 },
  { DIP_PAIR_SAFETENSORS, ".safetensors", 0 },
};

static const FileKind *
get_kinds (guint n_channels, guint *n_kinds)
{
  *n_kinds = n_channels == 1 ? G_N_ELEMENTS (single_kinds) : G_N_ELEMENTS (pair_kinds);

  return n_channels == 1 ? single_kinds : pair_kinds;
}

static char *
make_name (const FileKind *kind, const char *stem, guint64 seed)
{
  return stem != NULL
             ? g_strconcat (stem, kind->suffix, NULL)
             : g_strdup_printf ("pair-%" G_GUINT64_FORMAT "%s", seed, kind->suffix);
}

DipPairFormats
dip_pair_formats_parse (const char *text, GError **error)
{
  static const char *const names[] = { "png", "png16", "safetensors" };
  g_auto (GStrv) words = g_strsplit (text, ",", -1);
  DipPairFormats formats = 0;

  for (guint i = 0; words[i] != NULL; i++)
    {
      guint format = 0;

      while (format < G_N_ELEMENTS (names) && !g_str_equal (names[format], words[i]))
        format++;
      if (format == G_N_ELEMENTS (names))
        {
          formats = 0;
          break;
        }
      formats |= 1 << format;
    }

  if (formats == 0)
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                 "--format wants png, png16, safetensors or several separated by commas, "
                 "found '%s'",
                 text);

  return formats;
}

char **
dip_pair_list_files (DipPairFormats formats, guint n_channels, guint64 seed)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  guint n_kinds;
  const FileKind *kinds = get_kinds (n_channels, &n_kinds);

  for (guint i = 0; i < n_kinds; i++)
    if (formats & kinds[i].format)
      {
        g_autofree char *name = make_name (&kinds[i], NULL, seed);

        g_strv_builder_add (names, name);
      }

  return g_strv_builder_end (names);
}

static GBytes *
make_safetensors (const DipPairOutput *output, const char *provenance)
{
  g_autoptr (DipSafetensorsWriter) writer = dip_safetensors_writer_new ();
  gint64 shape[3] = { output->n_channels, output->pair->cc->height,
                      output->pair->cc->width };

  dip_safetensors_writer_set_metadata (writer, "diptych", provenance);
  dip_safetensors_writer_add_float32 (writer, "sample", 3, shape, output->sample);

  return dip_safetensors_writer_to_bytes (writer);
}

static GBytes *
make_bytes (const DipPairOutput *output,
            const FileKind *kind,
            const char *provenance,
            const char *path,
            GError **error)
{
  const DipPair *pair = output->pair;
  const DipPicture *pictures[] = { pair->cc, pair->mlo, pair->third };
  DipPngNotes notes = { .diptych = provenance, .source = output->source };

  switch (kind->format)
    {
    case DIP_PAIR_PNG:
      return dip_png_encode_pair (pair, &notes, path, error);

    case DIP_PAIR_PNG16:
      return dip_png_encode_grey (pictures[kind->channel], 16, &notes, path, error);

    case DIP_PAIR_SAFETENSORS:
      return make_safetensors (output, provenance);
    }

  g_assert_not_reached ();
}

json_t *
dip_pair_save (const char *folder,
               DipPairFormats formats,
               const DipPairOutput *output,
               GError **error)
{
  g_autofree char *provenance = dip_json_dump_line (output->provenance);
  guint n_kinds;
  const FileKind *kinds = get_kinds (output->n_channels, &n_kinds);
  json_t *files = json_array ();

  for (guint i = 0; i < n_kinds; i++)
    {
      g_autofree char *name = make_name (&kinds[i], output->stem, output->seed);
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autoptr (GBytes) bytes = NULL;

      if (!(formats & kinds[i].format))
        continue;
      bytes = make_bytes (output, &kinds[i], provenance, path, error);
      if (bytes == NULL || !dip_save_bytes (path, bytes, error))
        {
          json_decref (files);
          return NULL;
        }
      json_array_append_new (files, dip_manifest_make_file (name, bytes));
    }

  return files;
}
