#include "app/window.h"

#include "app/generation.h"
#include "model/pair/encoding.h"

/* Steps of one pair, as diptych-cli's default. */
#define N_STEPS 50

struct _DipWindow
{
  AdwApplicationWindow parent_instance;

  char *checkpoint;
  guint64 seed;
  DipRun *run;
  DipGeneration *generation; /* what the run makes; the run owns it */
  GCancellable *cancellable; /* of the run under way, or NULL */

  /* Template children. */
  GtkStack *stack;
  GtkPicture *cc;
  GtkPicture *mlo;
  GtkPicture *third;
  GtkProgressBar *progress;
  GtkLabel *caption;
  AdwToastOverlay *toasts;
};

G_DEFINE_FINAL_TYPE (DipWindow, dip_window, ADW_TYPE_APPLICATION_WINDOW)

/* One channel in [-1, 1] as a grey texture. */
static GdkTexture *
make_texture (const float *values, guint width, guint height)
{
  gsize n = (gsize) width * height;
  guint8 *pixels = g_malloc (3 * n);
  g_autoptr (GBytes) bytes = NULL;

  for (gsize i = 0; i < n; i++)
    {
      guint8 grey = dip_value_to_8_bits (dip_value_from_network (values[i]));

      pixels[3 * i] = pixels[3 * i + 1] = pixels[3 * i + 2] = grey;
    }
  bytes = g_bytes_new_take (pixels, 3 * n);

  return gdk_memory_texture_new (width, height, GDK_MEMORY_R8G8B8, bytes, 3 * width);
}

static void
show_frame (DipWindow *self, const DipFrame *frame)
{
  GtkPicture *pictures[] = { self->cc, self->mlo, self->third };
  gsize n = (gsize) frame->width * frame->height;
  g_autofree char *caption = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (pictures); i++)
    {
      g_autoptr (GdkTexture) texture =
          make_texture (frame->pred_x0 + i * n, frame->width, frame->height);

      gtk_picture_set_paintable (pictures[i], GDK_PAINTABLE (texture));
    }

  caption =
      g_strdup_printf ("Seed %" G_GUINT64_FORMAT " · step %u of %u · timestep %g · on %s",
                       self->seed, frame->step, frame->n_steps, frame->timestep,
                       dip_generation_get_device (self->generation));
  gtk_label_set_text (self->caption, caption);
  gtk_progress_bar_set_fraction (self->progress, (double) frame->step / frame->n_steps);
}

static void
frame_changed_cb (DipWindow *self, GParamSpec *pspec, DipRun *run)
{
  DipFrame *frame = dip_run_get_frame (run);

  /* A run that was stopped may still have a frame on its way. */
  if (run == self->run && frame != NULL)
    show_frame (self, frame);
}

static void
update_actions (DipWindow *self)
{
  gboolean is_running = self->cancellable != NULL;

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.generate", !is_running);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.stop", is_running);
}

static void
run_done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (DipWindow) self = user_data;
  g_autoptr (GError) error = NULL;

  g_clear_object (&self->cancellable);
  update_actions (self);
  if (dip_run_start_finish (DIP_RUN (source), result, &error))
    {
      self->seed++;
      return;
    }

  gtk_progress_bar_set_fraction (self->progress, 0);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    gtk_label_set_text (self->caption, "Stopped");
  else
    {
      gtk_label_set_text (self->caption, error->message);
      adw_toast_overlay_add_toast (self->toasts, adw_toast_new (error->message));
    }
}

static void
generate_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  dip_window_generate (DIP_WINDOW (widget));
}

static void
stop_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_cancellable_cancel (DIP_WINDOW (widget)->cancellable);
}

static void
dip_window_dispose (GObject *object)
{
  DipWindow *self = DIP_WINDOW (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->run);
  gtk_widget_dispose_template (GTK_WIDGET (self), DIP_TYPE_WINDOW);

  G_OBJECT_CLASS (dip_window_parent_class)->dispose (object);
}

static void
dip_window_finalize (GObject *object)
{
  g_free (DIP_WINDOW (object)->checkpoint);

  G_OBJECT_CLASS (dip_window_parent_class)->finalize (object);
}

static void
dip_window_class_init (DipWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = dip_window_dispose;
  object_class->finalize = dip_window_finalize;

  gtk_widget_class_set_template_from_resource (widget_class, "/diptych/ui/window.ui");
  gtk_widget_class_bind_template_child (widget_class, DipWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, DipWindow, cc);
  gtk_widget_class_bind_template_child (widget_class, DipWindow, mlo);
  gtk_widget_class_bind_template_child (widget_class, DipWindow, third);
  gtk_widget_class_bind_template_child (widget_class, DipWindow, progress);
  gtk_widget_class_bind_template_child (widget_class, DipWindow, caption);
  gtk_widget_class_bind_template_child (widget_class, DipWindow, toasts);

  gtk_widget_class_install_action (widget_class, "win.generate", NULL, generate_cb);
  gtk_widget_class_install_action (widget_class, "win.stop", NULL, stop_cb);
}

static void
dip_window_init (DipWindow *self)
{
  self->seed = 42;
  gtk_widget_init_template (GTK_WIDGET (self));
  update_actions (self);
}

DipWindow *
dip_window_new (AdwApplication *application)
{
  return g_object_new (DIP_TYPE_WINDOW, "application", application, NULL);
}

void
dip_window_set_checkpoint (DipWindow *self, const char *path)
{
  g_return_if_fail (DIP_IS_WINDOW (self));

  g_free (self->checkpoint);
  self->checkpoint = g_strdup (path);
}

void
dip_window_generate (DipWindow *self)
{
  g_return_if_fail (DIP_IS_WINDOW (self));

  if (self->cancellable != NULL)
    return;

  gtk_stack_set_visible_child_name (self->stack, "pair");
  gtk_label_set_text (self->caption, "Loading the network …");
  gtk_progress_bar_set_fraction (self->progress, 0);

  g_clear_object (&self->run);
  self->generation = dip_generation_new (self->checkpoint, self->seed, N_STEPS);
  self->run = dip_run_new (dip_generation_prepare, self->generation,
                           (GDestroyNotify) dip_generation_free);
  g_signal_connect_object (self->run, "notify::frame", G_CALLBACK (frame_changed_cb),
                           self, G_CONNECT_SWAPPED);
  self->cancellable = g_cancellable_new ();
  dip_run_start_async (self->run, self->cancellable, run_done_cb, g_object_ref (self));
  update_actions (self);
}
