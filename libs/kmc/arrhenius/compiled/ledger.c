/*
 * Window counts with a ledger, one realization: attempts that keep what compensators and brackets need. Equal, bit for
 * bit, with ../ledger.ts and ../rejection.ts, which see; the ledger itself is of whole numbers here, and there of
 * doubles that hold them.
 *
 * rate [N]: threshold of the hop that bond x -> x + 1 allows, negative to the left. ledger [N][2]: sums over changes
 * of a bond's threshold to the right, to the left, times the attempts made before.
 */
#include "random.h"

static inline int32_t size_of(int32_t rate) { return rate < 0 ? -rate : rate; }

/* Window counts of a configuration from nothing. */
EXPORT(count_windows) void count_windows(uint32_t sites, uint32_t half_width, const uint8_t *eta,
                                         int32_t *count) {
  int32_t n = 0;
  for (uint32_t r = 0; r <= half_width; r++) n += eta[r];
  for (uint32_t r = 1; r <= half_width; r++) n += eta[sites - r];
  uint32_t leaving = sites - half_width, entering = half_width + 1;
  for (uint32_t x = 0; x < sites; x++) {
    count[x] = n;
    n += eta[entering] - eta[leaving];
    leaving = leaving + 1 == sites ? 0 : leaving + 1;
    entering = entering + 1 == sites ? 0 : entering + 1;
  }
}

/* Rates of all bonds from nothing. */
EXPORT(refresh_rates) void refresh_rates(uint32_t sites, const uint8_t *eta, const int32_t *count,
                                         const int32_t *threshold, int32_t *rate) {
  for (uint32_t x = 0; x + 1 < sites; x++) {
    const int32_t direction = eta[x] - eta[x + 1];
    rate[x] = direction * threshold[count[x + (uint32_t)(direction < 0)]];
  }
  const int32_t direction = eta[sites - 1] - eta[0];
  rate[sites - 1] = direction * threshold[count[direction < 0 ? 0 : sites - 1]];
}

typedef struct {
  uint32_t sites, half_width;
  uint8_t *eta;
  int32_t *count, *rate;
  int64_t *ledger;
  const int32_t *threshold;
} Lattice;

/* a where the condition holds, else 0: without a jump, as it could not be foreseen. */
static inline int32_t if_true(int condition, int32_t a) { return a & -condition; }

/* A bond beside the hopping one: an active one is now between equals, another allows the hop that this one did. */
static inline __attribute__((always_inline)) void turn(const Lattice l, uint32_t bond, int32_t left,
                                                       int32_t threshold, int64_t now) {
  const int32_t old = l.rate[bond], size = if_true(old == 0, threshold);
  l.rate[bond] = left ? -size : size;
  l.ledger[2 * bond + (uint32_t)(left ^ (old != 0))] += now * (size - size_of(old));
}

/* A bond whose left end, or right end, is a particle that sees another count, if its hop is allowed. */
static inline __attribute__((always_inline)) void change_right(const Lattice l, uint32_t bond,
                                                               int32_t threshold, int64_t now) {
  const int32_t old = l.rate[bond], change = if_true(old > 0, threshold - old);
  l.rate[bond] = old + change;
  l.ledger[2 * bond] += now * change;
}
static inline __attribute__((always_inline)) void change_left(const Lattice l, uint32_t bond,
                                                              int32_t threshold, int64_t now) {
  const int32_t old = l.rate[bond], change = if_true(old < 0, threshold + old);
  l.rate[bond] = old - change;
  l.ledger[2 * bond + 1] += now * change;
}

/* Makes the hop that a bond allows, the `now`th attempt of its interval; returns 1 for right, -1 for left. */
static inline __attribute__((always_inline)) int32_t hop(const Lattice l, uint32_t bond, int64_t now) {
  const int32_t left = l.rate[bond] < 0, sign = 1 - 2 * left;
  const uint32_t next = bond + 1 == l.sites ? 0 : bond + 1;
  const uint32_t after = next + 1 == l.sites ? 0 : next + 1;
  const uint32_t before = bond == 0 ? l.sites - 1 : bond - 1;
  const uint32_t low = bond < l.half_width ? bond + l.sites - l.half_width : bond - l.half_width;
  const uint32_t far = next + l.half_width, high = far >= l.sites ? far - l.sites : far;
  const uint32_t low_before = low == 0 ? l.sites - 1 : low - 1;
  const uint32_t high_before = high == 0 ? l.sites - 1 : high - 1;
  l.eta[bond] = (uint8_t)left;
  l.eta[next] = (uint8_t)!left;
  const int32_t low_rate = l.threshold[l.count[low] -= sign];
  const int32_t high_rate = l.threshold[l.count[high] += sign];
  const int32_t old = size_of(l.rate[bond]);
  const int32_t reversed = l.threshold[l.count[left ? bond : next]];
  l.rate[bond] = -sign * reversed;
  l.ledger[2 * bond + (uint32_t)left] -= now * old;
  l.ledger[2 * bond + (uint32_t)!left] += now * reversed;
  turn(l, before, left, l.threshold[l.count[left ? bond : before]], now);
  turn(l, next, left, l.threshold[l.count[left ? after : next]], now);
  /* The particles at `low` and `high`, if any, see one neighbour more or less. */
  change_right(l, low, low_rate, now);
  change_left(l, low_before, low_rate, now);
  change_right(l, high, high_rate, now);
  change_left(l, high_before, high_rate, now);
  return sign;
}

