/**
 * Thermodynamics of a ring of oscillators with the potential `V(r) = r^2/2 + alpha r^3/3 + r^4/4`, `k_B = 1`:
 * stretches have the weight `exp(-beta (V - tau r))`, momenta are Gaussian of variance `T = 1/beta`.
 *
 * `u = <V> + T/2`, `s = ln Z_r + ln(2 pi T)/2 + beta (u - tau r)`, `ds = beta (du - tau dr)`.
 */

/** An equilibrium state, one oscillator. */
export interface RingEquilibrium {
  readonly stretch: number;
  /** `u`, without the energy of the mean momentum. */
  readonly internalEnergy: number;
  /** `tau`. */
  readonly tension: number;
  readonly temperature: number;
  readonly entropy: number;
  /** Covariances of stretch and potential energy. */
  readonly stretchVariance: number;
  readonly stretchPotential: number;
  readonly potentialVariance: number;
}

/** States by what is known of them. */
export interface RingThermodynamics {
  /** `alpha`. */
  readonly cubic: number;
  potential(stretch: number): number;
  /** `V'`. */
  force(stretch: number): number;
  /** At tension and temperature, both as they stand. @throws {RangeError} outside of the quadrature's range. */
  atTension(tension: number, temperature: number): RingEquilibrium;
  /** The tension found by Newton's method. @throws {RangeError} if there is none. */
  atStretch(stretch: number, temperature: number): RingEquilibrium;
  /**
   * Tension and temperature found by damped Newton steps in `(beta tau, beta)`.
   *
   * @param near A state to begin at, which saves steps along a path.
   * @throws {RangeError} unless `u > V(r)`, which every state obeys.
   */
  at(stretch: number, internalEnergy: number, near?: RingEquilibrium): RingEquilibrium;
}

/** Trapezoid rule: for analytic weights that vanish at its ends it converges exponentially. */
const POINTS = 201, HALF_RANGE = 7;
/** Hotter states would reach the ends of the rule. */
const HOTTEST = 5, LONGEST = 3;
const NEWTON_STEPS = 60;
/** Exponents this far below the largest one add less than rounding. */
const NEGLIGIBLE = 50;

/** @param cubic `alpha`; `alpha^2 < 3` keeps V convex. @throws {RangeError} naming it otherwise. */
export function ringThermodynamics(cubic = 0.5): RingThermodynamics {
  if (!(cubic * cubic < 3)) {
    throw new RangeError(`cubic must lie between -sqrt(3) and sqrt(3), not be ${cubic}.`);
  }
  const potential = (r: number) => r * r * (0.5 + r * (cubic / 3 + r / 4));
  const force = (r: number) => r * (1 + r * (cubic + r));
  const atTension = equilibriumBy(potential);
  const checkStretch = (stretch: number) => {
    if (!(Math.abs(stretch) <= LONGEST)) {
      throw new RangeError(`stretch must lie in [-${LONGEST}, ${LONGEST}], not be ${stretch}.`);
    }
  };

  return {
    cubic,
    potential,
    force,
    atTension,
    atStretch(stretch, temperature) {
      checkStretch(stretch);
      let state = atTension(force(stretch), temperature);
      for (let n = 0; n < NEWTON_STEPS; n++) {
        const miss = stretch - state.stretch;
        if (Math.abs(miss) < 1e-14) break;
        state = atTension(state.tension + miss * temperature / state.stretchVariance, temperature);
      }
      return state;
    },
    at(stretch, internalEnergy, near) {
      checkStretch(stretch);
      const thermal = internalEnergy - potential(stretch);
      if (!(thermal > 0 && thermal <= HOTTEST)) {
        throw new RangeError(
          `internalEnergy must exceed the potential ${
            potential(stretch)
          } of the stretch ${stretch}` +
            ` by at most ${HOTTEST}, not be ${internalEnergy}.`,
        );
      }
      return invert(
        atTension,
        stretch,
        internalEnergy,
        near ?? atTension(force(stretch), thermal),
      );
    },
  };
}

/** Means over the weight of stretches. */
function equilibriumBy(potential: (r: number) => number): RingThermodynamics["atTension"] {
  const spacing = 2 * HALF_RANGE / (POINTS - 1);
  const points = Float64Array.from({ length: POINTS }, (_, k) => -HALF_RANGE + k * spacing);
  const energies = points.map(potential);
  const exponents = new Float64Array(POINTS), weights = new Float64Array(POINTS);

  return (tension, temperature) => {
    if (!(temperature > 0 && temperature <= HOTTEST)) {
      throw new RangeError(`temperature must lie in (0, ${HOTTEST}], not be ${temperature}.`);
    }
    let most = -Infinity;
    for (let k = 0; k < POINTS; k++) {
      exponents[k] = (tension * points[k] - energies[k]) / temperature;
      if (exponents[k] > most) most = exponents[k];
    }
    // Weights are concave in the exponent: what counts lies between two points.
    let first = 0, end = POINTS;
    while (exponents[first] < most - NEGLIGIBLE) first++;
    while (exponents[end - 1] < most - NEGLIGIBLE) end--;
    let z = 0, r = 0, v = 0, rr = 0, rv = 0, vv = 0;
    for (let k = first; k < end; k++) {
      const weight = weights[k] = Math.exp(exponents[k] - most);
      z += weight;
      r += weight * points[k];
      v += weight * energies[k];
    }
    r /= z;
    v /= z;
    for (let k = first; k < end; k++) {
      const weight = weights[k] / z;
      const dr = points[k] - r, dv = energies[k] - v;
      rr += weight * dr * dr;
      rv += weight * dr * dv;
      vv += weight * dv * dv;
    }
    const u = v + temperature / 2;
    return {
      stretch: r,
      internalEnergy: u,
      tension,
      temperature,
      entropy: Math.log(z * spacing) + most + 0.5 * Math.log(2 * Math.PI * temperature) +
        (u - tension * r) / temperature,
      stretchVariance: rr,
      stretchPotential: rv,
      potentialVariance: vv,
    };
  };
}

/** Newton's method in `(g, beta) = (beta tau, beta)`, in which r and u are derivatives of a convex function. */
function invert(
  atTension: RingThermodynamics["atTension"],
  stretch: number,
  internalEnergy: number,
  start: RingEquilibrium,
): RingEquilibrium {
  let state = start, last = Infinity;
  for (let n = 0; n < NEWTON_STEPS; n++) {
    const beta = 1 / state.temperature;
    const missR = stretch - state.stretch, missU = internalEnergy - state.internalEnergy;
    const miss = Math.abs(missR) + Math.abs(missU);
    // Converged to rounding, or as far as rounding lets it.
    if (miss < 1e-15 || (miss < 1e-13 && miss >= 0.5 * last)) return state;
    last = miss;
    const { stretchVariance: rr, stretchPotential: rv } = state;
    const ee = state.potentialVariance + 0.5 / (beta * beta);
    const determinant = rr * ee - rv * rv;
    const stepG = (missR * ee - rv * missU) / determinant;
    const stepBeta = (rv * missR - rr * missU) / determinant;
    // Never more than halves or half again doubles beta.
    const damping = Math.min(1, 0.5 * beta / Math.abs(stepBeta));
    const next = beta + damping * stepBeta;
    const g = beta * state.tension + damping * stepG;
    state = atTension(g / next, Math.min(1 / next, HOTTEST));
  }
  throw new RangeError(
    `No equilibrium has the stretch ${stretch} and the internal energy ${internalEnergy} in range.`,
  );
}
