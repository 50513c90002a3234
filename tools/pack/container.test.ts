import { execFile, execFileSync, spawn } from "node:child_process";
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { programPath } from "@spiediff/slurm-test";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT } from "../root.ts";
import { sizeOf } from "../standalone/folder.ts";
import { packPackage } from "./package.ts";
import { predictorPackage } from "./predictor_package.ts";
import { type Instruction, stagesOf, textsOf } from "./dockerfile.ts";

const hasNpm = programPath("npm") !== undefined;
const run = promisify(execFile);
/** Whom the service runs as; only root may become somebody else. */
const NOBODY = 65532;
const isRoot = process.getuid?.() === 0;
let root = "", app = "";
let install: Instruction[], service: Instruction[];

/** Paths of the image lie below `root`, and its port is a free one. */
const here = (text: string) =>
  text.replaceAll(/(?<=^|[\s"'])\/(app|model)\b/g, `${root}/$1`).replaceAll("8765", "PORT");
const environment = (stage: Instruction[]) =>
  Object.fromEntries(textsOf(stage, "ENV").map((text) => text.split("=") as [string, string]));

/** Does what docker would, in folders below `root`; other instructions have no part in the files. */
async function build(context: string): Promise<void> {
  const env = { ...process.env, ...environment(install) };
  for (const { name, text } of install) {
    if (name === "RUN") await run("/bin/sh", ["-c", here(text)], { cwd: app, env });
    if (name === "COPY") {
      const [pattern, target] = here(text).split(" ");
      const [start, end] = pattern.split("*");
      const names = await readdir(context);
      const files = names.filter((file) => file.startsWith(start) && file.endsWith(end));
      expect(files).toHaveLength(1);
      for (const file of files) await cp(join(context, file), join(target, file));
    }
  }
}

beforeAll(async () => {
  if (!hasNpm) return;
  root = await mkdtemp(join(tmpdir(), "spiediff-container-"));
  await chmod(root, 0o755);
  app = join(root, "app");
  await mkdir(app);
  [install, service] = stagesOf(await readFile(`${ROOT}/tools/pack/Dockerfile`, "utf8"));
  const context = join(root, "context");
  await packPackage(context, predictorPackage);
  await build(context);
  await cp(`${ROOT}/test-data/lrm-quick-model`, join(root, "model"), { recursive: true });
}, 180_000);
afterAll(() => hasNpm ? rm(root, { recursive: true, force: true }) : undefined);

describe.skipIf(!hasNpm)("the container's steps, without docker (needs npm)", () => {
  it("install the package and one system's libraries, below 90 MB", async () => {
    expect(await sizeOf(app)).toBeLessThan(90e6);
    expect((await readdir(app)).sort()).toEqual(["node_modules", "package.json"]);
    expect(textsOf(service, "COPY")).toEqual(["--from=install /app /app"]);
    expect(textsOf(service, "USER")).toEqual([`${NOBODY}:${NOBODY}`]);
  });

  it("serve as nobody, write nothing, are found well, and end on SIGTERM", async () => {
    const filesOf = (folder: string) =>
      execFileSync("find", [folder, "-printf", "%p %s %T@\n"], { encoding: "utf8" });
    const before = filesOf(app);
    const [entry, command] = ["ENTRYPOINT", "CMD"].map((name) =>
      JSON.parse(here(textsOf(service, name)[0])) as string[]
    );
    const words = [...entry, ...command, "--port", "0"];
    const [program, ...args] = isRoot
      ? ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups", ...words]
      : words;
    // No home and no place for temporary files: the image is mounted read-only.
    const node = dirname(programPath("node")!);
    const env = { PATH: `${node}:/usr/bin:/bin`, HOME: "/nowhere", TMPDIR: "/nowhere" };
    const child = spawn(program, args, {
      cwd: app,
      env: { ...env, ...environment(service) },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
    let errors = "";
    child.stderr.on("data", (data) => errors += String(data));
    const line = await Promise.race([
      new Promise<string>((resolve) => child.stdout.once("data", (data) => resolve(String(data)))),
      ended.then((code) => Promise.reject(new Error(`ended with ${code}: ${errors}`))),
    ]);
    const [, host, port] = /^listening on http:\/\/(.*):(\d+)$/m.exec(line)!;
    expect(host).toBe("0.0.0.0");
    const body = JSON.stringify({ profile: "0.5+0.2*cos(2*pi*x)", times: [0.01], members: 40 });
    const answer = await fetch(`http://127.0.0.1:${port}/predict`, { method: "POST", body });
    expect((await answer.json()).memberCount).toBe(40);

    const [health] = textsOf(service, "HEALTHCHECK");
    const check = here(health.slice(health.indexOf("CMD") + 3)).replace("PORT", port);
    const [checker, ...flags] = JSON.parse(check) as string[];
    expect(await run(checker, flags)).toMatchObject({ stderr: "" });
    process.kill(child.pid!, "SIGTERM");
    expect(await ended).toBe(0);
    expect(errors).toBe("stopping: finishing what was accepted\n");
    // Nobody is well any more.
    await expect(run(checker, flags)).rejects.toMatchObject({ code: 1 });
    expect(filesOf(app)).toBe(before);
  }, 180_000);
});
