#include "tests/render/spoil.h"

/* Of the SPIR-V specification, 1.6: section 3.52, instructions. */
enum
{
  OP_TYPE_FLOAT = 22,
  OP_TYPE_VECTOR = 23,
  OP_TYPE_POINTER = 32,
  OP_CONSTANT = 43,
  OP_CONSTANT_COMPOSITE = 44,
  OP_FUNCTION = 54,
  OP_STORE = 62,
  OP_F_CONVERT = 115,
  OP_BITCAST = 124,
  OP_F_ADD = 129,
};

/* Section 3.7, storage classes. */
enum
{
  CLASS_UNIFORM = 2,
  CLASS_STORAGE_BUFFER = 12,
  CLASS_PHYSICAL_STORAGE_BUFFER = 5349,
};

#define N_HEADER 5 /* words; the fourth is one more than the largest id */
#define N_WIDTHS 5 /* vectors of up to four */

typedef struct
{
  const guint32 *code;
  gsize n_words;
  GArray *spoilt; /* guint32 */
  guint32 n_ids;
  guint32 floats[N_WIDTHS]; /* by width: the type's id, or 0 */
  guint32 ones[N_WIDTHS];   /* and that of its constant */
  guint32 halves[N_WIDTHS]; /* of 16 bits */
  guint32 *pointees;        /* by id of a type: what it points to in a buffer, or 0 */
  guint32 *types;           /* by id of a result: its type, or 0 */
  guint n_changes;
} Spoiling;

static guint
get_length (guint32 word)
{
  return word >> 16;
}

static guint
get_op (guint32 word)
{
  return word & 0xffff;
}

/* The width of the float type @id of @types, or 0. */
static guint
find_width (const guint32 types[N_WIDTHS], guint32 id)
{
  for (guint n = 1; n < N_WIDTHS; n++)
    if (types[n] == id && id != 0)
      return n;

  return 0;
}

static void
note_type (Spoiling *self, const guint32 *words)
{
  switch (get_op (words[0]))
    {
    case OP_TYPE_FLOAT:
      (words[2] == 32 ? self->floats : self->halves)[1] = words[1];
      break;
    case OP_TYPE_VECTOR:
      if (words[2] == self->floats[1])
        self->floats[words[3]] = words[1];
      else if (words[2] == self->halves[1])
        self->halves[words[3]] = words[1];
      break;
    case OP_TYPE_POINTER:
      if (words[2] == CLASS_UNIFORM || words[2] == CLASS_STORAGE_BUFFER ||
          words[2] == CLASS_PHYSICAL_STORAGE_BUFFER)
        self->pointees[words[1]] = words[3];
      break;
    default:
      break;
    }
}

static void
emit (Spoiling *self, const guint32 *words, guint n)
{
  g_array_append_vals (self->spoilt, words, n);
}

/* Constants of one, behind all types. */
static void
add_ones (Spoiling *self)
{
  const guint32 one = 0x3f800000;

  for (guint n = 1; n < N_WIDTHS; n++)
    {
      guint32 words[3 + N_WIDTHS] = { (3 + n) << 16 |
                                          (n == 1 ? OP_CONSTANT : OP_CONSTANT_COMPOSITE),
                                      self->floats[n], self->n_ids };

      if (self->floats[n] == 0)
        continue;
      self->ones[n] = self->n_ids++;
      for (guint i = 0; i < n; i++)
        words[3 + i] = n == 1 ? one : self->ones[1];
      emit (self, words, 3 + n);
    }
}

/* The word of @words that is an operand to spoil, or 0; and the width of that. */
static guint
find_operand (Spoiling *self, const guint32 *words, guint *width)
{
  switch (get_op (words[0]))
    {
    case OP_STORE:
      *width = find_width (self->floats, self->pointees[self->types[words[1]]]);
      return *width > 0 ? 2 : 0;
    case OP_F_CONVERT:
      *width = find_width (self->halves, words[1]);
      return *width > 0 ? 3 : 0;
    case OP_BITCAST:
      *width = find_width (self->floats, self->types[words[3]]);
      return *width > 0 ? 3 : 0;
    default:
      return 0;
    }
}

static void
emit_sum (Spoiling *self, guint width, guint32 result, guint32 a, guint32 b)
{
  const guint32 words[] = { 5 << 16 | OP_F_ADD, self->floats[width], result, a, b };

  emit (self, words, G_N_ELEMENTS (words));
}

static void
copy_instruction (Spoiling *self, const guint32 *words)
{
  guint n = get_length (words[0]);
  guint width;
  guint at = find_operand (self, words, &width);

  if (at > 0)
    {
      guint32 twice = self->n_ids++;

      emit_sum (self, width, twice, words[at], words[at]);
      emit_sum (self, width, self->n_ids, twice, self->ones[width]);
      self->n_changes++;
    }
  emit (self, words, n);
  if (at > 0)
    g_array_index (self->spoilt, guint32, self->spoilt->len - n + at) = self->n_ids++;
}

guint32 *
dip_test_spoil (const guint32 *code, gsize *n_bytes, guint *n_changes)
{
  Spoiling self = {
    .code = code,
    .n_words = *n_bytes / sizeof *code,
    .spoilt = g_array_new (FALSE, FALSE, sizeof (guint32)),
    .n_ids = code[3],
    .pointees = g_new0 (guint32, code[3]),
    .types = g_new0 (guint32, code[3]),
  };
  gboolean is_in_function = FALSE;
  guint n;

  emit (&self, code, N_HEADER);
  for (gsize at = N_HEADER; at < self.n_words; at += n)
    {
      const guint32 *words = code + at;

      n = get_length (words[0]);
      g_assert (n > 0 && at + n <= self.n_words);
      if (get_op (words[0]) == OP_FUNCTION && !is_in_function)
        {
          is_in_function = TRUE;
          add_ones (&self);
        }
      if (!is_in_function)
        note_type (&self, words);
      /* Only where there is a result is the first word the id of a type. */
      if (n >= 3 && words[1] < code[3] && words[2] < code[3] &&
          (self.pointees[words[1]] != 0 || find_width (self.floats, words[1]) > 0))
        self.types[words[2]] = words[1];
      copy_instruction (&self, words);
    }
  g_array_index (self.spoilt, guint32, 3) = self.n_ids;

  g_free (self.pointees);
  g_free (self.types);
  *n_changes = self.n_changes;
  *n_bytes = self.spoilt->len * sizeof (guint32);
  return (guint32 *) g_array_free (self.spoilt, FALSE);
}
