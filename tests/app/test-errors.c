#include "harness.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <volk.h>

#include "render/device.h"
#include "render/instance.h"
#include "tests/render/device-test.h"

/* What goes wrong reaches the user in words, nothing is lost by it, and the window goes on
 * working: each test ends with a pair that is finished and in the library.
 */

static DipApplication *application;
static DipWindow *window;

#define MODEL "c3_butterflies_mini"
#define N_STEPS 10
#define N_VALUES (3 * 32 * 32)

/* The bar ---------------------------------------------------------------------------- */

static const char *wanted;

/* An info bar has a revealer of its own. */
static gboolean
is_revealed (GtkWidget *widget)
{
  gboolean has_any = FALSE;

  for (; widget != NULL; widget = gtk_widget_get_parent (widget))
    if (GTK_IS_REVEALER (widget))
      {
        has_any = TRUE;
        if (!gtk_revealer_get_reveal_child (GTK_REVEALER (widget)))
          return FALSE;
      }

  return has_any;
}

static gboolean
has_no_bar (DipWindow *self)
{
  GtkWidget *label = find_widget (GTK_WIDGET (self), GTK_TYPE_LABEL, wanted);

  return label == NULL || !is_revealed (label);
}

static void
wait_for_bar (const char *text)
{
  wanted = text;
  wait_while (has_no_bar, window);
}

static void
press (const char *text)
{
  GtkWidget *label = find_widget (GTK_WIDGET (window), GTK_TYPE_LABEL, text);
  GtkWidget *button;

  g_assert_nonnull (label);
  button = gtk_widget_get_ancestor (label, GTK_TYPE_BUTTON);
  g_assert_true (gtk_widget_get_sensitive (button));
  g_signal_emit_by_name (button, "clicked");
}

static gboolean
is_waiting_for_toast (DipWindow *self)
{
  return find_widget (GTK_WIDGET (self), GTK_TYPE_LABEL, wanted) == NULL;
}

static void
wait_for_toast (const char *text)
{
  wanted = text;
  wait_while (is_waiting_for_toast, window);
}

/* Runs --------------------------------------------------------------------------------- */

static DipTake *
get_take (void)
{
  return dip_shown_get_take (dip_window_get_shown (window));
}

static float *
get_sample (void)
{
  g_autoptr (DipFrame) frame =
      dip_take_get_frame (get_take (), dip_take_get_n_frames (get_take ()) - 1, NULL);

  return g_memdup2 (frame->x_t, sizeof (float) * N_VALUES);
}

static guint
count_entries (void)
{
  return g_list_model_get_n_items (
      G_LIST_MODEL (dip_application_get_library (application)));
}

static void
generate (guint n_steps)
{
  g_autoptr (DipRunSettings) settings = make_quick_settings (MODEL, n_steps);

  dip_window_generate (window, settings);
}

/* Runs what is under way to its end: one more pair in the library, whole. */
static void
check_finishes (guint n_before)
{
  wait_while (is_busy, window);
  g_assert_true (dip_take_is_complete (get_take ()));
  g_assert_cmpuint (dip_take_get_n_frames (get_take ()), ==, N_STEPS);
  g_assert_nonnull (dip_take_get_path (get_take ()));
  g_assert_true (g_file_test (dip_take_get_path (get_take ()), G_FILE_TEST_IS_REGULAR));
  g_assert_cmpuint (count_entries (), ==, n_before + 1);
}

/* The device ------------------------------------------------------------------------------ */

static VkResult
find_no_loader (void)
{
  return VK_ERROR_INITIALIZATION_FAILED;
}

static void
test_no_loader (void)
{
  VkResult (*find_loader) (void) = dip_instance_find_loader;
  guint n_before = count_entries ();

  dip_queue_free_network (dip_window_get_queue (window));
  dip_instance_find_loader = find_no_loader;
  generate (N_STEPS);
  wait_for_bar ("No Vulkan loader");
  g_assert_nonnull (
      find_widget (GTK_WIDGET (window), GTK_TYPE_LABEL, "none can be generated"));
  wait_while (is_busy, window);
  dip_instance_find_loader = find_loader;
  press ("Try Again");
  check_finishes (n_before);
}

