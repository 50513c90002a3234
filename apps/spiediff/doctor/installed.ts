import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { arch, availableParallelism, cpus, freemem, platform, totalmem } from "node:os";
import process from "node:process";
import { codeIdentity } from "@spiediff/train/stages";
import { loadBackend, loadGraphRunner } from "@spiediff/tensor-backend";
import { type EngineFound, engineFound } from "./engine.ts";

/** What is installed, and what this machine is. */
export interface Installed {
  readonly spiediff: string;
  readonly commit: string | null;
  readonly runtime: string;
  /** How to save the seconds that npx takes before every command; null where Deno is installed. */
  readonly installHint: string | null;
  readonly platform: string;
  readonly processor: string;
  readonly cores: number;
  readonly memoryGB: number;
  readonly freeMemoryGB: number;
  /** npm package to version; null for one that is not there. */
  readonly packages: Readonly<Record<string, string | null>>;
  readonly training: TrainingBackend;
  readonly particles: EngineFound;
}

/** What runs training steps here, and why. */
export interface TrainingBackend {
  readonly steps: string;
  readonly tensors: string;
  readonly reason: string;
}

const PACKAGES = [
  "@tensorflow/tfjs",
  "@tensorflow/tfjs-backend-wasm",
  "@tensorflow/tfjs-node",
  "onnxruntime-node",
  "zod",
  "@stricli/core",
  "listr2",
  "@observablehq/plot",
];

/** Looks around; loads the training backend to see which one answers. */
export async function installed(): Promise<Installed> {
  const { version, commit } = codeIdentity();
  const GB = (bytes: number) => Math.round(bytes / 1e8) / 10;
  return {
    spiediff: version,
    commit,
    runtime: runtime(),
    installHint: installHint(process.execPath, process.versions.deno),
    platform: `${platform()} ${arch()}`,
    processor: cpus()[0]?.model.trim() || "unknown",
    cores: availableParallelism(),
    memoryGB: GB(totalmem()),
    freeMemoryGB: GB(freemem()),
    packages: Object.fromEntries(PACKAGES.map((name) => [name, packageVersion(name)])),
    training: await trainingBackend(),
    particles: await engineFound(),
  };
}

function runtime(): string {
  const { deno } = process.versions as { deno?: string };
  return deno ? `Deno ${deno} (V8 ${process.versions.v8})` : `Node ${process.versions.node}`;
}

/** What to say to somebody whose Deno npx fetches for every command anew. */
export function installHint(executable: string, deno: string | undefined): string | null {
  return deno !== undefined && /[\\/]_npx[\\/]/.test(executable)
    ? `npx takes one to two seconds before every command; once, without root: ` +
      `npm install --global --prefix ~/.local deno@${deno}, with ~/.local/bin on the PATH`
    : null;
}

/** The version in a package's own manifest, wherever node_modules keeps it. */
function packageVersion(name: string): string | null {
  const paths = createRequire(import.meta.url).resolve.paths(name) ?? [];
  for (const folder of paths) {
    try {
      return JSON.parse(readFileSync(`${folder}/${name}/package.json`, "utf8")).version;
    } catch { /* Not in this one. */ }
  }
  return null;
}

async function trainingBackend(): Promise<TrainingBackend> {
  const runner = await loadGraphRunner();
  const { name, fallbackReason } = await loadBackend();
  const reasons = [
    runner
      ? `training steps run natively as one ONNX graph`
      : `onnxruntime does not load, so that tfjs runs the training steps, about five times slower`,
    ...(fallbackReason === null
      ? []
      : packageVersion("@tensorflow/tfjs-node") === null
      ? ["@tensorflow/tfjs-node, which is optional, is not installed"]
      : [fallbackReason]),
  ];
  return { steps: runner?.name ?? name, tensors: name, reason: reasons.join("; ") };
}
