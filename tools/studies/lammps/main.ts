/**
 * `deno task study lammps`: soft rods of a real LAMMPS (`lmp` must be there), from its own files to a law, against
 * what is exact of overdamped particles (m = D0 rho), against LAMMPS' own virial, and against a longer run of LAMMPS
 * that training never saw.
 *
 *   deno task study lammps [--lines N] [--folder DIR]
 *
 * With a folder runs of LAMMPS that have ended there are not repeated, so that a study that was killed goes on.
 */
import { type Claim, genericFigure } from "@spiediff/report";
import { spiediff } from "../_spiediff.ts";
import { countOption, progress, rootMeanSquare, writeStudy } from "../_study.ts";
import { slopeOfPressure } from "./equation_of_state.ts";
import { type Measured, pressureOf, runRods } from "./lmp.ts";

const SEED = 11, LENGTH = 32, LINES = countOption("lines", 160), ELEMENTS = 12;
/** At rest long waves are asked about only. */
const ELEMENTS_AT_REST = 8;
const TIMESTEP = 5e-4;
/** Rods a line at which the virial is measured, and those of the runs at rest and of the training. */
const VIRIAL = [4, 7, 9, 11, 13, 16, 18, 20, 22, 24],
  AT_REST = [10, 16, 22];
/** Rods a line under a potential, and its amplitude. */
const TRAINED = [[11, 1], [16, 1], [22, 1], [19, 1.6]] as const;
const HELD = { rods: 18, amplitude: 1.3, name: "held" };
/** TIMESTEPs after the start at which the run that training never saw is looked at. */
const LATER = [2000, 6000, 12_000, 24_000];

const kept = Deno.args.indexOf("--folder");
const folder = kept < 0
  ? Deno.makeTempDirSync({ prefix: "spiediff-lammps-" })
  : Deno.args[kept + 1];

const trajectory = {
  ...{ format: "lammps-dump", axes: ["x"], timestep: TIMESTEP, kT: 1, diffusivity: 1 },
  ...{ dimension: 1, units: { length: "sigma", time: "tau", energy: "epsilon" } },
};
const described = (name: string, fields: object) => {
  const path = `${folder}/${name}.json`;
  const common = { name, seed: 1, values: "positions", trajectory, elements: ELEMENTS };
  Deno.writeTextFileSync(
    path,
    JSON.stringify({ ...common, realizations: { by: "mol" }, ...fields }),
  );
  return path;
};

/** Pressures at rest, by the virial. */
async function virial(): Promise<ReturnType<typeof slopeOfPressure>> {
  const densities = VIRIAL.map((rods) => rods / LENGTH);
  const pressures: Measured[] = [];
  for (const [i, rods] of VIRIAL.entries()) {
    const out = `virial-${rods}`;
    await runRods(folder, {
      ...{ length: LENGTH, rods, lines: Math.ceil(LINES / 2), out, seed: SEED + rods },
      ...{ equilibrate: 20_000, period: 24_000, on: 24_000 },
    });
    pressures.push(pressureOf(folder, out, densities[i]));
    progress(`virial of ${rods} rods: P = ${pressures[i].value.toFixed(4)}`);
  }
  return slopeOfPressure(densities, pressures, LENGTH);
}

interface Rest {
  readonly density: number;
  readonly mobility: Measured;
  readonly diffusivity: Measured;
}

/** m and P' of runs at rest, from their fluctuations. */
async function atRest(rods: number): Promise<Rest> {
  const out = `rest-${rods}`;
  await runRods(folder, {
    ...{ length: LENGTH, rods, lines: LINES, out, seed: SEED + 100 + rods },
    ...{ equilibrate: 50_000, period: 40, on: 40, periods: 500 },
  });
  const path = described(out, {
    elements: ELEMENTS_AT_REST,
    frames: { stationary: 1, covariance: [40, 80, 200] },
    profiles: [{ name: "rest", files: [`${out}.lammpstrj`] }],
  });
  const { summary } = await spiediff("import", `${folder}/${out}`, path, "--check") as {
    summary: {
      mobilityRatio: Measured;
      profiles: { diffusivity: { fluctuations: Measured } }[];
    };
  };
  const { mobilityRatio: mobility, profiles: [{ diffusivity }] } = summary;
  progress(
    `${rods} rods at rest: m/(D0 rho) = ${mobility.value.toFixed(4)} +- ${
      mobility.standardError.toFixed(4)
    }, P' = ${diffusivity.fluctuations.value.toFixed(3)}`,
  );
  return { density: rods / LENGTH, mobility, diffusivity: diffusivity.fluctuations };
}

