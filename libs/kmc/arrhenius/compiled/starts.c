/*
 * Configurations of independent sites, drawn along the rows: 64 sites at a time, byte by byte of their probabilities
 * until none is undecided. Equal, bit for bit, with ../independent_rows.ts.
 */
#include "random.h"

/*
 * planes: [4][2 sites + 64], the probabilities' bytes, the highest first, each twice over, so that the ring is read
 * at a stretch from wherever a row begins. Site x of replica k is byte x + shifts[k] of its row. Sites are written
 * 64 at a time: what is behind a row is the next one's, and behind the last there is room.
 */
EXPORT(draw_rows) void draw_rows(uint32_t sites, uint32_t width, uint32_t stride, const uint8_t *planes,
                                 const uint32_t *shifts, Lanes *lanes, uint8_t *rows) {
  for (uint32_t k = 0; k < width; k++) {
    const uint8_t *from = planes + sites - shifts[k];
    uint8_t *const row = rows + k * stride;
    for (uint32_t x = 0; x < sites; x += WORD) {
      Register full[PIECES], open[PIECES];
      EACH {
        full[p] = all(0);
        open[p] = all(255);
      }
      for (uint32_t plane = 0; plane < 4; plane++) {
        const uint8_t *bytes = from + plane * (2 * sites + WORD) + x;
        Register undecided = all(0);
        EACH {
          const Register random = draw_piece(lanes, p), bound = load(bytes + REGISTER * p);
          full[p] |= open[p] & (Register)(random < bound);
          open[p] &= (Register)(random == bound);
          undecided |= open[p];
        }
        if (!any(undecided)) break;
      }
      EACH store(row + x + REGISTER * p, full[p] & 1);
    }
  }
}
