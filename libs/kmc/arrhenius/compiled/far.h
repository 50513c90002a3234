/* Lattices beyond the caches. */
#ifndef SPIEDIFF_FAR_H
#define SPIEDIFF_FAR_H
#include <stdint.h>

/*
 * Sites above which places are fetched ahead where attempts are made as they are drawn: drawing them first costs
 * more than it gains on small lattices.
 */
enum { FAR_SITES = 1 << 14 };

/* Where what was fetched goes, so that compilers keep the loads. */
static volatile uint32_t fetched;
#endif
