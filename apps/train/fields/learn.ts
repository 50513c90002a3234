/** What estimates of several fields teach: M, then the potential through it, and members of both together. */
import { calibrate } from "@spiediff/epinet";
import type { FieldsExperiment } from "@spiediff/experiment";
import {
  type DataRange,
  type FieldsData,
  fitDissipation,
  fitPotential,
  fluidDissipation,
  fluidEntropy,
  type LearnedDissipation,
  type LearnedPotential,
  linearProfiles,
  mixtureDissipation,
  mixtureFreeEnergy,
  posteriorMembers,
  rangeOf,
} from "@spiediff/fields-train";
import type { FieldsProcess } from "@spiediff/kmc";
import type { RandomStream } from "@spiediff/random";

/** What is particular of a law. */
const FORMS = {
  "generic": { dissipation: fluidDissipation, potential: fluidEntropy },
  "gradient-flow": { dissipation: mixtureDissipation, potential: mixtureFreeEnergy },
};

/** A network with the parameters of its members, the most likely ones first. */
interface Learned<N> {
  readonly network: N;
  readonly members: readonly Float64Array[];
  readonly calibration: ReturnType<typeof calibrate>;
  /** Squared residuals over their number. */
  readonly chiSquare: number;
}

/** A learned law. */
export interface LearnedFields {
  readonly mobility: Learned<LearnedDissipation["network"]>;
  readonly potential: Learned<LearnedPotential["network"]>;
  /** Of the two fields that both are functions of. */
  readonly coverage: DataRange;
}

/**
 * Learns from the estimates of at least two profiles.
 *
 * @param onStep Told how many of `2 + members` parts are done, and which.
 */
export function learnFields(
  law: FieldsProcess["law"],
  data: readonly FieldsData[],
  training: FieldsExperiment["training"],
  stream: RandomStream,
  onStep: (done: number, note: string) => void = () => {},
): LearnedFields {
  const { hidden, units, steps, priorWidth, members: count } = training;
  const forms = FORMS[law], options = { steps, priorWidth };
  const M = fitDissipation(data, forms.dissipation, { hidden, ...options }, stream);
  onStep(1, "M");
  const at = M.functionOf(M.fit.parameters), entries = M.network.units.length;
  const sizes = { first: units, second: units };
  const f = fitPotential(data, { entries, at }, forms.potential, { ...sizes, ...options }, stream);
  onStep(2, "potential");
  const [ofM, ofF] = [M, f].map(({ fit, rows }) =>
    calibrate(linearProfiles(fit, rows, priorWidth))
  );
  const drawM = posteriorMembers(M.fit, priorWidth, ofM.indexScale);
  const drawF = posteriorMembers(f.fit, priorWidth, ofF.indexScale);
  const members = Array.from({ length: count }, (_, k) => {
    const draw = stream.split("member").split(k);
    const m = drawM(M, draw.split("M"));
    // What a member's M says is what its potential is read through.
    const own = drawF(f.problemWith(M.functionOf(m)), draw.split("potential"));
    onStep(3 + k, "members");
    return { m, own };
  });
  return {
    mobility: {
      network: M.network,
      members: [M.fit.parameters, ...members.map(({ m }) => m)],
      calibration: ofM,
      chiSquare: M.fit.chiSquare / M.data,
    },
    potential: {
      network: f.network,
      members: [f.fit.parameters, ...members.map(({ own }) => own)],
      calibration: ofF,
      chiSquare: f.fit.chiSquare / f.data,
    },
    coverage: rangeOf(data, forms.potential.stateOf),
  };
}
