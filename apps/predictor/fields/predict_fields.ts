/** Predictions of several fields: all members' states over time, bands, and what the law keeps. */
import { type Band, bandOver, deviationOver } from "@spiediff/law";
import type { FieldsManifest } from "@spiediff/model-artifact";
import {
  type Derived,
  type FieldsChecks,
  type FieldsLawKind,
  fieldsLawOf,
  type FieldsState,
} from "./field_laws.ts";
import type { FieldsEnsemble, FieldsMember } from "./load_fields_model.ts";

/** Settings of {@link predictFields}. */
export interface FieldsOptions {
  /** At most those of the model; all when absent. */
  readonly members?: number;
  /** @defaultValue 0.95 */
  readonly level?: number;
  /** Longest step; that of stability when absent. */
  readonly step?: number;
  /** Called with the share that is done, 0 to 1. */
  readonly onShare?: (share: number) => void;
}

/** A quantity at the nodes over time: a conserved field, or what follows from the law. */
export interface PredictedQuantity extends Derived {
  readonly conserved: boolean;
  /** Band of each time, arrays `[nodes]`. */
  readonly bands: readonly Band[];
  /** The most likely law's, at each time. */
  readonly likely: readonly Float64Array[];
}

/** Fields over time with their bands. */
export interface FieldsPrediction {
  readonly law: FieldsManifest["law"];
  readonly nodes: number;
  readonly times: readonly number[];
  readonly level: number;
  readonly members: number;
  readonly quantities: readonly PredictedQuantity[];
  /** `S` of the most likely law at each time, or `-F`. */
  readonly entropy: readonly number[];
  /** Worst over the most likely law and all members, Runge and Kutta's method. */
  readonly checks: FieldsChecks;
  /** Of the most likely law by the discrete gradient; null where a law has none. */
  readonly exactChecks: FieldsChecks | null;
  /** Of each quantity at each time the root mean square difference to half as many nodes, over 15: an estimate. */
  readonly meshErrors: readonly (readonly number[])[];
  /** Share of nodes and times at which the most likely law leaves the states of the training data. */
  readonly outside: number;
  /** Members that could not be followed, which are in no band. */
  readonly failed: number;
  readonly seconds: number;
}

/** Fewest nodes that half of can be told from. */
const LEAST_NODES = 16;

/**
 * Predicts several fields from a start.
 *
 * @param start Point values `[fields, nodes]` at `i / nodes`; an even number of nodes.
 * @param times Rising, not negative.
 * @throws {RangeError} if an argument is not allowed, or the most likely law's domain does not hold the start.
 */
export function predictFields(
  model: FieldsEnsemble,
  start: Float64Array,
  times: readonly number[],
  { members: asked, level = 0.95, step = Infinity, onShare }: FieldsOptions = {},
): FieldsPrediction {
  const began = performance.now();
  const { manifest, likely } = model, kind = fieldsLawOf(manifest);
  const nodes = start.length / manifest.fields.length;
  const members = chosenMembers(model, asked);
  checkNodes(nodes);
  if (!(level > 0 && level < 1)) throw new RangeError(`level must lie in (0, 1), not be ${level}.`);
  const follow = (member: FieldsMember, from: Float64Array) =>
    kind.follow(member, from, times, Math.min(step, kind.stepOf(member, from)));
  const likelyPath = follow(likely, start);
  const coarse = follow(likely, everySecond(start, manifest.fields.length));
  const paths = followAll(members, (member) => follow(member, start), onShare);
  const valuesOf = (member: FieldsMember, state: Float64Array) =>
    Float64Array.from([...state, ...kind.derive(member, state)]);
  const all = paths.map(({ member, path }) => path.map(({ state }) => valuesOf(member, state)));
  const mid = likelyPath.map(({ state }) => valuesOf(likely, state));
  const half = coarse.map(({ state }) => valuesOf(likely, state));
  const described = [
    ...manifest.fields.map((field) => ({ ...field, conserved: true })),
    ...kind.derived.map((own) => ({ ...own, conserved: false })),
  ];
  const meshErrors = described.map((_, q) =>
    times.map((_, t) => meshError(mid[t], half[t], q, nodes))
  );
  const quantities = described.map(({ name, symbol, unit, conserved }, q): PredictedQuantity => {
    const cut = (values: Float64Array) => values.slice(q * nodes, (q + 1) * nodes);
    return {
      ...{ name, symbol, unit, conserved },
      bands: times.map((_, t) => {
        const rows = all.map((states) => cut(states[t]));
        const values = Float64Array.from(rows.flatMap((row) => [...row]));
        return bandOf(values, nodes, level, meshErrors[q][t]);
      }),
      likely: mid.map(cut),
    };
  });
  return {
    law: manifest.law,
    ...{ nodes, times, level, members: paths.length, quantities, meshErrors },
    entropy: likelyPath.map(({ entropy }) => entropy),
    checks: worst(
      [likelyPath, ...paths.map(({ path }) => path)].map((path) => path.at(-1)!.checks),
    ),
    exactChecks: kind.followExactly
      ? kind.followExactly(likely, start, [times.at(-1)!], EXACT_STEP).at(-1)!.checks
      : null,
    outside: shareOutside(manifest, kind, likelyPath.map(({ state }) => state), nodes),
    failed: members.length - paths.length,
    seconds: (performance.now() - began) / 1000,
  };
}

