/*
 * The same for any kernel, here Gaussian of width 0.2 (2L + 1): energies kept by every accepted hop in a loop
 * that gcc vectorises, the exponential from a table with a quadratic for the rest.
 *
 *   ./pair_energies SITES HALF_WIDTH BETA_J0 ATTEMPTS REALIZATIONS
 */
#include "peer.h"

static inline void add(float *restrict energy, const float *restrict step, int32_t k) {
  for (int32_t i = 0; i < k; i++) energy[i] += step[i];
}

int main(int argc, char **argv) {
  if (argc != 6) return 2;
  const int32_t n = atoi(argv[1]), l = atoi(argv[2]), realizations = atoi(argv[5]);
  const double betaJ0 = atof(argv[3]);
  const int64_t attempts = atoll(argv[4]);
  const int32_t width = 2 * l + 2;
  int32_t *eta = calloc(n, sizeof *eta);
  float *energy = calloc(n, sizeof *energy), *step = calloc(2 * width, sizeof *step);
  double *j = calloc(l + 2, sizeof *j), norm = 1;
  float *boltzmann = calloc(16 * 256 + 1, sizeof *boltzmann);
  uint32_t *density = profile(n);
  for (int32_t r = 1; r <= l; r++) {
    const double u = r / (2.0 * l + 1) / 0.2;
    j[r] = exp(-0.5 * u * u);
    norm += 2 * j[r];
  }
  for (int32_t r = 1; r <= l; r++) j[r] *= betaJ0 / norm;
  for (int32_t k = 0; k < width; k++) {
    step[k] = (float)(j[abs(k - l - 1)] - j[abs(k - l)]);
    step[width + k] = -step[k];
  }
  for (int32_t i = 0; i <= 16 * 256; i++) boltzmann[i] = (float)exp(-i / 256.0);

  int64_t events = 0;
  const double start = processor_time();
  for (int32_t r = 0; r < realizations; r++) {
    for (int32_t x = 0; x < n; x++) {
      eta[x] = draw() < density[x];
      energy[x] = 0;
    }
    for (int32_t x = 0; x < n; x++) {
      if (!eta[x]) continue;
      for (int32_t d = 1; d <= l; d++) {
        energy[x + d >= n ? x + d - n : x + d] += (float)j[d];
        energy[x < d ? x - d + n : x - d] += (float)j[d];
      }
    }
    for (int32_t part = 0; part < 3; part++) {
      for (int64_t k = part_begin(part, attempts); k < part_begin(part + 1, attempts); k++) {
        const uint64_t wide = (uint64_t)draw() * (uint32_t)n;
        const int32_t x = (int32_t)(wide >> 32);
        const int32_t y = x + 1 == n ? 0 : x + 1;
        const int32_t right = eta[x];
        if (right == eta[y]) continue;
        const float u = energy[right ? x : y] * 256;
        const int32_t whole = u > 0 ? (int32_t)u : 0;
        const float rest = (u - (float)whole) * (1.0f / 256);
        const float rate = boltzmann[whole] * (1 - rest + rest * rest * 0.5f);
        if ((float)(uint32_t)wide >= rate * 4294967296.0f) continue;
        events++;
        eta[x] = !right;
        eta[y] = right;
        const float *change = right ? step : step + width;
        const int32_t low = x < l ? x - l + n : x - l;
        const int32_t first = n - low < width ? n - low : width;
        add(energy + low, change, first);
        add(energy, change + first, width - first);
      }
      record(eta, n);
    }
  }
  report(events, attempts * realizations, processor_time() - start);
  return 0;
}
