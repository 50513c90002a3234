/*
 * Draws of attempts, dealt out to the cells of a large lattice: the loop of ../attempt_order.ts, which says why
 * the outcome is that of the order in which they were drawn.
 */
#include "far.h"
#include "random.h"

/* Whether an attempt at x depends on one whose bond is marked: all that can for counts (L = reach - 1). */
static inline uint32_t depends(const uint8_t *mark, int32_t x, int32_t reach) {
  return mark[x - reach] | mark[x - reach + 1] | mark[x - 1] | mark[x] | mark[x + 1] |
         mark[x + reach - 1] | mark[x + reach];
}

/*
 * start, front: [cells + 1], of which entry c is the first bond of cell c, and the first that it has taken over from
 * cell c - 1; amount: [cells + 1], attempts of each cell; mark: [sites + 2 reach], bonds that were put off, zeros
 * before and after, or null if all within reach of one another depend; list: [cells + 1][capacity][words], the
 * attempts' draws. Returns 0, and leaves the stream alone, if they must be made in the order in which they are drawn.
 */
EXPORT(order_attempts) uint32_t order_attempts(
    uint32_t sites, uint32_t cells, int32_t reach, uint32_t attempts, uint32_t words,
    uint32_t capacity, Stream *stream, int32_t *start, int32_t *front, uint32_t *amount,
    uint8_t *mark, uint32_t *list) {
  for (uint32_t c = 0; c <= cells; c++) {
    front[c] = start[c] = (int32_t)((uint64_t)c * sites / cells);
    amount[c] = 0;
  }
  uint8_t *const put_off = mark ? mark + reach : 0;
  Stream random = *stream;
  int32_t wrapped = -1;
  uint32_t full = 0;
  for (uint32_t k = 0; k < attempts; k++) {
    const uint32_t first = draw(&random), second = words == 2 ? draw(&random) : 0;
    const int32_t x = (int32_t)((uint64_t)first * sites >> 32);
    uint32_t cell = (uint32_t)((uint64_t)first * cells >> 32);
    /* Near both ends of the first cell, either may hold an attempt that this one waits for. */
    if (x + reach >= front[cell + 1] &&
        (!mark || x + reach >= start[cell + 1] || depends(put_off, x, reach))) {
      cell++;
      if (x < front[cell]) front[cell] = x;
      if (mark) put_off[x] = 1;
    } else if (x - reach <= wrapped && (!mark || x < reach || depends(put_off, x, reach))) {
      cell = cells;
      if (x > wrapped) wrapped = x;
      if (mark) put_off[x] = 1;
    }
    const uint32_t at = amount[cell]++;
    if (at == capacity) {
      full = 1;
      break;
    }
    uint32_t *to = list + (cell * capacity + at) * words;
    to[0] = first;
    if (words == 2) to[1] = second;
  }
  uint32_t apart = !full;
  for (uint32_t c = 0; c < cells; c++) {
    if (front[c + 1] - (c == 0 ? wrapped : start[c]) <= reach) apart = 0;
    if (mark) for (int32_t x = front[c + 1]; x <= start[c + 1]; x++) put_off[x] = 0;
  }
  if (mark) for (int32_t x = 0; x <= wrapped; x++) put_off[x] = 0;
  if (apart) *stream = random;
  return apart;
}

/* Brings memory near: one load a line. */
EXPORT(fetch_bytes) void fetch_bytes(const uint32_t *from, uint32_t bytes) {
  uint32_t touched = 0;
  for (uint32_t k = 0; k < bytes / 4; k += 16) touched ^= from[k];
  fetched = touched;
}
