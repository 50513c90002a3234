/*
 * Nearest neighbours (L = 1), 512 replicas: bit k of a site's word is replica k's occupation.
 *
 * All replicas attempt the same bond; whether each accepts is decided by bits of its own. A lane of
 * the slower class is accepted with probability p / 2^32, by comparing random bits with p's from the
 * top until every lane is decided.
 */
#include "random.h"

/* Books hops over the last bond: net hops through it fix the currents of all others. */
static __attribute__((noinline)) void cross(const Register *accept, const Register *full, int32_t *through) {
  const uint32_t *moved = (const uint32_t *)accept, *right = (const uint32_t *)full;
  for (uint32_t k = 0; k < 8 * WORD; k++) {
    const int32_t hopped = moved[k >> 5] >> (k & 31) & 1, forth = right[k >> 5] >> (k & 31) & 1;
    through[k] += hopped * (2 * forth - 1);
  }
}

static inline __attribute__((always_inline)) uint64_t attempts_of(
    uint32_t sites, uint32_t attempts, Register *eta, Stream *stream, Lanes *lanes, uint32_t p,
    uint32_t crowded_is_free, uint32_t all_free, int32_t *through, const uint32_t *list,
    uint32_t *attempted, Register *accepted) {
  Stream bonds = *stream;
  Lanes own;
  Lanes *const bits = near_lanes(lanes, &own);
  const Register flip = all(crowded_is_free ? 0 : 255), free = all(all_free ? 255 : 0);
  const uint32_t threshold = p;
  uint64_t hops = 0;
  for (uint32_t done = 0; done < attempts;) {
    /* Byte counters hold 31 attempts of at most eight hops a byte. */
    const uint32_t end = attempts - done > 31 ? done + 31 : attempts;
    Register counted[PIECES] = {0};
    for (; done < end; done++) {
      const uint32_t x = (uint32_t)(((uint64_t)take(&bonds, &list) * sites) >> 32);
      const uint32_t y = x + 1 == sites ? 0 : x + 1;
      const uint32_t before = x == 0 ? sites - 1 : x - 1;
      const uint32_t after = y + 1 == sites ? 0 : y + 1;
      Register *at = eta + PIECES * x, *to = eta + PIECES * y;
      const Register *left = eta + PIECES * before, *right = eta + PIECES * after;
      Register accept[PIECES], open[PIECES], full[PIECES], undecided = {0};
      EACH {
        full[p] = at[p];
        const Register active = full[p] ^ to[p];
        /* Where the bond is active, exactly one end is full: its other neighbour decides. */
        const Register crowded = select(full[p], left[p], right[p]);
        const Register accepted = (crowded ^ flip) | free;
        accept[p] = active & accepted;
        open[p] = active & ~accepted;
        undecided |= open[p];
      }
      for (uint32_t rest = threshold; rest != 0 && any(undecided); rest <<= 1) {
        undecided = (Register){0};
        if (rest >> 31) {
          EACH {
            const Register random = draw_piece(bits, p);
            accept[p] |= open[p] & ~random;
            open[p] &= random;
            undecided |= open[p];
          }
        } else {
          EACH {
            open[p] &= ~draw_piece(bits, p);
            undecided |= open[p];
          }
        }
      }
      if (accepted) {
        attempted[done] = x;
        EACH accepted[PIECES * done + p] = accept[p];
      }
      EACH {
        at[p] ^= accept[p];
        to[p] ^= accept[p];
        counted[p] += count_bits(accept[p]);
      }
      if (__builtin_expect(y == 0, 0)) cross(accept, full, through);
    }
    EACH hops += add_bytes(counted[p]);
  }
  *stream = bonds;
  keep_lanes(lanes, bits);
  return hops;
}

/* attempted, accepted: the bond of each attempt and the replicas that hopped, or null. */
EXPORT(attempt_bits) uint64_t attempt_bits(
    uint32_t sites, uint32_t attempts, Register *eta, Stream *stream, Lanes *lanes, uint32_t p,
    uint32_t crowded_is_free, uint32_t all_free, int32_t *through, const uint32_t *list,
    uint32_t *attempted, Register *accepted) {
#define ATTEMPTS(list, attempted, accepted)                                                          \
  attempts_of(sites, attempts, eta, stream, lanes, p, crowded_is_free, all_free, through, list,      \
              attempted, accepted)
  /* A loop for each: asking at every attempt costs 5 to 10 %. */
  if (list) return ATTEMPTS(list, 0, 0);
  return accepted ? ATTEMPTS(0, attempted, accepted) : ATTEMPTS(0, 0, 0);
}
