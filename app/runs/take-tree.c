#include "app/runs/take-tree.h"

struct _DipTakeTree
{
  GObject parent_instance;

  GPtrArray *takes; /* of DipTake */
};

static void list_model_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (DipTakeTree,
                               dip_take_tree,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      list_model_iface_init))

static GType
get_item_type (GListModel *model)
{
  return DIP_TYPE_TAKE;
}

static guint
get_n_items (GListModel *model)
{
  return DIP_TAKE_TREE (model)->takes->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  DipTakeTree *self = DIP_TAKE_TREE (model);

  return position < self->takes->len ? g_object_ref (self->takes->pdata[position]) : NULL;
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
dip_take_tree_finalize (GObject *object)
{
  g_ptr_array_unref (DIP_TAKE_TREE (object)->takes);

  G_OBJECT_CLASS (dip_take_tree_parent_class)->finalize (object);
}

static void
dip_take_tree_class_init (DipTakeTreeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = dip_take_tree_finalize;
}

static void
dip_take_tree_init (DipTakeTree *self)
{
  self->takes = g_ptr_array_new_with_free_func (g_object_unref);
}

DipTakeTree *
dip_take_tree_new (DipTake *root)
{
  DipTakeTree *self = g_object_new (DIP_TYPE_TAKE_TREE, NULL);

  g_ptr_array_add (self->takes, g_object_ref (root));

  return self;
}

static gboolean
descends_from (DipTake *take, DipTake *ancestor)
{
  while (take != NULL && take != ancestor)
    take = dip_take_get_parent (take);

  return take != NULL;
}

gboolean
dip_take_tree_add (DipTakeTree *self, DipTake *branch)
{
  DipTake *parent = dip_take_get_parent (branch);
  guint position = dip_take_tree_find (self, parent);

  if (parent == NULL || position == G_MAXUINT)
    return FALSE;

  do
    position++;
  while (position < self->takes->len &&
         descends_from (self->takes->pdata[position], parent));
  g_ptr_array_insert (self->takes, position, g_object_ref (branch));
  g_list_model_items_changed (G_LIST_MODEL (self), position, 0, 1);

  return TRUE;
}

gboolean
dip_take_tree_has (DipTakeTree *self, DipTake *take)
{
  return dip_take_tree_find (self, take) != G_MAXUINT;
}

guint
dip_take_tree_get_n_takes (DipTakeTree *self)
{
  return self->takes->len;
}

DipTake *
dip_take_tree_get_take (DipTakeTree *self, guint index)
{
  return index < self->takes->len ? self->takes->pdata[index] : NULL;
}

guint
dip_take_tree_find (DipTakeTree *self, DipTake *take)
{
  guint index;

  return take != NULL && g_ptr_array_find (self->takes, take, &index) ? index : G_MAXUINT;
}

DipTake *
dip_take_tree_find_path (DipTakeTree *self, const char *path)
{
  for (guint i = 0; i < self->takes->len; i++)
    if (g_strcmp0 (dip_take_get_path (self->takes->pdata[i]), path) == 0)
      return self->takes->pdata[i];

  return NULL;
}
