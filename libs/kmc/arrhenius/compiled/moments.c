/*
 * Means and bands of co-moments, a realization at a time: the loops of libs/ensemble/moments.ts, equal bit for bit,
 * as the sums of each entry are taken in the same order.
 */
#include "words.h"

static inline void add_scaled(double *restrict into, const double *restrict from, double scale,
                              uint32_t n) {
  for (uint32_t k = 0; k < n; k++) into[k] += scale * from[k];
}

/*
 * Adds x [n], the count'th, to a mean and its co-moments [n][width], bands around the ring or the whole matrix; and to
 * `cross`, if any, its co-moments with a vector that was `other` off its mean before. Leaves in delta [n + width] what
 * x was off the mean, and the beginning of it once more.
 */
EXPORT(add_vector) void add_vector(uint32_t n, uint32_t width, double count, const double *x, double *mean,
                                   double *comoment, double *delta, const double *other,
                                   double *cross) {
  const double weight = (count - 1) / count;
  for (uint32_t i = 0; i < n; i++) {
    delta[i] = x[i] - mean[i];
    mean[i] += delta[i] / count;
  }
  for (uint32_t k = 0; k < width; k++) delta[n + k] = delta[k];
  uint32_t first = width < n ? n - width / 2 : 0;
  for (uint32_t i = 0; i < n; i++) {
    add_scaled(comoment + i * width, delta + first, weight * delta[i], width);
    if (cross) add_scaled(cross + i * width, delta + first, weight * other[i], width);
    if (width < n && ++first == n) first = 0;
  }
}

/* Moves a mean [n] by `weight` towards x. */
EXPORT(move_mean) void move_mean(uint32_t n, double weight, const double *x, double *mean) {
  for (uint32_t i = 0; i < n; i++) mean[i] += weight * (x[i] - mean[i]);
}
