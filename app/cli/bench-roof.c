#include "app/cli/bench-roof.h"

#include "model/storage/json.h"

static double
get_number (const json_t *object, const char *key)
{
  return json_number_value (json_object_get (object, key));
}

void
dip_bench_add_peak (json_t *result, const DipPeak *peak)
{
  json_t *object = json_object ();

  dip_json_set_double (object, "gflops_per_second", peak->flops_per_second / 1e9);
  dip_json_set_double (object, "gbytes_per_second", peak->bytes_per_second / 1e9);
  dip_json_set_take (result, "peak", object);
}

void
dip_bench_print_peak (const json_t *result)
{
  const json_t *peak = json_object_get (result, "peak");

  dip_cli_print ("peak       %.1f GFLOP/s multiplying and adding, %.1f GB/s copying "
                 "(measured)\n",
                 get_number (peak, "gflops_per_second"),
                 get_number (peak, "gbytes_per_second"));
}

void
dip_bench_add_rates (json_t *row,
                     double n_flops,
                     double n_bytes,
                     double seconds,
                     const DipPeak *peak)
{
  dip_json_set_int (row, "flops", n_flops);
  dip_json_set_int (row, "bytes", n_bytes);
  dip_json_set_double (row, "gflops_per_second", n_flops / seconds / 1e9);
  dip_json_set_double (row, "gbytes_per_second", n_bytes / seconds / 1e9);
  dip_json_set_double (row, "share_of_peak", n_flops / seconds / peak->flops_per_second);
  dip_json_set_double (row, "share_of_bandwidth",
                       n_bytes / seconds / peak->bytes_per_second);
}

void
dip_bench_print_rates (const json_t *row)
{
  dip_cli_print ("  %9.3f GFLOP  %7.1f GFLOP/s %3.0f %%  %8.1f MB  %6.2f GB/s %3.0f %%\n",
                 get_number (row, "flops") / 1e9, get_number (row, "gflops_per_second"),
                 get_number (row, "share_of_peak") * 100, get_number (row, "bytes") / 1e6,
                 get_number (row, "gbytes_per_second"),
                 get_number (row, "share_of_bandwidth") * 100);
}
