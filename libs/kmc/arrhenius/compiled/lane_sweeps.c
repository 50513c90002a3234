/*
 * Heat-bath sweeps of 64 replicas side by side, the constant kernel: in the order of the sites, each drawn anew given
 * the others. Equal, bit for bit, with ../lane_sweeps.ts.
 */
#include "random.h"

/*
 * eta [N][64]: 0 or 255. A particle is at x with probability 1 / (1 + vacancy[x] unbound[n]) given n others within L
 * sites: compared without a division.
 */
EXPORT(sweep_lanes) void sweep_lanes(uint32_t sites, uint32_t half_width, uint32_t sweeps, uint8_t *eta,
                                     const double *vacancy, const double *unbound, Lanes *lanes) {
  int32_t count[WORD];
  uint32_t random[WORD];
  while (sweeps-- > 0) {
    for (uint32_t k = 0; k < WORD; k++) count[k] = 0;
    for (uint32_t r = 0; r <= 2 * half_width; r++) {
      const uint8_t *full = eta + WORD * (r <= half_width ? r : sites + half_width - r);
      for (uint32_t k = 0; k < WORD; k++) count[k] += full[k] & 1;
    }
    uint32_t leaving = sites - half_width, entering = half_width + 1;
    for (uint32_t x = 0; x < sites; x++) {
      for (uint32_t q = 0; q < 4; q++)
        EACH store(random + 16 * q + REGISTER / 4 * p, draw_piece(lanes, p));
      uint8_t *here = eta + WORD * x;
      const uint8_t *in = eta + WORD * entering, *out = eta + WORD * leaving;
      const double v = vacancy[x];
      uint8_t full[WORD];
      for (uint32_t k = 0; k < WORD; k++) {
        const int32_t others = count[k] - (here[k] & 1);
        const double odds = 1 + v * unbound[others];
        const int32_t occupied = random[k] * 0x1p-32 * odds < 1;
        count[k] = others + occupied + (in[k] & 1) - (out[k] & 1);
        full[k] = (uint8_t)-occupied;
      }
      for (uint32_t k = 0; k < WORD; k++) here[k] = full[k];
      leaving = leaving + 1 == sites ? 0 : leaving + 1;
      entering = entering + 1 == sites ? 0 : entering + 1;
    }
  }
}
