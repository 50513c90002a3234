/**
 * `deno task study out-of-range`: what bands do at densities that no data cover. Trained on 0.3 to
 * 0.7, asked from 0.05 to 0.95.
 */
import { referenceOf } from "@spiediff/demo";
import { exactK1 } from "@spiediff/exact-reference";
import { parseSimulation, type SimulatedExperiment } from "@spiediff/experiment";
import { bandOver, learnedLaw, loadModel } from "@spiediff/predictor";
import { type Claim, learnedFunctionFigure, toCsv } from "@spiediff/report";
import { estimatesOf, trainModel } from "../_learning.ts";
import { mean, progress, writeStudy } from "../_study.ts";
import { smallExperiment } from "../_small.ts";

const SEEDS = [1, 2, 3, 4, 5];
const MEMBERS = 400;
const grid = Array.from({ length: 91 }, (_, k) => (5 + k) / 100);
const INSIDE = grid.map((_, i) => i).filter((i) => grid[i] > 0.305 && grid[i] < 0.695);
const FAR = [0.1, 0.9].map((rho) => grid.findIndex((value) => Math.abs(value - rho) < 1e-9));

/** The small system of L = 40 with every profile squeezed by half towards 0.5. */
function squeezed(seed: number): SimulatedExperiment {
  const experiment = smallExperiment("L = 40", seed);
  return parseSimulation({
    ...experiment,
    profiles: experiment.profiles.map(({ name, mean, modes }) => ({
      name: `inner-${name}`,
      mean: 0.5 + (mean - 0.5) / 2,
      modes: modes.map((mode) => ({ ...mode, amplitude: mode.amplitude / 2 })),
    })),
  });
}

/** A learned function's members, centred as the data can tell it, beside the exact one. */
interface Curve {
  readonly members: Float64Array;
  readonly exact: number[];
}

async function curvesOf(seed: number): Promise<Record<"K1" | "f'", Curve>> {
  const experiment = squeezed(seed);
  const { folder } = await trainModel(
    experiment,
    await estimatesOf(experiment),
    `out-of-range-${seed}`,
  );
  const model = await loadModel(folder);
  try {
    const law = await learnedLaw(model, grid, { seed, members: MEMBERS, keepMembers: true });
    const truth = referenceOf(experiment);
    const { elements } = experiment;
    return {
      K1: {
        members: law.members!.K1,
        exact: grid.map((rho) => exactK1(truth, rho, rho, elements)),
      },
      "f'": centred(law.members!.drivingForce, grid.map(truth.drivingForce)),
    };
  } finally {
    await model.close();
  }
}

/** f' less its mean over the covered densities, which no data can tell. */
function centred(members: Float64Array, exact: number[]): Curve {
  const n = grid.length;
  const shift = (row: ArrayLike<number>) => mean(INSIDE.map((i) => row[i]));
  const shifts = Array.from(
    { length: members.length / n },
    (_, m) => shift(members.subarray(m * n, (m + 1) * n)),
  );
  const shiftOfExact = shift(exact);
  return {
    members: members.map((v, k) => v - shifts[Math.floor(k / n)]),
    exact: exact.map((v) => v - shiftOfExact),
  };
}

const runs: Record<"K1" | "f'", Curve>[] = [];
for (const seed of SEEDS) {
  progress(`seed ${seed}`);
  runs.push(await curvesOf(seed));
}

const names = ["K1", "f'"] as const;
const claims: Claim[] = [];
const columns = [{ name: "rho", values: grid }];
for (const name of names) {
  const bands = runs.map((run) => bandOver(run[name].members, grid.length, 0.95));
  const width = bands.map((band) => Array.from(band.upper, (v, i) => v - band.lower[i]));
  const holds = bands.map((band, r) =>
    grid.map((_, i) => {
      const exact = runs[r][name].exact[i];
      return exact >= band.lower[i] && exact <= band.upper[i] ? 1 : 0;
    })
  );
  for (const i of FAR) {
    claims.push({
      name: `${name}: width of the band at ${
        grid[i]
      } over the mean width inside, least of all seeds`,
      value: Math.min(...width.map((w) => w[i] / mean(INSIDE.map((k) => w[k])))),
      min: 3,
    });
  }
  claims.push({
    name: `${name}: share of seeds whose 95 % band holds the exact value at 0.1 and 0.9`,
    value: mean(holds.flatMap((row) => FAR.map((i) => row[i]))),
  }, {
    name: `${name}: share of densities outside of 0.3 to 0.7 inside of the 95 % band, all seeds`,
    value: mean(holds.flatMap((row) => row.filter((_, i) => grid[i] < 0.295 || grid[i] > 0.705))),
  }, {
    name: `${name}: the same inside of 0.3 to 0.7`,
    value: mean(holds.flatMap((row) => INSIDE.map((i) => row[i]))),
  });
  const short = name === "K1" ? "k1" : "force";
  bands.forEach((band, r) => {
    columns.push({ name: `${short}_lower_${SEEDS[r]}`, values: [...band.lower] });
    columns.push({ name: `${short}_upper_${SEEDS[r]}`, values: [...band.upper] });
  });
  columns.push({ name: `${short}_exact`, values: runs[0][name].exact });
}

const figure = (name: "K1" | "f'", id: string, yLabel: string) => {
  const { mean, lower, upper } = bandOver(runs[0][name].members, grid.length, 0.95);
  return learnedFunctionFigure({
    density: grid,
    learned: { level: 0.95, mean: [...mean], lower: [...lower], upper: [...upper] },
    references: [{ label: "exact", values: runs[0][name].exact, style: "solid" }],
    covered: [0.3, 0.7],
  }, {
    id,
    title: `${name}, trained on densities 0.3 to 0.7`,
    caption: `Mean and 95 % band of ${MEMBERS} members, seed ${SEEDS[0]}, beside the exact answer.`,
    yLabel,
  });
};

writeStudy({
  name: "out-of-range",
  seed: SEEDS[0],
  claims,
  figures: [
    figure("K1", "k1", "K₁ (1/(energy · time))"),
    figure("f'", "driving-force", "f′ (energy)"),
  ],
  files: { "bands.csv": toCsv(columns, 0.95) },
  text: `# Out of range

L = 40, beta J0 = 1, N = 8000, 250 realizations a profile, with the profiles squeezed to densities from 0.3 to
0.7, ${SEEDS.length} seeds. The exact answer is the reference of the start, local equilibrium
([theory](../../theory.md#5-exact-references)). Outside of the data the bands are the prior's: they say that nothing is
known, and how often they hold the truth there is luck of the prior, not a guarantee. A prediction
that goes there says so (its flag \`firstTimeOutside\` and a warning).`,
});
