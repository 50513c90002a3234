/** The commands of docs/lammps.md for HOOMD, on GSD files with the particles of an ideal gas, D0 = kT = 1. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { randomStream } from "@spiediff/random";
import { afterAll, expect, it } from "vitest";
import { spiediff } from "./testing.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "hoomd-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The fixture that HOOMD's library has written: 60 particles, frames 0, 40 and 200, a box of 24 x 6. */
const template = readFileSync(`${ROOT}test-data/trajectories/hoomd.11.gsd`);
const SEEDS = 160, LENGTH = 24, TIMESTEP = 5e-4;

/** Where the positions of each frame stand, by the file's own index. */
function positionChunks(bytes: Buffer): { frame: number; at: number; count: number }[] {
  const names = bytes.subarray(Number(bytes.readBigUInt64LE(24))).toString("latin1").split("\0");
  const chunks = [];
  for (let at = Number(bytes.readBigUInt64LE(8)); bytes.readBigInt64LE(at + 16) !== 0n; at += 32) {
    if (names[bytes.readUInt16LE(at + 28)] !== "particles/position") continue;
    chunks.push({
      frame: Number(bytes.readBigUInt64LE(at)),
      at: Number(bytes.readBigInt64LE(at + 16)),
      count: Number(bytes.readBigUInt64LE(at + 8)),
    });
  }
  return chunks;
}

/** The fixture with a gas that starts at rest under 0.8 cos(2 pi x / L), which then goes off. */
function gas(seed: number): Buffer {
  const { normal, uniform } = randomStream(seed, "hoomd");
  const bytes = Buffer.from(template), steps = [0, 40, 200];
  const place = () => {
    for (;;) {
      const x = uniform();
      if (uniform() < Math.exp(-0.8 * (Math.cos(2 * Math.PI * x) + 1))) return LENGTH * (x - 0.5);
    }
  };
  let x: number[] = [];
  for (const { frame, at, count } of positionChunks(bytes)) {
    const spread = frame === 0 ? 0 : Math.sqrt(2 * TIMESTEP * (steps[frame] - steps[frame - 1]));
    x = frame === 0 ? Array.from({ length: count }, place) : x.map((v) => v + spread * normal());
    x.forEach((v, i) => bytes.writeFloatLE(v - LENGTH * Math.floor(v / LENGTH + 0.5), at + 12 * i));
  }
  return bytes;
}

it("go from GSD files to predictions in their units", async () => {
  const own = join(folder, "hoomd");
  mkdirSync(own);
  for (let seed = 1; seed <= SEEDS; seed++) writeFileSync(join(own, `run.${seed}.gsd`), gas(seed));
  const page = readFileSync(`${ROOT}docs/lammps.md`, "utf8");
  const [, section] = page.split("## From a HOOMD run to a law\n");
  const [, block] = /```sh\n([^]*?)```/.exec(section)!;
  const commands = block.trim().split("\n").map((line) => line.replaceAll("runs/", `${folder}/`));
  expect(commands[0]).toBe(`cp test-data/hoomd/discs.json ${own}`);
  cpSync(`${ROOT}test-data/hoomd/discs.json`, join(own, "discs.json"));
  // A training of seconds; the page's is the default.
  const path = join(own, "discs.json"), description = JSON.parse(readFileSync(path, "utf8"));
  const training = { hidden: [8, 8], batch: 64, steps: { k1: 500, freeEnergy: 500 } };
  writeFileSync(path, JSON.stringify({ ...description, training }));
  const outputs: string[] = [];
  for (const command of commands.slice(1)) {
    const [program, ...args] = command.match(/"[^"]*"|\S+/g)!.map((word) =>
      word.replaceAll('"', "")
    );
    expect([program, ...args.splice(0, 2)]).toEqual(["deno", "task", "spiediff"]);
    const { code, stdout, stderr } = await spiediff(...args);
    expect(code, `${command}: ${stderr}`).toBe(0);
    outputs.push(stdout);
  }
  expect(outputs).toHaveLength(5);
  expect(outputs[0]).toMatch(/gsd, realizations by file/);
  expect(outputs[0]).toMatch(/from the shortest window: units agree/);
  expect(outputs[0]).toMatch(/D\/D0 = .*\(potential\)/);
  expect(outputs[4]).toMatch(/time in file times, densities in particles per file area/);
});