/** A law from runs whose potential goes off again and again; its run folder. */
async function trained(): Promise<string> {
  for (const [rods, amplitude] of TRAINED) {
    await runRods(folder, {
      ...{ length: LENGTH, rods, lines: LINES, out: `train-${rods}`, seed: SEED + 200 + rods },
      ...{ amplitude, period: 50_400, on: 50_000, periods: 4, h1: 40, h2: 80, h3: 200, h4: 400 },
    });
    progress(`${rods} rods under a potential`);
  }
  const run = `${folder}/law`;
  const path = described("soft-rods", {
    frames: {
      ...{ period: 50_400, start: 50_000, skipPeriods: 1 },
      ...{ covariance: [40, 80], drift: [200, 400] },
    },
    profiles: TRAINED.map(([rods, amplitude]) => ({
      ...{ name: `mean-${rods}`, files: [`train-${rods}.lammpstrj`] },
      potential: { k: 1, amplitude },
    })),
    prediction: {
      times: [0, ...LATER].map((steps) => steps * TIMESTEP),
      profile: {
        ...{ name: "start", mean: HELD.rods / LENGTH },
        modes: [{ k: 1, amplitude: 0.2 }],
      },
    },
  });
  await spiediff("import", run, path, "--overwrite");
  await spiediff("estimate", run);
  await spiediff("train", run);
  progress("trained");
  return run;
}

interface AgainstLaw {
  readonly test: { readonly pValue: number };
  readonly profiles: {
    readonly times: Record<
      "measured" | "standardError" | "mean" | "lower" | "upper" | "residual",
      number[]
    >[];
  }[];
}

/** A longer relaxation, from a start that the law was not trained on. */
async function heldAgainst(run: string): Promise<AgainstLaw> {
  const [h1, h2, h3, h4] = LATER;
  await runRods(folder, {
    ...{ length: LENGTH, rods: HELD.rods, lines: 2 * LINES, out: HELD.name, seed: SEED + 300 },
    ...{ amplitude: HELD.amplitude, period: 60_000 + h4, on: 60_000, h1, h2, h3, h4 },
  });
  const path = described(HELD.name, {
    frames: { period: 60_000 + h4, start: 60_000, covariance: [h1], drift: LATER.slice(1) },
    profiles: [{ name: HELD.name, files: [`${HELD.name}.lammpstrj`] }],
  });
  return await spiediff("validate", run, path) as AgainstLaw;
}

const { slope, misfit, largestCorrection } = await virial();
const rest: Rest[] = [];
for (const rods of AT_REST) rest.push(await atRest(rods));
const run = await trained();
const law = await spiediff(
  ...["law", `${run}/model`, "--dimensionless", "--members", "500"],
) as
  & Record<"density", number[]>
  & Record<"diffusivity" | "mobility", {
    mean: number[];
    lower: number[];
    upper: number[];
  }>;
const against = await heldAgainst(run);
if (kept < 0) Deno.removeSync(folder, { recursive: true });

const away = (one: Measured, other: Measured) =>
  Math.abs(one.value - other.value) / Math.hypot(one.standardError, other.standardError);
const times = against.profiles[0].times;
const learnedOver = law.diffusivity.mean.map((D, i) => D / slope(law.density[i]).value);
const inBand = law.density.filter((rho, i) => {
  const { value, standardError } = slope(rho);
  return value > law.diffusivity.lower[i] - 1.96 * standardError &&
    value < law.diffusivity.upper[i] + 1.96 * standardError;
}).length / law.density.length;
/** Nodes whose own error is below a third of the band: only these can tell of the band. */
const sharp = times.flatMap((time) =>
  time.measured.flatMap((value, i) => {
    const half = (time.upper[i] - time.lower[i]) / 2;
    return 1.96 * time.standardError[i] < half / 3
      ? [value >= time.lower[i] && value <= time.upper[i]]
      : [];
  })
);

