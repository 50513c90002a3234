/** A prediction of several fields as files and as text. */
import type { FieldsManifest } from "@spiediff/model-artifact";
import { bandJson, percentOf } from "../band_output.ts";
import type { FieldsChecks } from "./field_laws.ts";
import type { FieldsPrediction } from "./predict_fields.ts";

/** A line `# level: 0.95`, then `t,x,quantity,mean,lower,upper,likely`, one row for each time, node and quantity. */
export function fieldsCsv({ level, times, nodes, quantities }: FieldsPrediction): string {
  const lines = [`# level: ${level}`, "t,x,quantity,mean,lower,upper,likely"];
  times.forEach((t, k) => {
    for (const { name, bands, likely } of quantities) {
      const { mean, lower, upper } = bands[k];
      for (let i = 0; i < nodes; i++) {
        lines.push([t, i / nodes, name, mean[i], lower[i], upper[i], likely[k][i]].join(","));
      }
    }
  });
  return lines.join("\n") + "\n";
}

/** The whole prediction as plain JSON. */
export function fieldsJson(
  prediction: FieldsPrediction,
  manifest: FieldsManifest,
): Record<string, unknown> {
  const { quantities, nodes, ...rest } = prediction;
  return {
    format: "spiediff-fields-prediction",
    version: 1,
    model: { integrity: manifest.integrity, code: manifest.code, system: manifest.system },
    units: manifest.units,
    x: Array.from({ length: nodes }, (_, i) => i / nodes),
    quantities: quantities.map(({ bands, likely, ...own }) => ({
      ...own,
      bands: bands.map(bandJson),
      likely: likely.map((row) => [...row]),
    })),
    ...rest,
  };
}

const power = (value: number) => value === 0 ? "0" : value.toExponential(1);

/** What the law kept, by field. */
export function checksText(
  { conserved, entropyFall }: FieldsChecks,
  { fields, law }: FieldsManifest,
): string {
  const sums = fields.map(({ name }, f) => `${name} ${power(conserved[f])}`).join(", ");
  const entropy = law === "generic" ? "largest fall of S" : "largest rise of F";
  return `largest relative change of the sums: ${sums}; ${entropy} over a step: ${
    power(entropyFall)
  }`;
}

/** For the terminal: a line for each time, then what was kept. */
export function fieldsSummary(
  prediction: FieldsPrediction,
  manifest: FieldsManifest,
  written: readonly string[],
): string {
  const { times, quantities, level, members, nodes, checks, exactChecks, seconds } = prediction;
  const rows = times.flatMap((t, k) =>
    quantities.map(({ name, bands }, q) => {
      const { mean, lower, upper } = bands[k];
      const widest = upper.reduce((most, value, i) => Math.max(most, value - lower[i]), 0);
      const [low, high] = [Math.min(...mean), Math.max(...mean)].map((v) => v.toFixed(4));
      return `${(q === 0 ? String(t) : "").padStart(8)}  ${name.padEnd(12)} ${low.padStart(8)} to ${
        high.padStart(8)
      }  widest ${percentOf(level)} % band ${widest.toExponential(1)}`;
    })
  );
  return [
    "    time  means over x",
    ...rows,
    "",
    `${members} members, ${nodes} nodes, ${checks.steps} steps, ${seconds.toFixed(2)} s`,
    checksText(checks, manifest),
    ...(exactChecks
      ? [`by the discrete gradient, most likely law: ${checksText(exactChecks, manifest)}`]
      : []),
    ...written.map((path) => `wrote ${path}`),
  ].join("\n") + "\n";
}

/** What to know before trusting a prediction. */
export function fieldsWarnings({ outside, failed, members, checks }: FieldsPrediction): string[] {
  return [
    ...(outside > 0
      ? [
        `${
          (100 * outside).toPrecision(2)
        } % of the predicted states lie outside of those that the model ` +
        "was trained on; there it extrapolates.",
      ]
      : []),
    ...(failed > 0
      ? [`${failed} of ${members + failed} members could not be followed, and are in no band.`]
      : []),
    ...(checks.halved > 0 ? [`${checks.halved} steps of a member were refused and halved.`] : []),
  ];
}
