/** A model of several fields, ready to predict with. */
import {
  type ConvexFunction,
  type MatrixFunction,
  mobilityFunction,
  mobilityParameters,
  potentialFunction,
  potentialParameters,
} from "@spiediff/field-networks";
import {
  type FieldsManifest,
  ModelError,
  modelFolder,
  type VerifiedFieldsModel,
  verifyFieldsModel,
} from "@spiediff/model-artifact";
import { graphMembers } from "@spiediff/onnx-graph";
import type { Runtime } from "../networks.ts";

/** Functions of the two fields that M and the potential depend on. */
export interface FieldsMember {
  readonly mobility: MatrixFunction;
  readonly potential: ConvexFunction;
}

/** What a prediction needs of a model: members in double precision, and what they are of. */
export interface FieldsEnsemble {
  readonly manifest: Pick<FieldsManifest, "law" | "fields" | "coverage">;
  readonly likely: FieldsMember;
  readonly members: readonly FieldsMember[];
}

/** The same with the whole manifest. */
export interface FieldsModel extends FieldsEnsemble {
  readonly manifest: FieldsManifest;
}

/**
 * Reads a model folder, verifies every byte, and takes the members' parameters out of its graphs. A potential is
 * asked for differences of 1e-13, and graphs run once a call: members are evaluated here, by the same formulas, and
 * held against the graphs in the native runtime.
 *
 * @throws {ModelError} whose fault says what is wrong with the model.
 */
export async function loadFieldsModel(folder: string): Promise<FieldsModel> {
  const model = await verifyFieldsModel(await modelFolder(folder));
  const { manifest, likely, members } = fieldsModelOf(model);
  const ort = await import("onnxruntime-node");
  const { mobility, potential } = manifest, last = members.length;
  const files = [
    [mobility.file, "mobility", mobility.units.length, likely.mobility, members[last - 1].mobility],
    [potential.file, "jet", 6, likely.potential, members[last - 1].potential],
  ] as const;
  for (const [name, output, width, first, other] of files) {
    for (const [member, own] of [[0, first], [last, other]] as const) {
      await holdAgainst(
        ort,
        manifest,
        { name, bytes: model.files[name], output, width, member },
        own,
      );
    }
  }
  return { manifest, likely, members };
}

/** The members of a verified model. @throws {ModelError} if its graphs hold none. */
export function fieldsModelOf({ manifest, files }: VerifiedFieldsModel): FieldsModel {
  const { mobility, potential, members: count } = manifest;
  const parametersOf = (file: string, size: number) => {
    let found: Float64Array[];
    try {
      found = graphMembers(files[file], size);
    } catch (cause) {
      throw new ModelError("network", `The network ${file} cannot be used. ${messageOf(cause)}`, {
        cause,
      });
    }
    if (found.length === count + 1) return found;
    throw new ModelError(
      "network",
      `The network ${file} holds ${found.length - 1} members; the manifest promises ${count}.`,
    );
  };
  const M = parametersOf(mobility.file, mobilityParameters(mobility));
  const f = parametersOf(potential.file, potentialParameters(potential));
  const [likely, ...members] = M.map((parameters, k): FieldsMember => ({
    mobility: mobilityFunction(mobility, parameters),
    potential: potentialFunction(potential, f[k]),
  }));
  return { manifest, likely, members };
}

interface GraphFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly output: string;
  readonly width: number;
  readonly member: number;
}

/** Of the coverage's ranges: low enough together for a simplex. */
const SHARES = [[0.2, 0.5], [0.5, 0.2], [0.35, 0.35]];

/** Sums in another order differ by some last digits. */
const AGREEMENT = 1e-9;

/** @throws {ModelError} unless a graph gives what the member's function gives at places of the coverage. */
async function holdAgainst(
  { InferenceSession, Tensor }: Runtime,
  { coverage: [a, b] }: FieldsManifest,
  { name, bytes, output, width, member }: GraphFile,
  own: (x: number, y: number, out: Float64Array) => void,
): Promise<void> {
  const states = SHARES.map((shares) =>
    [a, b].map(([low, high], k) => low + shares[k] * (high - low))
  );
  const refuse = (message: string, cause?: unknown): never => {
    throw new ModelError("network", `The network ${name} ${message}`, { cause });
  };
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 4 }).catch((cause) =>
    refuse(`is not one that onnxruntime accepts: ${messageOf(cause)}`, cause)
  );
  try {
    const results = await session.run({
      state: new Tensor("float64", Float64Array.from(states.flat()), [states.length, 2]),
      member: new Tensor("int32", Int32Array.of(member), [1]),
    }).catch((cause) => refuse(`fails on a trial run: ${messageOf(cause)}`, cause));
    const found = results[output]?.data as Float64Array | undefined;
    const expected = new Float64Array(width);
    states.forEach(([x, y], k) => {
      own(x, y, expected);
      const size = Math.max(...expected.map(Math.abs));
      expected.forEach((v, q) => {
        if (Math.abs((found?.[k * width + q] ?? NaN) - v) <= AGREEMENT * size) return;
        refuse(`does not compute what its manifest says, by member ${member} of its parameters.`);
      });
    });
  } finally {
    await session.release();
  }
}

const messageOf = (cause: unknown): string => {
  // deno-lint-ignore no-control-regex
  return String((cause as Error)?.message ?? cause).replace(/[\x00-\x1f\x7f-\x9f]+/g, " ")
    .slice(0, 300);
};
