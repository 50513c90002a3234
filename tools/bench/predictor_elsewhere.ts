import { createEnsemble, loadModel } from "@spiediff/predictor";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { packPackage } from "../pack/package.ts";
import { predictorPackage } from "../pack/predictor_package.ts";
import { ROOT } from "../root.ts";
import { medianSeconds, timed } from "./timing.ts";
import type { BenchLine } from "./types.ts";

const MODEL = `${ROOT}/test-data/lrm-quick-model`;
/** Rows of one call: 200 members at 25 nodes. */
const MEMBERS = 200, NODES = 25, ROWS = MEMBERS * NODES;

/** `law.onnx` against the model's own networks, called step by step, both on one thread. */
export async function lawGraphLines(out: string): Promise<BenchLine[]> {
  const exported = `${out}/exported`;
  const flags = ["--format", "onnx", "--members", `${MEMBERS}`, "--out", exported];
  await run(Deno.execPath(), [
    ...["run", "-A", `${ROOT}/apps/predictor/main.ts`, "export", MODEL],
    ...flags,
  ], out);
  const [, ...rows] = (await Deno.readTextFile(`${exported}/members.csv`)).trim().split("\n");
  const numbers = rows.flatMap((row) => {
    const member = row.split(",").map(Number);
    return Array.from({ length: NODES }, () => member).flat();
  });
  const density = Float32Array.from({ length: ROWS }, (_, r) => 0.2 + 0.6 * (r % NODES) / NODES);
  const member = Int32Array.from({ length: ROWS }, (_, r) => Math.floor(r / NODES));
  const session = await InferenceSession.create(`${exported}/law.onnx`, { intraOpNumThreads: 1 });
  const feeds = {
    density: new Tensor("float32", density, [ROWS, 1]),
    member: new Tensor("float32", Float32Array.from(numbers), [ROWS, numbers.length / ROWS]),
  };
  const model = await loadModel(MODEL, { threads: 1 });
  const ensemble = createEnsemble(model, { seed: 1, members: MEMBERS });
  const mobility = new Float64Array(ROWS), force = new Float64Array(ROWS);
  const separate = async () => {
    await ensemble.mobility([density], member, ROWS, mobility);
    await ensemble.drivingForce([density], member, ROWS, force);
    mobility.forEach((raw, r) => mobility[r] = ensemble.headedMobility(raw));
  };
  const result = await session.run(feeds);
  await separate();
  const worst = Math.max(...mobility.map((m, r) => Math.abs(m - Number(result.mobility.data[r]))));
  if (!(worst < 1e-5)) throw new Error(`law.onnx differs from the predictor by ${worst}.`);
  const one = await medianSeconds(() => session.run(feeds), { rounds: 15, seconds: 2 });
  const several = await medianSeconds(separate, { rounds: 15, seconds: 2 });
  await model.close();
  await session.release();
  return [
    { name: "law.onnx, one thread, evaluations of m and f' a second", value: ROWS / one },
    { name: "law.onnx over the separate graphs, times", value: several / one, min: 1.5 },
  ];
}

const PROGRAM = `import { loadModel, predict } from "@spiediff/predictor";
const model = await loadModel(${JSON.stringify(MODEL)});
await predict(model, () => 0.5, [0.001], { seed: 1, members: 40 });
await model.close();
`;

/** From the tarball to the first prediction by Node; what npm has in its cache it takes from there. */
export async function npmLines(out: string): Promise<BenchLine[]> {
  const { path, bytes } = await packPackage(`${out}/npm`, predictorPackage);
  const project = `${out}/project`;
  await Deno.mkdir(project);
  await Deno.writeTextFile(`${project}/package.json`, "{}\n");
  await Deno.writeTextFile(`${project}/first.mjs`, PROGRAM);
  const install = await timed(() =>
    run("npm", ["install", "--silent", "--no-audit", "--no-fund", path], project)
  );
  const first = await timed(() => run("node", ["first.mjs"], project));
  return [
    { name: "predictor npm tarball, MB", value: bytes / 1e6, max: 1 },
    { name: "predictor npm install, warm cache, s", value: install },
    { name: "predictor npm install to first prediction, s", value: install + first },
  ];
}

async function run(program: string, args: string[], cwd: string): Promise<void> {
  const env = { ONNXRUNTIME_NODE_INSTALL: "skip" };
  const { code, stderr } = await new Deno.Command(program, { args, cwd, env, stdout: "null" })
    .output();
  if (code !== 0) throw new Error(new TextDecoder().decode(stderr));
}
