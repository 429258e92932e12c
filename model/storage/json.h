#pragma once

#include <glib.h>
#include <jansson.h>

G_BEGIN_DECLS

/* A JSON object read from a file, and typed access to it with errors that name the
 * file and the key:
 *
 *   unet/config.json: 'layers_per_block' must be a positive integer, found "two"
 *
 * Reading is strict: UTF-8, no duplicate keys, no NaN, no trailing text, sizes, nesting
 * and number of values limited before anything is allocated for them.  Only -Infinity,
 * which Python writes, is let through, as null.  Immutable, so any thread may read it. */
typedef struct _DipJson DipJson;

#define DIP_JSON_MAX_BYTES (64 * 1024 * 1024)
#define DIP_JSON_MAX_STRING (4 * 1024 * 1024)
#define DIP_JSON_MAX_DEPTH 32
#define DIP_JSON_MAX_VALUES 1000000

/* Reads the file at @path, whose top level must be an object.  @name is what messages
 * call the file; NULL for @path.  Errors: NOT_FOUND, IO, TOO_LARGE, FORMAT. */
DipJson *dip_json_load_file (const char *path, const char *name, GError **error);
DipJson *dip_json_load_bytes (GBytes *bytes, const char *name, GError **error);

void dip_json_free (DipJson *self);

/* What messages call the file. */
const char *dip_json_get_name (DipJson *self);

/* The object itself, for walks that the getters below do not cover.  Borrowed. */
json_t *dip_json_get_root (DipJson *self);

/* Whether the key is there, be it with null. */
gboolean dip_json_has (DipJson *self, const char *key);

/* Whether the key is there and null. */
gboolean dip_json_is_null (DipJson *self, const char *key);

/* Fails with NOT_FOUND if the key is absent.  Null counts as there. */
gboolean dip_json_require (DipJson *self, const char *key, GError **error);

/* The getters fail with VALUE if the key is there with another type (null is another
 * type: ask dip_json_is_null() first where it means something) or out of range.  If
 * the key is absent they return TRUE and leave *value alone, so that the caller puts
 * the default there first, or calls dip_json_require().
 *
 * A bool is not a number and 3.0 is not an integer, but 3 is a double. */
gboolean
dip_json_get_bool (DipJson *self, const char *key, gboolean *value, GError **error);
gboolean dip_json_get_int (DipJson *self,
                           const char *key,
                           gint64 min,
                           gint64 max,
                           gint64 *value,
                           GError **error);
gboolean dip_json_get_double (DipJson *self,
                              const char *key,
                              double min,
                              double max,
                              double *value,
                              GError **error);

/* *value is borrowed from the document. */
gboolean
dip_json_get_string (DipJson *self, const char *key, const char **value, GError **error);

/* Lists.  If the key is there, *values is a new array of *n_values (never NULL, even for
 * none), which the caller frees with g_free() (strings: the strings are borrowed, the
 * array is NULL-terminated).  If it is absent, both are left alone. */
gboolean dip_json_get_ints (DipJson *self,
                            const char *key,
                            gint64 min,
                            gint64 max,
                            gint64 **values,
                            gsize *n_values,
                            GError **error);
gboolean dip_json_get_doubles (DipJson *self,
                               const char *key,
                               double min,
                               double max,
                               double **values,
                               gsize *n_values,
                               GError **error);
gboolean dip_json_get_strings (DipJson *self,
                               const char *key,
                               const char ***values,
                               gsize *n_values,
                               GError **error);

/* The object under @key as a document of its own, whose messages say 'key.inner'; it
 * stays valid after @self is freed.  *value is left alone if the key is absent. */
gboolean
dip_json_get_object (DipJson *self, const char *key, DipJson **value, GError **error);

/* Fails with VALUE, "@name: '@key' must be @wanted, found ...", for checks of a caller's
 * own; always returns FALSE. */
gboolean
dip_json_fail (DipJson *self, const char *key, const char *wanted, GError **error);

/* Output. */

/* One line of JSON without a line feed at the end: keys in the order they were set,
 * no spaces but after ',' and ':', UTF-8 as it is, doubles with as few digits as give
 * the same double back.  @value is borrowed and free of cycles. */
char *dip_json_dump_line (const json_t *value);

/* Sets @object[@key]; a number that JSON cannot hold (NaN, infinity) becomes null. */
void dip_json_set_bool (json_t *object, const char *key, gboolean value);
void dip_json_set_int (json_t *object, const char *key, gint64 value);
void dip_json_set_double (json_t *object, const char *key, double value);

/* NULL becomes null; broken UTF-8 (a file name can be that) is replaced by U+FFFD. */
void dip_json_set_string (json_t *object, const char *key, const char *value);

/* Takes over @value. */
void dip_json_set_take (json_t *object, const char *key, json_t *value);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DipJson, dip_json_free)

G_END_DECLS