static void
test_no_driver (void)
{
  DipTestDrivers *drivers;
  guint n_before = count_entries ();

  dip_queue_free_network (dip_window_get_queue (window));
  drivers = dip_test_hide_drivers ();
  generate (N_STEPS);
  wait_for_bar ("No Vulkan driver");
  wait_while (is_busy, window);
  dip_test_show_drivers (drivers);
  press ("Try Again");
  check_finishes (n_before);
}

static void
test_no_such_device (void)
{
  g_autoptr (DipRunSettings) settings = make_quick_settings (MODEL, N_STEPS);
  guint n_before = count_entries ();

  settings->device = g_strdup ("Voodoo 2");
  dip_window_generate (window, settings);
  wait_for_bar ("Voodoo 2");
  g_assert_nonnull (
      find_widget (GTK_WIDGET (window), GTK_TYPE_LABEL, "Choose another device"));
  wait_while (is_busy, window);
  generate (N_STEPS);
  check_finishes (n_before);
}

/* Faults in the driver ------------------------------------------------------------------------ */

/* The driver's functions, with a fault from the n-th call on. */
static struct
{
  gint n_calls;
  gint first;
  gint n_faults;
  PFN_vkQueueSubmit submit;
  PFN_vkAllocateMemory allocate;
} driver;

static gboolean
is_faulty (void)
{
  gint call = g_atomic_int_add (&driver.n_calls, 1);

  return call >= g_atomic_int_get (&driver.first) &&
         call - g_atomic_int_get (&driver.first) < g_atomic_int_get (&driver.n_faults);
}

static void
arm (gint first, gint n_faults)
{
  g_atomic_int_set (&driver.n_faults, 0);
  g_atomic_int_set (&driver.n_calls, 0);
  g_atomic_int_set (&driver.first, first);
  g_atomic_int_set (&driver.n_faults, n_faults);
}

static VKAPI_ATTR VkResult VKAPI_CALL
submit (VkQueue queue, uint32_t n, const VkSubmitInfo *infos, VkFence fence)
{
  return is_faulty () ? VK_ERROR_DEVICE_LOST : driver.submit (queue, n, infos, fence);
}

static VKAPI_ATTR VkResult VKAPI_CALL
allocate (VkDevice device,
          const VkMemoryAllocateInfo *info,
          const VkAllocationCallbacks *callbacks,
          VkDeviceMemory *memory)
{
  return is_faulty () ? VK_ERROR_OUT_OF_DEVICE_MEMORY
                      : driver.allocate (device, info, callbacks, memory);
}

static void
test_out_of_memory (void)
{
  g_autoptr (DipDevice) device = dip_device_open (NULL, NULL); /* keeps the functions */
  guint n_before = count_entries ();

  dip_queue_free_network (dip_window_get_queue (window));
  driver.allocate = vkAllocateMemory;
  vkAllocateMemory = allocate;
  arm (0, G_MAXINT);
  generate (N_STEPS);
  wait_for_bar ("needs less memory");
  wait_while (is_busy, window);
  arm (0, 0);
  press ("Try Again");
  check_finishes (n_before);
  vkAllocateMemory = driver.allocate;
}

/* A picture beyond what the device can allocate at once. */
static void
test_too_large (void)
{
  g_autoptr (DipRunSettings) settings = make_quick_settings (MODEL, N_STEPS);
  guint n_before = count_entries ();

  settings->width = settings->height = 8192;
  dip_window_generate (window, settings);
  wait_for_bar ("needs less memory");
  wait_while (is_busy, window);
  generate (N_STEPS);
  check_finishes (n_before);
}

/* Lost in the middle: once, and nobody need do anything; for good, and the run waits; both
 * end with the very picture of a run without.
 */
