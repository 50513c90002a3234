/*
 * Draws of attempts, dealt out to the cells of a large lattice: the loop of ../attempt_order.ts, which says why
 * the outcome is that of the order in which they were drawn.
 */
#include "far.h"
#include "random.h"

/*
 * front: [cells + 1], of which entry c is the first bond that cell c has taken over from cell c - 1; amount: [cells
 * + 1], attempts of each cell; list: [cells + 1][capacity][words], their draws. Returns 0, and leaves the stream
 * alone, if the attempts must be made in the order in which they are drawn.
 */
__attribute__((export_name("order_attempts"))) uint32_t order_attempts(
    uint32_t sites, uint32_t cells, int32_t reach, uint32_t attempts, uint32_t words,
    uint32_t capacity, Stream *stream, int32_t *front, uint32_t *amount, uint32_t *list) {
  for (uint32_t c = 0; c <= cells; c++) {
    front[c] = (int32_t)((uint64_t)c * sites / cells);
    amount[c] = 0;
  }
  Stream random = *stream;
  int32_t wrapped = -1;
  for (uint32_t k = 0; k < attempts; k++) {
    const uint32_t first = draw(&random), second = words == 2 ? draw(&random) : 0;
    const int32_t x = (int32_t)((uint64_t)first * sites >> 32);
    uint32_t cell = (uint32_t)((uint64_t)first * cells >> 32);
    if (x + reach >= front[cell + 1]) {
      cell++;
      if (x < front[cell]) front[cell] = x;
    } else if (x - reach <= wrapped) {
      cell = cells;
      if (x > wrapped) wrapped = x;
    }
    const uint32_t at = amount[cell]++;
    if (at == capacity) return 0;
    uint32_t *to = list + (cell * capacity + at) * words;
    to[0] = first;
    if (words == 2) to[1] = second;
  }
  for (uint32_t c = 0; c < cells; c++) {
    const int32_t previous = c == 0 ? wrapped : (int32_t)((uint64_t)c * sites / cells);
    if (front[c + 1] - previous <= reach) return 0;
  }
  *stream = random;
  return 1;
}

/* Brings memory near: one load a line. */
__attribute__((export_name("fetch_bytes"))) void fetch_bytes(const uint32_t *from, uint32_t bytes) {
  uint32_t touched = 0;
  for (uint32_t k = 0; k < bytes / 4; k += 16) touched ^= from[k];
  fetched = touched;
}
