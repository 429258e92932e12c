#!/bin/sh
# Looks for leaks: the window from its start to its end, and all that its other tests do,
# under AddressSanitizer's LeakSanitizer.  leaks.supp names what is not ours.  Takes some
# minutes the first time; needs a display (xvfb-run).  leaks.sh [BUILD-FOLDER]
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
build=${1:-$root/b-leaks}
[ -d "$build" ] || meson setup "$build" "$root" -Db_sanitize=address -Db_lundef=false
ninja -C "$build"
export ASAN_OPTIONS=detect_leaks=1:fast_unwind_on_malloc=0:malloc_context_size=30
export LSAN_OPTIONS=suppressions=$root/tests/app/leaks.supp:print_suppressions=0
xvfb-run -a meson test -C "$build" --no-rebuild --print-errorlogs \
  --timeout-multiplier 20 window-leaks
