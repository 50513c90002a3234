/*
 * Any even kernel, one realization: energies of all sites in integers of 2^-20 k_B T.
 *
 * A rejected attempt reads two occupations and at most one energy; an accepted hop adds the kernel's
 * difference to 2L + 2 energies. Equal, bit for bit, with ../energy_rejection.ts.
 */
#include "random.h"

static inline void add(int32_t *energy, const int32_t *step, uint32_t n) {
  for (uint32_t k = 0; k < n; k++) energy[k] += step[k];
}

/* The same in whole vectors: rounds n up to 4, where zeros follow. */
static inline void add_vectors(int32_t *energy, const int32_t *step, uint32_t n) {
  for (uint32_t k = 0; k < n; k += 4)
    wasm_v128_store(energy + k, wasm_i32x4_add(wasm_v128_load(energy + k), wasm_v128_load(step + k)));
}

static inline int32_t threshold_of(uint32_t excess, const double *boltzmann) {
  const double d = (double)(excess & 4095) * 0x1p-20;
  return (int32_t)(boltzmann[excess >> 12] * (1 - d + d * d * 0.5) + 0.5);
}

typedef struct {
  uint32_t sites;
  const uint8_t *eta;
  const int32_t *energy;
  const double *boltzmann;
  int32_t lowest;
  int32_t *bond_rate;
  double *ledger;
} Book;

/* Books the new rate of a bond at the time `now`: see ../ledger.ts. */
static inline void book_bond(const Book *k, uint32_t bond, double now) {
  const uint32_t next = bond + 1 == k->sites ? 0 : bond + 1;
  const int32_t full = k->eta[bond], sign = full - k->eta[next];
  const uint32_t excess =
      (uint32_t)(k->energy[full ? bond : next] - k->lowest) & -(uint32_t)(sign & 1);
  const int32_t rate = sign * threshold_of(excess, k->boltzmann), old = k->bond_rate[bond];
  k->bond_rate[bond] = rate;
  double *booked = k->ledger + 2 * bond;
  booked[0] += now * ((rate > 0 ? rate : 0) - (old > 0 ? old : 0));
  booked[1] += now * ((old < 0 ? old : 0) - (rate < 0 ? rate : 0));
}

/*
 * Books all bonds that a hop over x -> y has changed: the three that touch it, and the active ones among
 * low - 1 .. low + width - 1, sixteen looked at together.
 */
static void book_changes(const Book *k, uint32_t x, uint32_t y, uint32_t low, uint32_t width,
                         double now) {
  book_bond(k, x == 0 ? k->sites - 1 : x - 1, now);
  book_bond(k, x, now);
  book_bond(k, y, now);
  uint32_t bond = low == 0 ? k->sites - 1 : low - 1;
  for (uint32_t left = width + 1; left != 0;) {
    if (bond + 16 < k->sites) {
      const uint32_t count = left < 16 ? left : 16;
      uint32_t active = wasm_i8x16_bitmask(
          wasm_i8x16_ne(wasm_v128_load(k->eta + bond), wasm_v128_load(k->eta + bond + 1)));
      active &= 0xffffu >> (16 - count);
      for (; active != 0; active &= active - 1) book_bond(k, bond + __builtin_ctz(active), now);
      left -= count;
      bond += count;
    } else {
      if (k->eta[bond] != k->eta[bond + 1 == k->sites ? 0 : bond + 1]) book_bond(k, bond, now);
      left--;
      bond = bond + 1 == k->sites ? 0 : bond + 1;
    }
  }
}

/*
 * step: [2][2L + 4, zeros at the end], the change of energies from bond - L on by a hop right, then left;
 * ledger: [2N] or null, made: attempts made before in the interval.
 */
__attribute__((export_name("attempt_energies"))) uint32_t attempt_energies(
    uint32_t sites, uint32_t half_width, uint32_t attempts, uint8_t *eta, int32_t *energy,
    const int32_t *step, const double *boltzmann, const uint32_t *bound, int32_t lowest, uint32_t one_draw,
    Stream *stream, int32_t *net_hops, int32_t *bond_rate, double *ledger, double made) {
  Stream random = *stream;
  uint32_t hops = 0;
  int32_t net = 0;
  const uint32_t width = 2 * half_width + 2;
  const Book book = {sites, eta, energy, boltzmann, lowest, bond_rate, ledger};
  for (uint32_t k = 0; k < attempts; k++) {
    const uint64_t wide = (uint64_t)draw(&random) * sites;
    const uint32_t x = (uint32_t)(wide >> 32);
    const uint32_t y = x + 1 == sites ? 0 : x + 1;
    const uint32_t fraction = (one_draw ? (uint32_t)wide : draw(&random)) >> 8;
    const uint32_t right = eta[x], active = right ^ eta[y];
    /* One jump an attempt, rarely taken: an inactive bond is looked up like any other. */
    const uint32_t excess = (uint32_t)(energy[right ? x : y] - lowest) & -active;
    /* bound[i] is the threshold where its step of energies begins: passing is needed, seldom not enough. */
    if (!(active & (fraction < bound[excess >> 12]))) continue;
    if ((int32_t)fraction >= threshold_of(excess, boltzmann)) continue;
    hops++;
    net += right ? 1 : -1;
    eta[x] = (uint8_t)!right;
    eta[y] = (uint8_t)right;
    const int32_t *change = right ? step : step + width + 2;
    const uint32_t low = x < half_width ? x + sites - half_width : x - half_width;
    if (__builtin_expect(low + width + 2 <= sites, 1)) {
      add_vectors(energy + low, change, width);
    } else {
      const uint32_t first = sites - low < width ? sites - low : width;
      add(energy + low, change, first);
      add(energy, change + first, width - first);
    }
    if (ledger) book_changes(&book, x, y, low, width, made + k + 1);
  }
  *stream = random;
  *net_hops += net;
  return hops;
}

/* Energies of a configuration from nothing: row [2L + 1] is the kernel, 0 in the middle. */
__attribute__((export_name("recount_energies"))) void recount_energies(
    uint32_t sites, uint32_t half_width, const uint8_t *eta, int32_t *energy, const int32_t *row) {
  const uint32_t width = 2 * half_width + 1;
  for (uint32_t x = 0; x < sites; x++) energy[x] = 0;
  for (uint32_t x = 0; x < sites; x++) {
    if (!eta[x]) continue;
    const uint32_t low = x < half_width ? x + sites - half_width : x - half_width;
    const uint32_t first = sites - low < width ? sites - low : width;
    add(energy + low, row, first);
    add(energy, row + first, width - first);
  }
}
