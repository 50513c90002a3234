/* Which attempts each replica accepted, from which replicas accepted each attempt. */
#include "words.h"

/* Bit i of entry k becomes bit k of entry i (Warren, Hacker's Delight, section 7-3). */
static void transpose_square(uint64_t *square) {
  uint64_t low = ~UINT64_C(0) >> 32;
  for (uint32_t j = 32; j != 0; j >>= 1, low ^= low << j) {
    for (uint32_t k = 0; k < 64; k = ((k | j) + 1) & ~j) {
      const uint64_t swapped = ((square[k] >> j) ^ square[k | j]) & low;
      square[k] ^= swapped << j;
      square[k | j] ^= swapped;
    }
  }
}

/*
 * accepted: [attempts][words], bit k of word w for replica 64 w + k; hops: [64][stride], bit j of word i for the
 * attempt 64 i + j, of the replicas of word `word`.
 */
EXPORT(hops_of) void hops_of(uint32_t attempts, uint32_t words, uint32_t word, const uint64_t *accepted,
                             uint64_t *hops, uint32_t stride) {
  accepted += word;
  for (uint32_t i = 0; 64 * i < attempts; i++) {
    uint64_t square[64];
    for (uint32_t j = 0; j < 64; j++)
      square[j] = 64 * i + j < attempts ? accepted[(uint64_t)(64 * i + j) * words] : 0;
    transpose_square(square);
    for (uint32_t k = 0; k < 64; k++) hops[k * stride + i] = square[k];
  }
}
