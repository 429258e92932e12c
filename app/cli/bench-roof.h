#pragma once

#include "app/cli/cli.h"
#include "render/peak.h"

G_BEGIN_DECLS

/* The device's measured peak in `bench`'s results, and what is held against it. */

/* Adds "peak" to @result. */
void dip_bench_add_peak (json_t *result, const DipPeak *peak);
void dip_bench_print_peak (const json_t *result);

/* Adds to @row "flops", "bytes", what they come to in @seconds (not 0), and the shares
 * of the peak ("share_of_peak", "share_of_bandwidth").
 */
void dip_bench_add_rates (json_t *row,
                          double n_flops,
                          double n_bytes,
                          double seconds,
                          const DipPeak *peak);

/* What dip_bench_add_rates() added, to the end of a line. */
void dip_bench_print_rates (const json_t *row);

G_END_DECLS
