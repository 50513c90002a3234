/*
 * Arrhenius exclusion process, constant kernel, by uniformised rejection, scalar and branch-free: the peer
 * that the engines are measured against. Not used by the product.
 *
 *   gcc -O3 -march=native -o window_counts window_counts.c -lm
 *   ./window_counts SITES HALF_WIDTH BETA_J0 ATTEMPTS REALIZATIONS
 *
 * Each realization starts from Bernoulli sites of density 0.5 + 0.3 cos(2 pi x / N), makes ATTEMPTS attempts
 * and adds its fields z on 25 hats to a mean after 70 %, 80 % and all of them. Prints accepted events,
 * attempts and seconds of processor time, everything included.
 */
#include "peer.h"

int main(int argc, char **argv) {
  if (argc != 6) return 2;
  const int32_t n = atoi(argv[1]), l = atoi(argv[2]), realizations = atoi(argv[5]);
  const double j = atof(argv[3]);
  const int64_t attempts = atoll(argv[4]);
  int32_t *eta = calloc(n, sizeof *eta), *count = calloc(n, sizeof *count);
  uint32_t *threshold = calloc(2 * l + 2, sizeof *threshold);
  uint32_t *density = profile(n);
  for (int32_t c = 1; c <= 2 * l + 1; c++) threshold[c] = probability(exp(-j / (2 * l + 1) * (c - 1)));

  int64_t events = 0;
  const double start = processor_time();
  for (int32_t r = 0; r < realizations; r++) {
    for (int32_t x = 0; x < n; x++) eta[x] = draw() < density[x];
    int32_t inside = 0;
    for (int32_t d = -l; d <= l; d++) inside += eta[d < 0 ? d + n : d];
    for (int32_t x = 0; x < n; x++) {
      count[x] = inside;
      inside += eta[x + l + 1 >= n ? x + l + 1 - n : x + l + 1] - eta[x - l < 0 ? x - l + n : x - l];
    }
    for (int32_t part = 0; part < 3; part++) {
      for (int64_t k = part_begin(part, attempts); k < part_begin(part + 1, attempts); k++) {
        const uint64_t wide = (uint64_t)draw() * (uint32_t)n;
        const int32_t x = (int32_t)(wide >> 32);
        const uint32_t fraction = (uint32_t)wide;
        const int32_t y = x + 1 == n ? 0 : x + 1;
        const int32_t right = eta[x], active = right ^ eta[y];
        const int32_t from = right ? x : y;
        const int32_t accept = active & (fraction < threshold[count[from]]);
        const int32_t change = accept * (2 * right - 1);
        const int32_t low = x - l < 0 ? x - l + n : x - l;
        const int32_t high = x + 1 + l >= n ? x + 1 + l - n : x + 1 + l;
        eta[x] -= change;
        eta[y] += change;
        count[low] -= change;
        count[high] += change;
        events += accept;
      }
      record(eta, n);
    }
  }
  report(events, attempts * realizations, processor_time() - start);
  return 0;
}
