/** What both laws of several fields are to a prediction. */
import {
  classicalRungeKutta,
  discreteGradient,
  evolve,
  evolveMixture,
  type FluidLaw,
  fluidLaw,
  mixtureLaw,
  mixtureStep,
  type StateBox,
  widened,
} from "@spiediff/generic";
import type { FieldsManifest } from "@spiediff/model-artifact";
import type { FieldsMember } from "./load_fields_model.ts";

/** Largest violations of what a law keeps. */
export interface FieldsChecks {
  /** Of the sum of each field, over the mean size of its values. */
  readonly conserved: readonly number[];
  /** Largest fall of S, or rise of F, over one step. */
  readonly entropyFall: number;
  readonly steps: number;
  readonly halved: number;
}

/** A member's state at a time. */
export interface FieldsState {
  readonly state: Float64Array;
  /** `S`, or `-F`. */
  readonly entropy: number;
  readonly checks: FieldsChecks;
}

/** A derived quantity, as nodes have it. */
export interface Derived {
  readonly name: string;
  readonly symbol: string;
  readonly unit: string;
}

/** One kind of law. */
export interface FieldsLawKind {
  readonly derived: readonly Derived[];
  /** States at the times. @param step Longest, where that of stability is longer. */
  follow(
    member: FieldsMember,
    start: Float64Array,
    times: readonly number[],
    step: number,
  ): FieldsState[];
  /** The longest stable step. */
  stepOf(member: FieldsMember, start: Float64Array): number;
  /** The same by an integrator that keeps the law's structure exactly; undefined where there is none. */
  followExactly?: FieldsLawKind["follow"];
  /** Fills in the derived quantities `[derived, nodes]` of a state. */
  derive(member: FieldsMember, state: Float64Array): Float64Array;
  /** The two variables of M and the potential at a node. */
  stateAt(state: Float64Array, node: number): readonly [number, number];
}

/** Share of the data's range by which a member may leave it, to either side. */
const MARGIN = 0.5;

/** The law of a model. */
export function fieldsLawOf(
  { law, coverage }: Pick<FieldsManifest, "law" | "coverage">,
): FieldsLawKind {
  const [first, second] = coverage;
  const box: StateBox = [first, second];
  return law === "generic" ? fluidKind(widened(box, MARGIN)) : mixtureKind(widened(box, MARGIN));
}

const internalEnergy = (state: Float64Array, i: number): number => {
  const n = state.length / 3;
  return state[2 * n + i] - state[n + i] ** 2 / 2;
};

function fluidKind(box: StateBox): FieldsLawKind {
  const lawOf = ({ potential, mobility }: FieldsMember) => fluidLaw(potential, mobility, box);
  const run =
    (method: typeof discreteGradient): FieldsLawKind["follow"] => (member, start, times, step) =>
      [...evolve({ law: lawOf(member), start, times, step, method })].map(
        ({ state, entropy, checks: { stretch, momentum, energy, ...rest } }) => ({
          state,
          entropy,
          checks: { ...rest, conserved: [stretch, momentum, energy] },
        }),
      );
  return {
    derived: [
      { name: "temperature", symbol: "T", unit: "energy" },
      { name: "tension", symbol: "\u03c4", unit: "energy per length" },
    ],
    follow: run(classicalRungeKutta),
    followExactly: run(discreteGradient),
    stepOf: (member, start) => fluidStep(lawOf(member), start),
    derive({ potential }, state) {
      const n = state.length / 3, out = new Float64Array(2 * n), jet = new Float64Array(6);
      for (let i = 0; i < n; i++) {
        potential(state[i], internalEnergy(state, i), jet);
        out[i] = 1 / jet[2];
        out[n + i] = -jet[1] / jet[2];
      }
      return out;
    },
    stateAt: (state, i) => [state[i], internalEnergy(state, i)],
  };
}

/** Where Runge and Kutta's method is stable, on both axes, and what of it is used. */
const STABLE = { real: 2.78, imaginary: 2.82, share: 0.7 };

/** Of sound, `c^2 = tau_r + tau tau_u`, and of what diffuses, by the operators' largest values. */
function fluidStep({ entropy, mobility }: FluidLaw, start: Float64Array): number {
  const n = start.length / 3, d = new Float64Array(5), m = new Float64Array(4);
  let speed = 0, diffusivity = 0;
  for (let i = 0; i < n; i++) {
    const u = internalEnergy(start, i);
    entropy.derivatives(start[i], u, d);
    mobility(start[i], u, m);
    const [sr, su, srr, sru, suu] = d, tension = -sr / su;
    const inR = (sr * sru - srr * su) / (su * su), inU = (sr * suu - sru * su) / (su * su);
    speed = Math.max(speed, Math.sqrt(Math.max(0, inR + tension * inU)) + Math.abs(start[n + i]));
    diffusivity = Math.max(diffusivity, m[3] * su, -m[0] * srr - m[2] * suu);
  }
  const sound = STABLE.imaginary / (1.372 * n * speed);
  return STABLE.share * Math.min(sound, STABLE.real / (diffusivity * (7 / 3 * n) ** 2));
}

function mixtureKind(box: StateBox): FieldsLawKind {
  const lawOf = ({ potential, mobility }: FieldsMember) => mixtureLaw(potential, mobility, box);
  return {
    derived: [],
    follow: (member, start, times, step) => [
      ...evolveMixture({ law: lawOf(member), start, times, step }),
    ],
    stepOf({ potential, mobility }, start) {
      const n = start.length / 2, jet = new Float64Array(6), m = new Float64Array(3);
      let most = 0;
      for (let i = 0; i < n; i++) {
        potential(start[i], start[n + i], jet);
        mobility(start[i], start[n + i], m);
        // The trace of M f'', of which both eigenvalues are positive.
        most = Math.max(most, m[0] * jet[3] + 2 * m[1] * jet[4] + m[2] * jet[5]);
      }
      return mixtureStep(n, most);
    },
    derive: () => new Float64Array(0),
    stateAt: (state, i) => [state[i], state[state.length / 2 + i]],
  };
}