/* made: attempts before these in the interval; all are fewer than 2^29. */
EXPORT(attempt_ledger) uint32_t attempt_ledger(uint32_t sites, uint32_t half_width, uint32_t attempts,
                                               uint32_t made, uint8_t *eta, int32_t *count,
                                               int32_t *rate, int64_t *ledger,
                                               const int32_t *threshold, uint32_t one_draw,
                                               Stream *stream, int32_t *net_hops) {
  const Lattice l = {sites, half_width, eta, count, rate, ledger, threshold};
  Stream random = *stream;
  uint32_t hops = 0;
  int32_t net = 0;
  for (uint32_t k = 1; k <= attempts; k++) {
    const uint64_t wide = (uint64_t)draw(&random) * sites;
    const uint32_t bond = (uint32_t)(wide >> 32);
    const uint32_t fraction = (one_draw ? (uint32_t)wide : draw(&random)) >> 8;
    if (!passes((int32_t)fraction < size_of(rate[bond]))) continue;
    hops++;
    net += hop(l, bond, (int64_t)made + k);
  }
  *stream = random;
  *net_hops += net;
  return hops;
}

/*
 * The same for the recorded hops (hop_record.c) among the attempts `from` to `to` of a row that is shifted; attempts
 * are counted from `origin` on.
 */
EXPORT(replay_ledger) uint32_t replay_ledger(uint32_t sites, uint32_t half_width, uint32_t shift,
                                             uint32_t from, uint32_t to, uint32_t origin,
                                             const uint32_t *attempted, const uint64_t *hops,
                                             uint8_t *eta, int32_t *count, int32_t *rate,
                                             int64_t *ledger, const int32_t *threshold,
                                             int32_t *net_hops) {
  const Lattice l = {sites, half_width, eta, count, rate, ledger, threshold};
  uint32_t made = 0;
  int32_t net = 0;
  for (uint32_t i = from >> 6; i << 6 < to; i++) {
    uint64_t here = hops[i];
    if (i == from >> 6) here &= ~UINT64_C(0) << (from & 63);
    if (to - (i << 6) < 64) here &= (UINT64_C(1) << (to & 63)) - 1;
    for (; here != 0; here &= here - 1) {
      const uint32_t k = (i << 6) + (uint32_t)__builtin_ctzll(here);
      const uint32_t at = attempted[k], bond = at < shift ? at + sites - shift : at - shift;
      made++;
      net += hop(l, bond, (int64_t)k + 1 - origin);
    }
  }
  *net_hops += net;
  return made;
}

/*
 * What the rates before one attempt give of the bracket [elements][width]: -attempts times the product of two
 * elements' net rates, which are left in net [elements + width], the beginning once more behind.
 */
EXPORT(probe_rates) void probe_rates(uint32_t elements, uint32_t length, uint32_t width, uint32_t attempts,
                                     double unit, const int32_t *rate, double *net, double *bracket) {
  for (uint32_t e = 0; e < elements; e++, rate += length) {
    int64_t sum = 0;
    for (uint32_t r = 0; r < length; r++) sum += rate[r];
    net[e] = (double)sum * unit;
  }
  for (uint32_t k = 0; k < width; k++) net[elements + k] = net[k];
  uint32_t first = width < elements ? elements - width / 2 : 0;
  for (uint32_t e = 0; e < elements; e++, bracket += width) {
    const double own = -(double)attempts * net[e];
    for (uint32_t k = 0; k < width; k++) bracket[k] = own * net[first + k];
    if (width < elements && ++first == elements) first = 0;
  }
}

/*
 * Compensators of the elements, and through smooth windows (../../smooth_windows.ts) of bonds at `places` [length];
 * adds the sums of absolute rates to the bracket's diagonal.
 */
EXPORT(close_ledger) void close_ledger(uint32_t elements, uint32_t length, uint32_t width, uint32_t attempts,
                                       double unit, const int32_t *rate, const int64_t *ledger,
                                       const double *places, double *compensator,
                                       double *smooth, double *bracket) {
  for (uint32_t e = 0; e < elements; e++) smooth[e] = 0;
  for (uint32_t e = 0; e < elements; e++, rate += length, ledger += 2 * length) {
    double sum = 0, total = 0, before = 0, after = 0;
    for (uint32_t r = 0; r < length; r++) {
      const int64_t right = (int64_t)attempts * (rate[r] > 0 ? rate[r] : 0) - ledger[2 * r];
      const int64_t left = (int64_t)attempts * (rate[r] < 0 ? -rate[r] : 0) - ledger[2 * r + 1];
      const double net = (double)(right - left), u = places[r];
      total += (double)(right + left);
      sum += net;
      before += net * (1 - u) * (1 - u) / 2;
      after += net * u * u / 2;
    }
    compensator[e] = sum * unit;
    bracket[e * width + (width < elements ? width / 2 : e)] += total * unit;
    smooth[e == 0 ? elements - 1 : e - 1] += unit * before;
    smooth[e] += unit * (sum - before - after);
    smooth[e + 1 == elements ? 0 : e + 1] += unit * after;
  }
}
