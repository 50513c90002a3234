/*
 * Arrhenius exclusion process by uniformised rejection, scalar and branch-free: the peer that the
 * TypeScript engine is measured against. Not used by the product.
 *
 *   gcc -O3 -march=native -o uniformised_rejection uniformised_rejection.c -lm
 *   ./uniformised_rejection SITES HALF_WIDTH BETA_J0 ATTEMPTS
 *
 * Starts from 0.5 + 0.3 cos(2 pi x / N) and prints accepted events, attempts and seconds.
 */
#define _POSIX_C_SOURCE 200809L
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static uint32_t s0 = 0x9e3779b9u, s1 = 0x243f6a88u;

static inline uint32_t rotl(uint32_t x, int k) { return (x << k) | (x >> (32 - k)); }

/* xoroshiro64** (Blackman & Vigna) */
static inline uint32_t draw(void) {
  const uint32_t result = rotl(s0 * 0x9E3779BBu, 5) * 5;
  s1 ^= s0;
  s0 = rotl(s0, 26) ^ s1 ^ (s1 << 9);
  s1 = rotl(s1, 13);
  return result;
}

int main(int argc, char **argv) {
  if (argc != 5) return 2;
  const int32_t n = atoi(argv[1]), l = atoi(argv[2]);
  const double j = atof(argv[3]);
  const int64_t attempts = atoll(argv[4]);
  int32_t *eta = calloc(n, sizeof *eta), *count = calloc(n, sizeof *count);
  uint32_t *threshold = calloc(2 * l + 2, sizeof *threshold);
  for (int32_t c = 1; c <= 2 * l + 1; c++) {
    const double p = exp(-j / (2 * l + 1) * (c - 1));
    threshold[c] = p >= 1 ? UINT32_MAX : (uint32_t)(p * 4294967296.0);
  }
  for (int32_t x = 0; x < n; x++)
    eta[x] = draw() < (uint32_t)((0.5 + 0.3 * cos(6.283185307179586 * x / n)) * 4294967295.0);
  for (int32_t x = 0; x < n; x++)
    for (int32_t r = -l; r <= l; r++) count[x] += eta[((x + r) % n + n) % n];

  int64_t events = 0;
  struct timespec a, b;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
  for (int64_t k = 0; k < attempts; k++) {
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
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
  printf("%lld %lld %.9f\n", (long long)events, (long long)attempts,
         (double)(b.tv_sec - a.tv_sec) + 1e-9 * (double)(b.tv_nsec - a.tv_nsec));
  return 0;
}
