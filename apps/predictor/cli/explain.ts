import type { CommandContext } from "@stricli/core";
import { isFieldsModel, type Manifest, modelFolder, readModel } from "@spiediff/model-artifact";
import { operatorEntry } from "../mobility_table.ts";

/** What a model is, in words: what it was trained on, its ranges, calibration and hashes. */
export function explainText(folder: string, manifest: Manifest): string {
  const { system, coverage, diffusion, mobility, drivingForce, code } = manifest;
  const lines = [
    `${folder}: a ${manifest.format} of version ${manifest.version}, every file verified`,
    `  made by      ${code.name} ${code.version}${code.commit ? `, commit ${code.commit}` : ""}` +
    `, seed ${manifest.seed}`,
    ...particlesText(system),
    `  mesh         ${system.elements} elements; densities in training: ${manifest.nodalDensityRule}`,
    `  densities    ${short(coverage.density[0])} to ${
      short(coverage.density[1])
    }; outside the model extrapolates`,
    `  diffusion    ${diffusion.schedule.name} schedule, ${diffusion.schedule.steps} steps, predicts ` +
    `the ${diffusion.predictionType}`,
    `  mobility m   ${
      short(mobility.scale)
    } softplus(.), ${mobility.featureDim} features, index of ` +
    `${mobility.indexDim}`,
    `  K1           -m/Delta = ${
      short(operatorEntry(mobility.scale, system.elements))
    } softplus(.) on this mesh`,
    `  f'           ${drivingForce.featureDim} features, index of ${drivingForce.indexDim}` +
    (drivingForce.idealEnergy === undefined
      ? ""
      : `; and ${short(drivingForce.idealEnergy)} times the field's ideal part`),
    ...calibrationLines(manifest),
    ...gradientLines(manifest),
    ...fieldLines(manifest),
    `  gauge        ${manifest.gauge.text}`,
    ...Object.entries(manifest.units).map(([name, unit]) => `  unit         ${name}: ${unit}`),
    ...Object.entries(manifest.madeFrom).map(([name, hash]) => `  made from    ${name}: ${hash}`),
    ...Object.entries(manifest.training).map(([name, value]) =>
      `  training     ${name}: ${
        shorten(typeof value === "number" ? short(value) : JSON.stringify(value))
      }`
    ),
    ...Object.entries(manifest.files).map(([name, file]) =>
      `  file         ${file.sha256}  ${name} (${file.bytes} bytes)`
    ),
    `  integrity    ${manifest.integrity}`,
  ];
  return lines.map(printable).join("\n") + "\n";
}

function gradientLines({ gradientEnergy }: Manifest): string[] {
  if (!gradientEnergy) return [];
  const { kappa, mobilityExponent, standardError } = gradientEnergy;
  return [
    `  gradient     driving force f' - ${short(kappa)} rho'', mobility times ` +
    `exp(-${short(mobilityExponent)} rho'')` +
    (standardError === undefined ? "" : `; learned to ${short(standardError)}`),
  ];
}

const fieldLines = ({ externalField }: Manifest) =>
  externalField === undefined ? [] : [
    `  field        E = ${
      short(externalField)
    } in training; predictions are under it unless --field says another`,
  ];

function particlesText(system: Manifest["system"]): string[] {
  const { dimension, sites, beta, drive } = system;
  const place = `in ${dimension} dimension${dimension === 1 ? "" : "s"}, ${sites} sites`;
  if (system.particles === "foreign") {
    return [`  particles    another code's, ${place}`, `               beta = ${beta}`];
  }
  if (system.particles === "process") {
    const { name, unit, low, high } = system.field;
    return [
      `  particles    ${system.title}, ${place}, beta = ${beta}, drive = ${drive}`,
      `  conserved    ${name}, ${unit}, in (${low}, ${high ?? "infinity"})`,
    ];
  }
  const { particles, halfWidth, kernel, betaJ0 } = system;
  return [
    `  particles    ${particles} ${place}, half-width ${halfWidth}, ${kernel} kernel`,
    `               βJ₀ = ${betaJ0}, beta = ${beta}, drive = ${drive}`,
  ];
}

function calibrationLines({ calibration }: Manifest): string[] {
  if (!calibration) return ["  calibration  none: epistemic indices are standard normal"];
  return ([["m", calibration.mobility], ["f'", calibration.drivingForce]] as const).map(
    ([name, { indexScale, noise, components }]) =>
      `  calibration  ${name}: index of standard deviation ${indexScale.toFixed(3)}; the data's ` +
      `errors are ${noise.toFixed(3)} of what is stated, by ${components} left-out data`,
  );
}

/** To six digits; `--json` has them all. */
const short = (value: number) => String(Number(value.toPrecision(6)));

const shorten = (text: string) => text.length > 200 ? `${text.slice(0, 197)}...` : text;

/** A manifest is somebody else's text: nothing in it may steer the terminal. */
const printable = (text: string) =>
  // deno-lint-ignore no-control-regex
  text.replace(/[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g, "?");

/** Does what `explain` asks for. */
export async function explain(
  this: CommandContext,
  flags: { readonly json: boolean },
  folder: string,
): Promise<void> {
  if (await isFieldsModel(await modelFolder(folder))) {
    const { explainFields, readFieldsManifest } = await import("../fields/command.ts");
    const manifest = await readFieldsManifest(folder);
    this.process.stdout.write(
      flags.json ? JSON.stringify(manifest) + "\n" : explainFields(folder, manifest),
    );
    return;
  }
  const { manifest } = await readModel(folder);
  this.process.stdout.write(
    flags.json ? JSON.stringify(manifest) + "\n" : explainText(folder, manifest),
  );
}
