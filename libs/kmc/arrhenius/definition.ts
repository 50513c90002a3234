/** The Arrhenius exclusion process as experiments name it. */
import { longRangeLimit, referenceOfStart, symmetricExclusion } from "@spiediff/exact-reference";
import { EXCLUSION, type GradientEnergy } from "@spiediff/law";
import type { z } from "zod";
import { sourceOf } from "../bond_processes.ts";
import { LEAST_HOP_TIMES, simulatedBonds } from "../process/bond_definition.ts";
import {
  isOnTorus,
  type ParticleProcess,
  type ProfileRuns,
  type RingProcess,
  type TorusProcess,
} from "../process/particle_process.ts";
import { simulatedHops } from "../torus/definition.ts";
import { planWindows, trajectoriesOf } from "./ensemble.ts";
import { heatBathSweeps, sweepContraction } from "./heat_bath.ts";
import { checkProfile } from "./initial_state.ts";
import { gasOnTorus } from "./gas_on_torus.ts";
import { couplings } from "./kernel.ts";
import { LOOPS } from "./loops.ts";
import { ArrheniusExclusion } from "./particles.ts";

type Fields = z.infer<typeof ArrheniusExclusion>;

const TITLE = "Arrhenius exclusion process";

/** The registry's entry. */
export const arrheniusExclusion: ParticleProcess<typeof ArrheniusExclusion> = {
  schema: ArrheniusExclusion,
  of(particles, worker) {
    if (isOnTorus(particles)) return onTorus(particles, worker);
    return particles.externalField ? drivenOf(particles, worker) : undrivenOf(particles);
  },
};

/** In an external field realizations run bond by bond; all else is as without it. */
function drivenOf(particles: Fields, worker: URL): RingProcess {
  const undriven = undrivenOf(particles), { field, title, described: parameters } = undriven;
  const { windows, trajectories, loops } = simulatedBonds(
    particles,
    { source: sourceOf, worker },
    {
      ...{ field, title, parameters, diffusivity: 1, leastHopTimes: LEAST_HOP_TIMES },
      ...{ start: startOf(particles), algorithm: "rejection", isLocal: false },
      reference: () => null,
    },
  );
  return { ...undriven, windows, trajectories, loops };
}

function undrivenOf(particles: Fields): RingProcess {
  const { sites, beta, drive, halfWidth, betaJ0, kernel, initialState } = particles;
  const system = { sites, halfWidth, betaJ0, drive, kernel };
  const ensembleOf = ({ profile, ...runs }: ProfileRuns) => {
    checkProfile(profile, sites);
    return { ...runs, system, profile, initialState };
  };
  return {
    ...{ field: EXCLUSION, title: TITLE, dimension: 1 },
    described: { halfWidth, kernel: kernel.name, betaJ0 },
    clock: { sites, drive },
    loops: LOOPS,
    start: () => ({
      text: startOf(particles),
      isEquilibrium: initialState !== "bernoulli",
    }),
    windows: ({ burnIn, horizons, blocks, ...runs }) =>
      planWindows({ ...ensembleOf(runs), burnIn, horizons, blocks }),
    trajectories: ({ times, ...runs }) => trajectoriesOf({ ...ensembleOf(runs), times }).ensemble,
    knownLaws({ burnIn, longest }, stream) {
      const betaJ = couplings(system);
      // The constant kernel of the formula counts a particle's own site, too.
      const whole = kernel.name === "constant" ? betaJ0 : 2 * betaJ.reduce((a, b) => a + b, 0);
      const known = { couplings: betaJ, beta, drive };
      return {
        reference: referenceOfStart(known, { initialState, sites, burnIn, longest }, stream),
        limit: longRangeLimit({ betaJ0: whole, beta, drive }),
      };
    },
    gradientEnergy: () => gradientEnergyOf(particles),
    nextOrder: () =>
      couplings(system).reduce((sum, coupling, r) => sum + coupling * (r / sites) ** 4, 0),
  };
}

/**
 * `kappa = eps^2 sum_r J(r) r^2`, `eps = 1/N`, and for Arrhenius rates the exponent `beta kappa` in the mobility
 * (docs/theory.md section 5).
 */
function gradientEnergyOf(particles: Fields): GradientEnergy | undefined {
  const sum = couplings(particles).reduce((total, j, r) => total + (r === 0 ? 0 : j * r * r), 0);
  const mobilityExponent = sum / particles.sites ** 2;
  return sum === 0 ? undefined : { kappa: mobilityExponent / particles.beta, mobilityExponent };
}

function startOf({ initialState, halfWidth, kernel, ...system }: Fields): string {
  if (initialState === "bernoulli") return "independent sites";
  if (halfWidth === 1 && kernel.name === "constant") {
    return "local equilibrium, drawn site by site as a Markov chain, exactly";
  }
  const whole = { ...system, halfWidth, kernel };
  const sweeps = heatBathSweeps(whole);
  return `local equilibrium, by ${sweeps} heat-bath sweeps from independent sites, of which each leaves ` +
    `at most ${
      sweepContraction(whole).toFixed(3)
    } of any difference (Dobrushin\u2019s bound), all of them ` +
    `one part in 10\u2076`;
}

/** Hop times that the current's memory takes to show, where rates are not of gradient type. */
const MEMORY = 10;

/** The lattice gas of a square or cube. */
function onTorus(
  particles: Fields & { readonly dimension: 2 | 3 },
  worker: URL,
): TorusProcess {
  const { halfWidth, kernel, betaJ0, beta } = particles, isFree = betaJ0 === 0;
  return simulatedHops(particles, { source: sourceOf, worker }, {
    ...{ field: EXCLUSION, title: isFree ? "Symmetric exclusion process" : TITLE, diffusivity: 1 },
    described: { halfWidth, kernel: kernel.name, betaJ0 },
    process: gasOnTorus(particles),
    ...(isFree ? {} : { leastHopTimes: MEMORY }),
    start: isFree ? "independent sites" : "by heat-bath sweeps from independent sites",
    isLocal: isFree,
    // Equilibrium is exact at single densities only, and mobilities have a part of the current's memory.
    reference: () => isFree ? symmetricExclusion({ beta }) : null,
  });
}