static void
test_device_lost (void)
{
  g_autoptr (DipDevice) device = dip_device_open (NULL, NULL);
  guint n_before = count_entries ();
  g_autofree float *plain = NULL;
  g_autofree float *recovered = NULL;
  g_autofree float *resumed = NULL;
  gint n_calls;

  generate (N_STEPS); /* compiles and loads */
  check_finishes (n_before++);
  driver.submit = vkQueueSubmit;
  vkQueueSubmit = submit;
  arm (0, 0);
  generate (N_STEPS);
  check_finishes (n_before++);
  plain = get_sample ();
  n_calls = g_atomic_int_get (&driver.n_calls);
  g_assert_cmpint (n_calls, >=, N_STEPS);

  arm (n_calls / 2, 1);
  generate (N_STEPS);
  wait_for_toast ("The device was lost. The run goes on with");
  check_finishes (n_before++);
  recovered = get_sample ();
  g_assert_cmpmem (recovered, sizeof (float) * N_VALUES, plain,
                   sizeof (float) * N_VALUES);

  arm (n_calls / 2, G_MAXINT / 2);
  generate (N_STEPS);
  wait_for_bar ("was lost");
  g_assert_cmpint (dip_queue_get_run_state (dip_window_get_queue (window)), ==,
                   DIP_RUN_PAUSED);
  g_assert_cmpuint (dip_take_get_n_frames (get_take ()), >, 0);
  press ("Try Again"); /* in vain: it says so again */
  g_assert_true (has_no_bar (window));
  wait_for_bar ("was lost");
  arm (0, 0);
  press ("Try Again");
  check_finishes (n_before);
  g_assert_true (has_no_bar (window));
  resumed = get_sample ();
  g_assert_cmpmem (resumed, sizeof (float) * N_VALUES, plain, sizeof (float) * N_VALUES);
  vkQueueSubmit = driver.submit;
}

/* Stopped while it waits: what there is can be looked at. */
static void
test_device_lost_and_stopped (void)
{
  g_autoptr (DipDevice) device = dip_device_open (NULL, NULL);
  guint n_frames;

  driver.submit = vkQueueSubmit;
  vkQueueSubmit = submit;
  arm (5, G_MAXINT / 2);
  generate (100);
  wait_for_bar ("was lost");
  n_frames = dip_take_get_n_frames (get_take ());
  activate (window, "stop");
  wait_while (is_busy, window);
  g_assert_true (has_no_bar (window));
  g_assert_cmpuint (dip_take_get_n_frames (get_take ()), ==, n_frames);
  dip_shown_set_position (dip_window_get_shown (window), 0);
  g_assert_nonnull (dip_shown_get_pair (dip_window_get_shown (window)));
  vkQueueSubmit = driver.submit;
}

/* Files ------------------------------------------------------------------------------------- */

static void
open_path (const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);

  dip_window_open (window, &file, 1);
}

static void
test_refused_checkpoint (void)
{
  g_autofree char *folder = g_dir_make_tmp ("refused-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "config.json", NULL);
  g_autofree char *weights =
      g_build_filename (folder, "diffusion_pytorch_model.safetensors", NULL);

  g_assert_true (g_file_set_contents (
      path,
      "{\"_class_name\": \"UNet2DModel\", \"sample_size\": 32,"
      " \"block_out_channels\": [32, 64],"
      " \"down_block_types\": [\"DownBlock2D\", \"CrossAttnDownBlock2D\"],"
      " \"up_block_types\": [\"UpBlock2D\", \"UpBlock2D\"]}",
      -1, NULL));
  g_assert_true (g_file_set_contents (weights, "", 0, NULL));
  open_path (folder);
  wait_for_bar ("CrossAttnDownBlock2D");
  g_assert_nonnull (find_widget (GTK_WIDGET (window), GTK_TYPE_LABEL, "text encoder"));
  g_remove (weights);
  g_remove (path);
  g_rmdir (folder);
}

static void
test_refused_picture (void)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "no-picture.png", NULL);

  g_assert_true (g_file_set_contents (path, "no picture", -1, NULL));
  open_path (path);
  wait_for_bar ("no-picture.png");
  g_remove (path);
}

/* As a disk that is full: no file may grow beyond @n_bytes. */
static void
limit_files (rlim_t n_bytes)
{
  struct rlimit limit;

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  limit.rlim_cur = MIN (n_bytes, limit.rlim_max);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
}

static gboolean
has_no_dialog (DipWindow *self)
{
  g_autoptr (GListModel) windows = g_object_ref (gtk_window_get_toplevels ());

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) other = g_list_model_get_item (windows, i);

      if (ADW_IS_MESSAGE_DIALOG (other))
        {
          adw_message_dialog_response (ADW_MESSAGE_DIALOG (other), "cancel");
          return FALSE;
        }
    }

  return TRUE;
}

static guint
count_files (void)
{
  const char *folder = dip_library_get_folder (dip_application_get_library (application));
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;

  return n;
}

/* A pair that finds no room waits in memory, asks before it would go, and is saved when
 * there is room.
 */
