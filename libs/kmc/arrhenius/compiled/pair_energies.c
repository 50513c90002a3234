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

/* step: [2][2L + 4, zeros at the end], the change of energies from bond - L on by a hop right, then left. */
typedef struct {
  uint32_t sites, half_width;
  uint8_t *eta;
  int32_t *energy;
  const int32_t *step;
  const double *boltzmann;
  const uint32_t *bound;
  int32_t lowest;
} Lattice;

/* Attempts a hop over the bond x -> x + 1; returns 1 for a hop right, -1 left, 0 none. */
static inline __attribute__((always_inline)) int32_t attempt(const Lattice l, uint32_t x,
                                                             uint32_t fraction) {
  const uint32_t y = x + 1 == l.sites ? 0 : x + 1;
  const uint32_t right = l.eta[x], active = right ^ l.eta[y];
  /* One jump an attempt, rarely taken: an inactive bond is looked up like any other. */
  const uint32_t excess = (uint32_t)(l.energy[right ? x : y] - l.lowest) & -active;
  /* bound[i] is the threshold where its step of energies begins: passing is needed, seldom not enough. */
  if (!(active & (fraction < l.bound[excess >> 12]))) return 0;
  if ((int32_t)fraction >= threshold_of(excess, l.boltzmann)) return 0;
  l.eta[x] = (uint8_t)!right;
  l.eta[y] = (uint8_t)right;
  const uint32_t width = 2 * l.half_width + 2;
  const int32_t *change = right ? l.step : l.step + width + 2;
  const uint32_t low = x < l.half_width ? x + l.sites - l.half_width : x - l.half_width;
  if (__builtin_expect(low + width + 2 <= l.sites, 1)) {
    add_vectors(l.energy + low, change, width);
  } else {
    const uint32_t first = l.sites - low < width ? l.sites - low : width;
    add(l.energy + low, change, first);
    add(l.energy, change + first, width - first);
  }
  return right ? 1 : -1;
}

static inline __attribute__((always_inline)) uint32_t attempts_of(const Lattice l, uint32_t attempts,
                                                                  uint32_t one_draw, Stream *stream,
                                                                  int32_t *net_hops,
                                                                  const uint32_t *list) {
  Stream random = *stream;
  uint32_t hops = 0;
  int32_t net = 0;
  for (uint32_t k = 0; k < attempts; k++) {
    const uint64_t wide = (uint64_t)take(&random, &list) * l.sites;
    const uint32_t fraction = (one_draw ? (uint32_t)wide : take(&random, &list)) >> 8;
    const int32_t hop = attempt(l, (uint32_t)(wide >> 32), fraction);
    if (hop == 0) continue;
    hops++;
    net += hop;
  }
  *stream = random;
  *net_hops += net;
  return hops;
}

EXPORT(attempt_energies) uint32_t attempt_energies(
    uint32_t sites, uint32_t half_width, uint32_t attempts, uint8_t *eta, int32_t *energy,
    const int32_t *step, const double *boltzmann, const uint32_t *bound, int32_t lowest, uint32_t one_draw,
    Stream *stream, int32_t *net_hops, const uint32_t *list) {
  const Lattice l = {sites, half_width, eta, energy, step, boltzmann, bound, lowest};
  /* A loop for each: asking at every attempt costs 4 %. */
  return list ? attempts_of(l, attempts, one_draw, stream, net_hops, list)
              : attempts_of(l, attempts, one_draw, stream, net_hops, 0);
}

/*
 * Acceptance thresholds of all bonds of `elements` elements of `length` sites from site `from` on, as they are
 * now: adds weight times the signed threshold to `net` [N], and leaves each element's sum of signed and of
 * absolute thresholds in sums[2e] and sums[2e + 1]. Sixteen bytes after the last site may be read.
 */
EXPORT(sample_rates) void sample_rates(
    uint32_t sites, uint32_t from, uint32_t length, uint32_t elements, uint8_t *eta,
    const int32_t *energy, const double *boltzmann, int32_t lowest, double weight, double *net,
    double *sums) {
  eta[sites] = eta[0];
  for (uint32_t e = 0; e < elements; e++, from += length) {
    int64_t sum = 0, absolute = 0;
    for (uint32_t r = 0; r < length; r += 16) {
      const uint8_t *at = eta + from + r;
      uint32_t active =
          wasm_i8x16_bitmask(wasm_i8x16_ne(wasm_v128_load(at), wasm_v128_load(at + 1)));
      if (length - r < 16) active &= 0xffffu >> (16 - (length - r));
      for (; active != 0; active &= active - 1) {
        const uint32_t x = from + r + __builtin_ctz(active), right = eta[x];
        const uint32_t site = right ? x : x + 1 == sites ? 0 : x + 1;
        const int32_t threshold = threshold_of((uint32_t)(energy[site] - lowest), boltzmann);
        const int32_t rate = right ? threshold : -threshold;
        net[x] += weight * rate;
        sum += rate;
        absolute += threshold;
      }
    }
    sums[2 * e] = (double)sum;
    sums[2 * e + 1] = (double)absolute;
  }
}

/* Energies of a configuration from nothing: row [2L + 1] is the kernel, 0 in the middle. */
EXPORT(recount_energies) void recount_energies(
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
