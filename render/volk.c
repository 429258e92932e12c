/* volk's one translation unit: the header is its own source when this is set. */
#define VOLK_IMPLEMENTATION
#include <volk.h>
