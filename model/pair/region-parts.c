/* Parts of sets, by runs of pixels in rows that are joined where they touch (A. Rosenfeld,
 * J. L. Pfaltz, J. ACM 13, 1966; union-find with path halving). */

#include "model/pair/regions-private.h"

#include <string.h>

typedef struct
{
  guint row;
  guint from;
  guint to;     /* exclusive */
  guint parent; /* a run of the same part, not after this one; itself: the first one */
} Run;

typedef struct
{
  Run *runs; /* in the order of the pixels */
  guint n;
  guint n_allocated;
} Runs;

static void
clear_runs (Runs *self)
{
  g_free (self->runs);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Runs, clear_runs)

static guint
find_root (Run *runs, guint at)
{
  while (runs[at].parent != at)
    at = runs[at].parent = runs[runs[at].parent].parent;

  return at;
}

static void
join (Run *runs, guint a, guint b)
{
  const guint first = find_root (runs, a), second = find_root (runs, b);

  runs[MAX (first, second)].parent = MIN (first, second);
}

static void
add_run (Runs *self, guint row, guint from, guint to)
{
  if (self->n == self->n_allocated)
    {
      self->n_allocated = MAX (2 * self->n_allocated, 1024);
      self->runs = g_renew (Run, self->runs, self->n_allocated);
    }
  self->runs[self->n] = (Run){ row, from, to, self->n };
  self->n++;
}

/* Joins the runs of a row, first … n − 1, with those above, before … first − 1. */
static void
join_rows (Runs *self, guint before, guint first)
{
  Run *runs = self->runs;
  guint above = before;

  for (guint at = first; at < self->n; at++)
    {
      while (above < first && runs[above].to <= runs[at].from)
        above++;
      for (guint k = above; k < first && runs[k].from < runs[at].to; k++)
        join (runs, k, at);
    }
}

/* All runs of bytes that are @value, in parts of 4 neighbours. */
static void
find_runs (Runs *self, const guint8 *set, guint8 value, guint width, guint height)
{
  guint before = 0;

  for (guint y = 0; y < height; y++)
    {
      const guint8 *row = set + (gsize) y * width, *end = row + width;
      const guint8 *from = memchr (row, value, width);
      const guint first = self->n;

      while (from != NULL)
        {
          const guint8 *to = memchr (from, !value, (gsize) (end - from));

          if (to == NULL)
            to = end;
          add_run (self, y, (guint) (from - row), (guint) (to - row));
          from = to < end ? memchr (to, value, (gsize) (end - to)) : NULL;
        }
      join_rows (self, before, first);
      before = first;
    }
}

gsize
dip_region_keep_largest (guint8 *set, guint width, guint height)
{
  g_auto (Runs) list = { NULL, 0, 0 };
  g_autofree gsize *sizes = NULL;
  guint largest = 0;

  find_runs (&list, set, 1, width, height);
  sizes = g_new0 (gsize, list.n + 1);
  for (guint i = 0; i < list.n; i++)
    sizes[find_root (list.runs, i)] += list.runs[i].to - list.runs[i].from;
  for (guint i = 0; i < list.n; i++)
    if (sizes[i] > sizes[largest])
      largest = i;
  for (guint i = 0; i < list.n; i++)
    {
      const Run *run = &list.runs[i];

      if (find_root (list.runs, i) != largest)
        memset (set + (gsize) run->row * width + run->from, 0, run->to - run->from);
    }

  return sizes[largest];
}

guint
dip_region_label (const guint8 *set, guint width, guint height, guint32 *labels)
{
  g_auto (Runs) list = { NULL, 0, 0 };
  g_autofree guint32 *names = NULL;
  guint n_parts = 0;

  find_runs (&list, set, 1, width, height);
  names = g_new (guint32, list.n + 1);
  memset (labels, 0, sizeof *labels * width * height);
  for (guint i = 0; i < list.n; i++)
    {
      const Run *run = &list.runs[i];
      const guint root = find_root (list.runs, i);
      guint32 *row = labels + (gsize) run->row * width;

      names[i] = root == i ? ++n_parts : names[root];
      for (guint x = run->from; x < run->to; x++)
        row[x] = names[i];
    }

  return n_parts;
}

static gboolean
touches (const Run *run, guint width, guint height, DipBorders borders)
{
  return ((borders & DIP_BORDER_LEFT) && run->from == 0) ||
         ((borders & DIP_BORDER_RIGHT) && run->to == width) ||
         ((borders & DIP_BORDER_TOP) && run->row == 0) ||
         ((borders & DIP_BORDER_BOTTOM) && run->row + 1 == height);
}

void
dip_region_fill_holes (guint8 *set, guint width, guint height, DipBorders borders)
{
  g_auto (Runs) list = { NULL, 0, 0 };
  g_autofree guint8 *is_outside = NULL;

  find_runs (&list, set, 0, width, height);
  is_outside = g_new0 (guint8, list.n + 1);
  for (guint i = 0; i < list.n; i++)
    if (touches (&list.runs[i], width, height, borders))
      is_outside[find_root (list.runs, i)] = 1;
  for (guint i = 0; i < list.n; i++)
    {
      const Run *run = &list.runs[i];

      if (!is_outside[find_root (list.runs, i)])
        memset (set + (gsize) run->row * width + run->from, 1, run->to - run->from);
    }
}
