/** Whether a module's process is one: types first, then rates, sampler and transfers as they run. */
import { type FieldData, fieldOf } from "@spiediff/law";
import { randomStream } from "@spiediff/random";
import { processRunner } from "../process/realization.ts";
import type { BondProcess } from "../process/types.ts";
import type { OwnProcess } from "./types.ts";

/** What experiments say of a process besides its module. */
export interface OwnDescription {
  readonly name: string;
  readonly field: FieldData;
  readonly diffusivity: number;
}

const KINDS: Readonly<Record<string, readonly string[]>> = {
  name: ["string"],
  field: ["object"],
  reach: ["number", "undefined"],
  bound: ["number", "undefined"],
  diffusivity: ["number", "undefined"],
  rate: ["function"],
  transfer: ["object", "undefined"],
  sample: ["function"],
};

/** @throws {TypeError} naming the export that is missing or of the wrong type. */
export function checkedExport(value: unknown): OwnProcess {
  if (typeof value !== "object" || value === null) {
    throw new TypeError(`The module must export a process by default, not ${typeof value}.`);
  }
  const fields = value as Record<string, unknown>;
  const unknown = Object.keys(fields).find((key) => !(key in KINDS));
  if (unknown !== undefined) {
    throw new TypeError(`The process has no field ${JSON.stringify(unknown)}.`);
  }
  for (const [key, kinds] of Object.entries(KINDS)) {
    const kind = typeof fields[key];
    if (!kinds.includes(kind) || fields[key] === null) {
      throw new TypeError(`The process's ${key} must be of type ${kinds[0]}, not ${kind}.`);
    }
  }
  const own = value as OwnProcess;
  for (const name of ["draw", "mean", "square"] as const) {
    const kind = typeof own.transfer?.[name];
    if (own.transfer && kind !== "function") {
      throw new TypeError(`The process's transfer.${name} must be of type function, not ${kind}.`);
    }
  }
  if (own.reach !== undefined && own.reach !== 1 && own.reach !== 2) {
    throw new TypeError(`The process's reach must be 1 or 2, not ${own.reach}.`);
  }
  return own;
}

/** A module's process as the engine takes it. */
export function bondProcessOf(own: OwnProcess): BondProcess {
  const { name, reach = 1, bound = null, rate, transfer, sample } = own;
  return {
    ...{ name, field: fieldOf(fieldData(own)), reach, bound },
    rate: (from, to, behind, beyond) => rate.call(own, from, to, behind, beyond),
    ...(transfer && { transfer }),
    sampler: (density) => (out, { uniform }) => {
      for (let x = 0; x < density.length; x++) out[x] = sample.call(own, density[x], uniform);
    },
    logWeight: () => {
      throw new Error("The equilibrium weight of one's own process is not known.");
    },
  };
}

function fieldData({ field: { name, unit, low, high } }: OwnProcess): FieldData {
  return {
    ...{ name: String(name), unit: String(unit), low },
    ...{ high: high ?? null, ideal: high === undefined ? "logarithm" : "logit" },
  };
}

/** Densities of the trial, as shares of the domain, or above an end without another. */
const SHARES = [0.15, 0.5, 0.85];
const SITES = 24, RUNS = 20, DRAWS = 4000;
/** Standard errors that a sampler's mean may be off: one of 1e6 right ones is refused. */
const OFF = 5;

/**
 * Runs a process for a few hop times at several densities.
 *
 * @throws {RangeError} naming the bond and its values where a rate or a transfer is wrong, the site and the density
 * where the sampler is.
 */
export function describeOwn(own: OwnProcess): OwnDescription {
  const process = bondProcessOf(own), field = fieldData(own);
  const { low, high } = process.field;
  for (const share of SHARES) {
    const density = low + share * (high === Infinity ? 2 : high - low);
    const run = processRunner({
      process,
      density: new Float64Array(SITES).fill(density),
      elements: 3,
      burnIn: 0,
      horizons: [4 / SITES ** 2],
      controlVariates: true,
    });
    for (let r = 0; r < RUNS; r++) run(randomStream("own process", String(share), r));
    checkMean(own, density);
  }
  const { name, diffusivity = 1 } = own;
  if (!(diffusivity > 0 && Number.isFinite(diffusivity))) {
    throw new RangeError(`${name}: diffusivity must be positive and finite, not ${diffusivity}.`);
  }
  return { name, field, diffusivity };
}

function checkMean(own: OwnProcess, density: number): void {
  const { uniform } = randomStream("own sampler", String(density));
  const draws = Array.from({ length: DRAWS }, () => own.sample(density, uniform));
  const mean = draws.reduce((a, b) => a + b, 0) / DRAWS;
  const variance = draws.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (DRAWS - 1);
  if (Math.abs(mean - density) <= OFF * Math.sqrt(variance / DRAWS) + 1e-12) return;
  throw new RangeError(
    `${own.name}: sample(${density}, ..) draws sites of mean ${
      mean.toPrecision(4)
    } where it must be ` +
      `${density} (${DRAWS} draws).`,
  );
}
