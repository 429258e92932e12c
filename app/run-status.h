#pragma once

#include <gtk/gtk.h>

#include "app/runs/queue.h"

G_BEGIN_DECLS

#define DIP_TYPE_RUN_STATUS (dip_run_status_get_type ())

G_DECLARE_FINAL_TYPE (DipRunStatus, dip_run_status, DIP, RUN_STATUS, GtkWidget)

/* The line below the pictures: what runs and where, step n of N, timestep, seconds a
 * step, time left.
 */
GtkWidget *dip_run_status_new (DipQueue *queue);

/* What happened last, shown while nothing runs. */
/* A widget at the right of the line. */
void dip_run_status_add_control (DipRunStatus *self, GtkWidget *control);

void dip_run_status_set_remark (DipRunStatus *self, const char *text);

G_END_DECLS