const claims: Claim[] = [
  { name: "virial series: chi-square over its freedom", value: misfit, max: 4 },
  {
    name: "largest correction of a pressure for the number of rods, relative",
    value: largestCorrection,
  },
  ...rest.flatMap(({ density, mobility, diffusivity }): Claim[] => {
    const virial = slope(density), at = `density ${density.toFixed(3)}, at rest:`;
    return [
      { name: `${at} |m/(D0 rho) - 1|`, value: Math.abs(mobility.value - 1), max: 0.03 },
      { name: `${at} its standard error`, value: mobility.standardError },
      {
        name: `${at} |p'/p' of the virial - 1|`,
        value: Math.abs(diffusivity.value / virial.value - 1),
        max: 0.08,
      },
      { name: `${at} the same in standard errors`, value: away(diffusivity, virial), max: 3 },
    ];
  }),
  {
    name: "learned law: rms of D/(D0 p' of the virial) - 1 over the densities of training",
    value: rootMeanSquare(learnedOver.map((ratio) => ratio - 1)),
    max: 0.08,
  },
  { name: "learned law: densities at which the virial lies in the 95 % band of D", value: inBand },
  {
    name: "learned law: rms of m/(D0 rho) - 1",
    value: rootMeanSquare(law.mobility.mean.map((m, i) => m / law.density[i] - 1)),
    max: 0.03,
  },
  { name: "a relaxation that training never saw: p-value", value: against.test.pValue, min: 1e-3 },
  ...times.map((time, t): Claim => ({
    name: `the same: rms z-score at time ${LATER[t] * TIMESTEP}`,
    value: rootMeanSquare(time.residual),
    max: 2,
  })),
  { name: "the same: nodes whose own error is below a third of the band", value: sharp.length },
  ...(sharp.length === 0 ? [] : [{
    name: "the same: share of these inside of the band",
    value: sharp.filter(Boolean).length / sharp.length,
  }]),
];

const band = (name: "diffusivity" | "mobility") => law[name];
const figures = [
  genericFigure([
    { kind: "line", label: "learned D/D0", x: law.density, y: band("diffusivity").mean },
    {
      kind: "line",
      label: "its 95 % band",
      x: law.density,
      y: band("diffusivity").lower,
      dashed: true,
    },
    { kind: "line", label: "", x: law.density, y: band("diffusivity").upper, dashed: true },
    {
      kind: "line",
      label: "slope of LAMMPS' virial",
      x: law.density,
      y: law.density.map((rho) => slope(rho).value),
    },
    {
      kind: "points",
      label: "fluctuations at rest",
      x: rest.map(({ density }) => density),
      y: rest.map(({ diffusivity }) => diffusivity.value),
    },
  ], {
    id: "pressure",
    title: "The slope of the pressure: learned, from fluctuations, by the virial",
    caption:
      "Lines: the law that was learned from positions, and LAMMPS' virial. Points: three runs at rest.",
    xLabel: "density (rods per sigma)",
    yLabel: "dP/drho (epsilon)",
  }),
  genericFigure(
    times.flatMap((time, t) => {
      const x = time.mean.map((_, i) => i * LENGTH / ELEMENTS);
      const label = `t = ${LATER[t] * TIMESTEP}`;
      return [
        { kind: "line" as const, label: `${label}, predicted`, x, y: time.mean },
        { kind: "points" as const, label: `${label}, LAMMPS`, x, y: time.measured },
      ];
    }),
    {
      id: "relaxation",
      title: "A relaxation that training never saw",
      caption: `${
        2 * LINES
      } lines of ${HELD.rods} rods after a potential of ${HELD.amplitude} kT has gone off.`,
      xLabel: "position x (sigma)",
      yLabel: "density (rods per sigma)",
    },
  ),
];

writeStudy({
  name: "lammps",
  seed: SEED,
  claims,
  figures,
  text: `# Particles of a real LAMMPS

Soft rods (\`pair_style soft\`, A = 20, diameter 1) on ${LINES} independent lines of length ${LENGTH}, overdamped
([in.rods](../../../tools/studies/lammps/in.rods)), read from LAMMPS' own dumps ([from a particle code's
trajectories to a law](../../lammps.md)). Of such particles $m = D_0 \\rho$ exactly and $D = D_0\\, dp/d\\rho$.

Three runs at rest give $m$ and, by their fluctuations, $dp/d\\rho$; both are held against what is exact and against
LAMMPS' own virial at ${VIRIAL.length} densities, whose pressures are corrected for the number of rods by $a \\rho/N$.
The law is learned from ${TRAINED.length} profiles, each prepared under a known potential that is then switched off, and held
against the same virial over all densities that they cover. At last it predicts a start that it has not seen, over
${
    LATER[3] / 400
  } times the longest window of training, against LAMMPS: z-scores with the errors of both.`,
});
