import type { Manifest, ModelFiles } from "@spiediff/model-artifact";
import { OPSET } from "@spiediff/onnx-graph";
import { lawOnnx, memberLayout, memberNumbers } from "./law_graph.ts";

/** Which members an export holds. */
export interface ExportedMembers {
  readonly members: number;
  readonly seed: number | string;
}

/** `law.onnx`, the numbers of members for it, and `law-onnx.json`, which says what they mean. */
export function onnxFiles(
  manifest: Manifest,
  files: ModelFiles,
  { members, seed }: ExportedMembers,
): Record<string, string | Uint8Array> {
  const { width, mobilityRandom, forceRandom } = memberLayout(manifest);
  const numbers = memberNumbers(manifest, seed, members);
  const names = [
    "mobility_latent",
    "driving_force_latent",
    ...Array.from({ length: mobilityRandom }, (_, k) => `mobility_index_${k}`),
    ...Array.from({ length: forceRandom }, (_, k) => `driving_force_index_${k}`),
  ];
  const rows = Array.from(
    { length: members },
    (_, m) => [...numbers.subarray(m * width, (m + 1) * width)].map(float32Text).join(","),
  );
  const { units, coverage, gauge, sampler, integrity } = manifest;
  const description = {
    format: "spiediff-law-onnx",
    version: 1,
    model: { integrity, code: manifest.code, system: manifest.system },
    opset: OPSET,
    inputs: {
      density: { type: "float32", shape: ["B", 1] },
      member: { type: "float32", shape: ["B", width], meaning: "standard normal numbers" },
    },
    outputs: {
      mobility: {
        type: "float32",
        shape: ["B", 1],
        unit: units.mobility ?? "length^2/(energy time)",
      },
      driving_force: {
        type: "float32",
        shape: ["B", 1],
        unit: units.energy ?? "energy",
        meaning: "known up to a constant: subtract the same member's value at the gauge's density",
      },
    },
    ...{ units, coverage, gauge, sampler },
    gradientEnergy: manifest.gradientEnergy ?? null,
    members: { file: "members.csv", count: members, seed },
  };
  return {
    "law.onnx": lawOnnx(manifest, files),
    "members.csv": [names.join(","), ...rows].join("\n") + "\n",
    "law-onnx.json": JSON.stringify(description, null, 2) + "\n",
  };
}

/** As few digits as name the float32. */
const float32Text = (value: number) => String(Number(value.toPrecision(9)));