static void
test_full_disk (void)
{
  guint n_before = count_entries ();
  guint n_files = count_files ();

  limit_files (1000);
  generate (N_STEPS);
  wait_for_bar ("Nothing is lost");
  g_assert_nonnull (find_widget (GTK_WIDGET (window), GTK_TYPE_LABEL, "cannot write"));
  wait_while (is_busy, window);
  g_assert_cmpuint (count_entries (), ==, n_before);
  g_assert_cmpuint (count_files (), ==, n_files);

  gtk_window_close (GTK_WINDOW (window));
  wait_while (has_no_dialog, window);
  g_assert_true (dip_window_would_lose (window));

  press ("Save Again"); /* in vain */
  g_assert_false (has_no_bar (window));
  limit_files (RLIM_INFINITY);
  press ("Save Again");
  check_finishes (n_before);
  g_assert_true (has_no_bar (window));
  g_assert_false (dip_window_would_lose (window));
}

/* A step that finds no room makes the run wait. */
static void
test_full_disk_for_steps (void)
{
  DipFilmStore *store = dip_application_get_film_store (application);
  guint n_before = count_entries ();

  dip_film_store_set_max_memory (store, 0);
  limit_files (4 * sizeof (float) * N_VALUES);
  generate (N_STEPS);
  wait_for_bar ("cannot keep the film");
  g_assert_cmpuint (dip_take_get_n_frames (get_take ()), ==, 2);
  limit_files (RLIM_INFINITY);
  press ("Try Again");
  check_finishes (n_before);
  for (guint i = 0; i < N_STEPS; i++)
    {
      g_autoptr (DipFrame) frame = dip_take_get_frame (get_take (), i, NULL);

      g_assert_nonnull (frame);
      g_assert_cmpuint (frame->step, ==, i + 1);
    }
  dip_film_store_set_max_memory (store, DIP_FILM_DEFAULT_MEMORY);
}

/* A file where the library's folder should be. */
static void
test_unwritable_folder (void)
{
  const char *folder = dip_library_get_folder (dip_application_get_library (application));
  g_autofree char *aside = g_strconcat (folder, "-aside", NULL);
  guint n_before = count_entries ();

  g_assert_cmpint (g_rename (folder, aside), ==, 0);
  g_assert_true (g_file_set_contents (folder, "in the way", -1, NULL));
  generate (N_STEPS);
  wait_for_bar ("Nothing is lost");
  wait_while (is_busy, window);
  g_remove (folder);
  g_assert_cmpint (g_rename (aside, folder), ==, 0);
  press ("Save Again");
  check_finishes (n_before);
}

static void
test_export_nowhere (void)
{
  g_action_group_activate_action (
      G_ACTION_GROUP (window), "export-to",
      g_variant_new ("(ss)", "pair", "/no/such/folder/pair.png"));
  wait_for_bar ("/no/such/folder/pair.png");
}

int
main (int argc, char *argv[])
{
  int result;

  g_test_init (&argc, &argv, NULL);

  if (!gtk_init_check ())
    {
      g_print ("1..0 # SKIP no display\n");
      return 0;
    }
  signal (SIGXFSZ, SIG_IGN);
  make_home ();
  application = start_application ();
  window = get_test_window (application);

  g_test_add_func ("/errors/no-loader", test_no_loader);
  g_test_add_func ("/errors/no-driver", test_no_driver);
  g_test_add_func ("/errors/no-such-device", test_no_such_device);
  g_test_add_func ("/errors/out-of-memory", test_out_of_memory);
  g_test_add_func ("/errors/too-large", test_too_large);
  g_test_add_func ("/errors/device-lost", test_device_lost);
  g_test_add_func ("/errors/device-lost-and-stopped", test_device_lost_and_stopped);
  g_test_add_func ("/errors/refused-checkpoint", test_refused_checkpoint);
  g_test_add_func ("/errors/refused-picture", test_refused_picture);
  g_test_add_func ("/errors/full-disk", test_full_disk);
  g_test_add_func ("/errors/full-disk-for-steps", test_full_disk_for_steps);
  g_test_add_func ("/errors/unwritable-folder", test_unwritable_folder);
  g_test_add_func ("/errors/export-nowhere", test_export_nowhere);

  result = g_test_run ();
  gtk_window_destroy (GTK_WINDOW (window));
  dip_queue_shut_down (dip_application_get_queue (application));
  drop_home ();

  return result;
}
