#pragma once

#include <gio/gio.h>

#include "model/storage/json.h"

G_BEGIN_DECLS

/* Networks whose weights follow from a formula (golden README, "procedural/"), so that
 * full-size ones can be checked without big files. */

/* Fills @values with the tensor called @name: (2 r) for "sample", else a weight or a
 * bias by its name and number of axes. */
void procedural_fill (guint64 seed,
                      const char *name,
                      guint n_dims,
                      const gint64 *shape,
                      float *values);

/* All of a case folder's weights. */
typedef struct
{
  char *name;
  guint n_dims;
  gint64 shape[4];
  GBytes *data; /* float32 */
} ProceduralTensor;

typedef struct
{
  DipJson *info; /* case.json */
  guint64 seed;
  GPtrArray *tensors; /* of ProceduralTensor, sorted by name */
} ProceduralCase;

/* Reads case.json and tensors.json of @folder, makes the tensors and compares them with
 * the sha-256 in case.json. */
ProceduralCase *procedural_case_load (const char *folder, GError **error);
void procedural_case_free (ProceduralCase *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ProceduralCase, procedural_case_free)

/* The values of the tensor called @name, or NULL. */
const float *procedural_case_lookup (ProceduralCase *self, const char *name);

G_END_DECLS
