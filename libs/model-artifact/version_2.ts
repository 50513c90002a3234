/** Model folders of version 2, whose learned operator is `K1 = -m/Delta` of their own mesh: read to be converted only. */
import { z } from "zod";
import { ModelError } from "./errors.ts";
import {
  calibration,
  commonFields,
  MODEL_FORMAT,
  networkFields,
  normalisation,
  positive,
  sampler,
  seal,
} from "./manifest.ts";
import type { ModelContent, ModelFiles } from "./types.ts";
import type { ManifestFormat } from "./verify.ts";

const manifestSchema2 = z.strictObject({
  format: z.literal(MODEL_FORMAT),
  version: z.literal(2),
  ...commonFields,
  /** Written from some day on. */
  sampler: sampler.optional(),
  /** `K1(rho, rho) = -scale * softplus(raw + correction)`; the denoiser's state is `(K1 - mean) / std`. */
  k1: z.strictObject({ scale: positive, state: normalisation, ...networkFields }),
  calibration: z.strictObject({ k1: calibration, drivingForce: calibration }).optional(),
  ...seal,
});

type Manifest2 = z.infer<typeof manifestSchema2>;

export const VERSION_2: ManifestFormat<Manifest2> = {
  format: MODEL_FORMAT,
  version: 2,
  schema: manifestSchema2,
  check({ files, k1 }) {
    for (const name of [k1.denoiser, k1.epinet]) {
      if (Object.hasOwn(files, name)) continue;
      throw new ModelError(
        "inconsistent",
        `The model's manifest contradicts itself: the file ${name} is used but not listed.`,
      );
    }
  },
  otherVersion: (version) =>
    `The model has format version ${version}; only version 2 is converted` +
    (version === "3" ? ", and this one can be used as it is." : ": train it anew."),
};

/** All models of version 2 were steered and calibrated for DDIM with two steps. */
const STEERED_SAMPLER = { kind: "ddim", steps: 2 } as const;

/**
 * The same law in version 3: `m = -Delta K1`, with the same networks. Its mean and standard deviation of the
 * state carry the sign, so that the networks see the states that they were trained on, and every member is
 * the member that it was.
 */
export function upgraded(
  { manifest, files }: { readonly manifest: Manifest2; readonly files: ModelFiles },
): { readonly content: ModelContent; readonly files: ModelFiles } {
  const { format: _format, version: _version, files: _files, ...rest } = manifest;
  const { k1, calibration, integrity, units, ...kept } = rest;
  const { [k1.denoiser]: denoiser, [k1.epinet]: epinet, ...others } = files;
  const { K1: _unit, ...otherUnits } = units;
  const perElement = 1 / manifest.system.elements;
  const { fingerprint } = manifest.training;
  const known = typeof fingerprint === "string" && /^[0-9a-f]{64}$/.test(fingerprint);
  return {
    content: {
      ...kept,
      units: { ...otherUnits, mobility: "length^2/(energy time)" },
      sampler: manifest.sampler ?? STEERED_SAMPLER,
      mobility: {
        ...k1,
        scale: k1.scale * perElement,
        state: { mean: -k1.state.mean * perElement, std: -k1.state.std * perElement },
        denoiser: "mobility-denoiser.onnx",
        epinet: "mobility-epinet.onnx",
      },
      ...(calibration && {
        calibration: { mobility: calibration.k1, drivingForce: calibration.drivingForce },
      }),
      madeFrom: { "model of version 2": integrity, ...(known && { training: fingerprint }) },
    },
    files: { ...others, "mobility-denoiser.onnx": denoiser, "mobility-epinet.onnx": epinet },
  };
}
