/* What the C peers share: random numbers, the profile, recording on hats, the clock. */
#ifndef PEER_H
#define PEER_H
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

static inline uint32_t probability(double p) {
  return p >= 1 ? UINT32_MAX : (uint32_t)(p * 4294967296.0);
}

static uint32_t *profile(int32_t n) {
  uint32_t *density = calloc(n, sizeof *density);
  for (int32_t x = 0; x < n; x++) density[x] = probability(0.5 + 0.3 * cos(6.283185307179586 * x / n));
  return density;
}

/* 70 %, 80 % and all of the attempts. */
static inline int64_t part_begin(int32_t part, int64_t attempts) {
  return part == 0 ? 0 : part == 1 ? attempts * 7 / 10 : part == 2 ? attempts * 8 / 10 : attempts;
}

enum { HATS = 25 };
static double mean_field[HATS];

static void record(const int32_t *eta, int32_t n) {
  const int32_t per = n / HATS;
  for (int32_t e = 0, x = 0; e < HATS; e++) {
    int32_t particles = 0, moment = 0;
    for (int32_t r = 0; r < per; r++, x++) {
      particles += eta[x];
      moment += r * eta[x];
    }
    mean_field[e] += particles * per - moment;
    mean_field[e + 1 == HATS ? 0 : e + 1] += moment;
  }
}

static double processor_time(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void report(int64_t events, int64_t attempts, double seconds) {
  fprintf(stderr, "%g\n", mean_field[0]);
  printf("%lld %lld %.9f\n", (long long)events, (long long)attempts, seconds);
}
#endif
