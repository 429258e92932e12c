#pragma once

#include <adwaita.h>

#include "app/runs/queue.h"

G_BEGIN_DECLS

#define DIP_TYPE_QUEUE_PAGE (dip_queue_page_get_type ())

G_DECLARE_FINAL_TYPE (DipQueuePage, dip_queue_page, DIP, QUEUE_PAGE, AdwBin)

/* The sidebar's list of runs: the one under way and those that wait, each of which can
 * be moved up, moved down and removed.
 */
GtkWidget *dip_queue_page_new (DipQueue *queue);

G_END_DECLS
