import type { z } from "zod";
import { decodeText, parseJson } from "@spiediff/user-text";
import { canonicalJson } from "./canonical_json.ts";
import { checkConsistency } from "./consistency.ts";
import { ModelError } from "./errors.ts";
import { sha256 } from "./hash.ts";
import {
  isPlainFileName,
  type Manifest,
  MANIFEST_NAME,
  manifestSchema,
  MODEL_FORMAT,
  MODEL_VERSION,
} from "./manifest.ts";
import type { ModelFiles, ModelSource, VerifiedModel } from "./types.ts";

export const LARGEST_MANIFEST = 4 * 2 ** 20;
/** All files together; networks of this kind have some hundred kilobytes. */
const LARGEST_MODEL = 512 * 2 ** 20;

/** What every version of a manifest has. */
export type Sealed = Pick<Manifest, "files" | "integrity">;

/** One version of the format. */
export interface ManifestFormat<M extends Sealed> {
  readonly format: string;
  readonly version: number;
  readonly schema: z.ZodType<M>;
  /** Throws a `ModelError` for what no single field can show. */
  readonly check: (manifest: M) => void;
  /** What is said of a model of another version. */
  readonly otherVersion: (version: string) => string;
}

export const CURRENT: ManifestFormat<Manifest> = {
  format: MODEL_FORMAT,
  version: MODEL_VERSION,
  schema: manifestSchema,
  check: checkConsistency,
  otherVersion: (version) =>
    `The model has format version ${version}; this program reads version ${MODEL_VERSION}` +
    (version === "2" ? ": run `spiediff convert OLD NEW` to have it in that version." : "."),
};

/** Hash of everything but the hash itself. */
export function integrityOf(manifest: Omit<Sealed, "integrity">): Promise<string> {
  const { integrity: _, ...rest } = manifest as Sealed;
  return sha256(canonicalJson(rest));
}

/**
 * Reads and verifies a whole model from any source: a folder, or a web server.
 *
 * @throws {ModelError} whose fault says what is wrong.
 */
export const verifyModel = (source: ModelSource): Promise<VerifiedModel> =>
  verifyModelAs(CURRENT, source);

/** The same for a model of a given version. */
export async function verifyModelAs<M extends Sealed>(
  format: ManifestFormat<M>,
  source: ModelSource,
): Promise<{ readonly manifest: M; readonly files: ModelFiles }> {
  const bytes = await source(MANIFEST_NAME, LARGEST_MANIFEST);
  const manifest = await verifyManifest(format, bytes);
  const total = Object.values(manifest.files).reduce((sum, file) => sum + file.bytes, 0);
  if (total > LARGEST_MODEL) {
    throw new ModelError(
      "too-large",
      `The model's files would have ${total} bytes together; at most ${LARGEST_MODEL} are read.`,
    );
  }
  const files: ModelFiles = {};
  for (const [name, expected] of Object.entries(manifest.files)) {
    files[name] = await verifyFile(name, await source(name, expected.bytes), expected);
  }
  return { manifest, files };
}

/** @throws {ModelError} unless the text is a manifest that this code can use. */
async function verifyManifest<M extends Sealed>(
  expected: ManifestFormat<M>,
  bytes: Uint8Array,
): Promise<M> {
  const raw = parse(bytes);
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) {
    throw new ModelError("foreign", "The manifest is not a JSON object; this is not a model.");
  }
  const { format, version, files } = raw as Record<string, unknown>;
  if (format !== expected.format) {
    throw new ModelError(
      "foreign",
      `The manifest's format is ${
        show(format)
      }, not "${expected.format}"; this is not a model of ours, or one of another kind.`,
    );
  }
  if (version !== expected.version) {
    throw new ModelError("version", expected.otherVersion(show(version)));
  }
  // Names come before the schema, so that an attack on the path is called by its name.
  for (const name of Object.keys(typeof files === "object" && files !== null ? files : {})) {
    if (!isPlainFileName(name)) {
      throw new ModelError(
        "path",
        `The model lists the file ${show(name)}, not a plain file name.`,
      );
    }
  }
  const parsed = expected.schema.safeParse(raw);
  if (!parsed.success) throw invalid(parsed.error);
  await checkIntegrity(raw as Sealed);
  expected.check(parsed.data);
  return parsed.data;
}

async function checkIntegrity(raw: Sealed): Promise<void> {
  let actual: string;
  try {
    // Of the raw value: whatever the schema might drop or change would be seen here.
    actual = await integrityOf(raw);
  } catch (error) {
    throw new ModelError("malformed", `The manifest cannot be used. ${(error as Error).message}`);
  }
  if (actual !== raw.integrity) {
    throw new ModelError(
      "integrity",
      "The manifest does not agree with its own integrity hash; it was changed after it was written.",
    );
  }
}

async function verifyFile(
  name: string,
  bytes: Uint8Array,
  expected: { sha256: string; bytes: number },
): Promise<Uint8Array> {
  if (bytes.length !== expected.bytes) {
    throw new ModelError(
      "truncated",
      `The model's file ${name} has ${bytes.length} bytes, and the manifest says ${expected.bytes}.`,
    );
  }
  if (await sha256(bytes) !== expected.sha256) {
    throw new ModelError(
      "tampered",
      `The model's file ${name} does not have the content that the manifest's hash promises.`,
    );
  }
  return bytes;
}

function parse(bytes: Uint8Array): unknown {
  try {
    return parseJson(decodeText(bytes, "The manifest"), "The manifest");
  } catch (error) {
    throw new ModelError("malformed", (error as Error).message, { cause: error });
  }
}

/** The first complaint of the schema as one sentence that names the field. */
export function invalid(error: z.ZodError): ModelError {
  const issue = error.issues[0];
  const field = issue.path.map(String).join(".") || "the manifest";
  const more = error.issues.length > 1 ? ` (and ${error.issues.length - 1} more)` : "";
  return new ModelError("invalid", `The manifest's field ${field}: ${issue.message}${more}.`);
}

const show = (value: unknown): string => {
  const text = JSON.stringify(value) ?? "absent";
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
};