/** Paths of the members that can be followed. @throws {RangeError} if fewer than two can. */
function followAll(
  members: readonly FieldsMember[],
  follow: (member: FieldsMember) => FieldsState[],
  onShare?: (share: number) => void,
): { readonly member: FieldsMember; readonly path: FieldsState[] }[] {
  const paths: { member: FieldsMember; path: FieldsState[] }[] = [];
  members.forEach((member, k) => {
    try {
      paths.push({ member, path: follow(member) });
    } catch (error) {
      // Far off the data's states a member may end; it is counted.
      if ((error as Error).name !== "EvolutionError") throw error;
    }
    onShare?.((k + 1) / members.length);
  });
  if (paths.length < 2) throw new RangeError("The members of the model cannot be followed so far.");
  return paths;
}

/** Of the discrete gradient, which is implicit. */
const EXACT_STEP = 0.0125;

/**
 * Quantiles of so few members as a model holds are too narrow by themselves: their standard deviation, with
 * the error of the mesh, times the normal factor where that is wider.
 */
function bandOf(values: Float64Array, nodes: number, level: number, mesh: number): Band {
  const error = new Float64Array(nodes).fill(mesh);
  const deviation = deviationOver(values, nodes);
  const members = values.length / nodes;
  const { mean, lower, upper } = bandOver(values, nodes, level, error);
  const normal = bandOver(
    new Float64Array(nodes),
    nodes,
    level,
    deviation.map((sd) => Math.hypot(sd * Math.sqrt(1 + 1 / members), mesh)),
  );
  return {
    ...{ level, mean },
    lower: lower.map((v, i) => Math.min(v, mean[i] + normal.lower[i])),
    upper: upper.map((v, i) => Math.max(v, mean[i] + normal.upper[i])),
  };
}

function chosenMembers({ members }: FieldsEnsemble, asked = members.length) {
  if (Number.isInteger(asked) && asked >= 2 && asked <= members.length) {
    return members.slice(0, asked);
  }
  throw new RangeError(
    `members must be a whole number from 2 to the model's ${members.length}, not ${asked}.`,
  );
}

function checkNodes(nodes: number): void {
  if (Number.isInteger(nodes) && nodes % 2 === 0 && nodes >= LEAST_NODES) return;
  throw new RangeError(
    `nodes must be an even number of at least ${LEAST_NODES}, half of which tell the mesh's error, not ${nodes}.`,
  );
}

/** Point values at every second node. */
const everySecond = (state: Float64Array, fields: number): Float64Array => {
  const nodes = state.length / fields;
  return state.filter((_, k) => (k % nodes) % 2 === 0);
};

/** A method of fourth order leaves a sixteenth of the error on a mesh twice as fine. */
function meshError(fine: Float64Array, coarse: Float64Array, q: number, nodes: number): number {
  let sum = 0;
  for (let i = 0; i < nodes / 2; i++) {
    sum += (fine[q * nodes + 2 * i] - coarse[q * nodes / 2 + i]) ** 2;
  }
  return Math.sqrt(sum / (nodes / 2)) / 15;
}

function worst(all: readonly FieldsChecks[]): FieldsChecks {
  const most = (of: (checks: FieldsChecks) => number) => Math.max(...all.map(of));
  return {
    conserved: all[0].conserved.map((_, f) => most(({ conserved }) => conserved[f])),
    entropyFall: most(({ entropyFall }) => entropyFall),
    steps: most(({ steps }) => steps),
    halved: most(({ halved }) => halved),
  };
}

function shareOutside(
  { coverage }: FieldsEnsemble["manifest"],
  { stateAt }: FieldsLawKind,
  states: readonly Float64Array[],
  nodes: number,
): number {
  let count = 0;
  for (const state of states) {
    for (let i = 0; i < nodes; i++) {
      const at = stateAt(state, i);
      if (at.some((v, k) => v < coverage[k][0] || v > coverage[k][1])) count++;
    }
  }
  return count / (states.length * nodes);
}
