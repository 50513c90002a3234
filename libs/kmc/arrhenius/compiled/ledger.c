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
  for (uint32_t x = 0; x < sites; x++) {
    const uint32_t y = x + 1 == sites ? 0 : x + 1;
    const int32_t direction = eta[x] - eta[y];
    rate[x] = direction * threshold[count[direction < 0 ? y : x]];
  }
}

typedef struct {
  int32_t *rate;
  int64_t *ledger;
  int64_t now;
} Book;

/* Gives a bond another rate, and books the change. */
static inline void book(Book b, uint32_t bond, int32_t rate) {
  const int32_t old = b.rate[bond];
  const int32_t right = (rate > 0 ? rate : 0) - (old > 0 ? old : 0);
  b.rate[bond] = rate;
  b.ledger[2 * bond] += b.now * right;
  b.ledger[2 * bond + 1] += b.now * (right - rate + old);
}

/* made: attempts before these in the interval; all are fewer than 2^29. */
EXPORT(attempt_ledger) uint32_t attempt_ledger(uint32_t sites, uint32_t half_width, uint32_t attempts,
                                               uint32_t made, uint8_t *eta, int32_t *count,
                                               int32_t *rate, int64_t *ledger,
                                               const int32_t *threshold, uint32_t one_draw,
                                               Stream *stream, int32_t *net_hops) {
  Stream random = *stream;
  uint32_t hops = 0;
  int32_t net = 0;
  for (uint32_t k = 1; k <= attempts; k++) {
    const uint64_t wide = (uint64_t)draw(&random) * sites;
    const uint32_t bond = (uint32_t)(wide >> 32);
    const uint32_t fraction = (one_draw ? (uint32_t)wide : draw(&random)) >> 8;
    const int32_t own = rate[bond];
    if (!passes((int32_t)fraction < size_of(own))) continue;
    const int32_t left = own < 0, sign = 1 - 2 * left;
    hops++;
    net += sign;
    const uint32_t next = bond + 1 == sites ? 0 : bond + 1;
    const uint32_t after = next + 1 == sites ? 0 : next + 1;
    const uint32_t before = bond == 0 ? sites - 1 : bond - 1;
    const uint32_t low = bond < half_width ? bond + sites - half_width : bond - half_width;
    const uint32_t far = next + half_width, high = far >= sites ? far - sites : far;
    const uint32_t low_before = low == 0 ? sites - 1 : low - 1;
    const uint32_t high_before = high == 0 ? sites - 1 : high - 1;
    eta[bond] = (uint8_t)left;
    eta[next] = (uint8_t)!left;
    const int32_t low_rate = threshold[count[low] -= sign];
    const int32_t high_rate = threshold[count[high] += sign];
    const Book all = {rate, ledger, (int64_t)made + k};
    book(all, bond, -sign * threshold[count[left ? bond : next]]);
    /* Neighbouring bonds: active ones are now between equals, others allow the hop that this one did. */
    book(all, before, rate[before] ? 0 : sign * threshold[count[left ? bond : before]]);
    book(all, next, rate[next] ? 0 : sign * threshold[count[left ? after : next]]);
    /* The particles at `low` and `high`, if any, see one neighbour more or less. */
    book(all, low, rate[low] > 0 ? low_rate : rate[low]);
    book(all, low_before, rate[low_before] < 0 ? -low_rate : rate[low_before]);
    book(all, high, rate[high] > 0 ? high_rate : rate[high]);
    book(all, high_before, rate[high_before] < 0 ? -high_rate : rate[high_before]);
  }
  *stream = random;
  *net_hops += net;
  return hops;
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
