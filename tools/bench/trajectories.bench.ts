import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { randomStream } from "@spiediff/random";
import type { BenchLine } from "./types.ts";

const PARTICLES = 20_000;
const READER = fileURLToPath(new URL("./trajectories/read_dump.ts", import.meta.url));

interface Reading {
  readonly seconds: number;
  readonly processorSeconds: number;
  readonly peakMegabytes: number;
}

/**
 * A LAMMPS dump of `BENCH_DUMP_MB` megabytes (100 when absent) to fields, beside a plain reader of its lines; each in a
 * process of its own.
 */
export default async function trajectories(): Promise<BenchLine[]> {
  const folder = mkdtempSync(join(tmpdir(), "bench-dump-"));
  try {
    const path = join(folder, "a.lammpstrj");
    const megabytes = writeDump(path, Number(Deno.env.get("BENCH_DUMP_MB") ?? 100));
    const fields = await reading("fields", path), lines = await reading("lines", path);
    const name = `trajectories, LAMMPS dump of ${megabytes.toFixed(0)} MB`;
    return [
      { name: `${name}, fields, s`, value: fields.seconds },
      {
        name: `${name}, fields, MB/s of processor time`,
        value: megabytes / fields.processorSeconds,
      },
      {
        name: `${name}, node's lines, MB/s of processor time`,
        value: megabytes / lines.processorSeconds,
      },
      { name: `${name}, fields, peak memory, MB`, value: fields.peakMegabytes, max: 300 },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function reading(what: "fields" | "lines", path: string): Promise<Reading> {
  const { stdout, code } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", READER, what, path],
    stderr: "inherit",
  }).output();
  if (code !== 0) throw new Error(`Reading ${what} ended with code ${code}.`);
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** Frames of `dump custom id mol type x y z`, unsorted. @returns Megabytes. */
function writeDump(path: string, megabytes: number): number {
  const stream = randomStream(1, "dump");
  const file = openSync(path, "w");
  let written = 0;
  for (let step = 0; written < 1e6 * megabytes; step += 40) {
    const rows = [
      `ITEM: TIMESTEP\n${step}\nITEM: NUMBER OF ATOMS\n${PARTICLES}\nITEM: BOX BOUNDS pp pp pp`,
      "0 100\n0 100\n0 300\nITEM: ATOMS id mol type x y z",
    ];
    for (let i = 0; i < PARTICLES; i++) {
      // An odd stride visits every id once.
      const id = (i * 7919) % PARTICLES + 1;
      const [x, y] = [100 * stream.uniform(), 100 * stream.uniform()];
      rows.push(
        `${id} ${id % 100 + 1} 1 ${x.toPrecision(6)} ${y.toPrecision(6)} ${3 * (id % 100)}`,
      );
    }
    written += writeSync(file, rows.join("\n") + "\n");
  }
  closeSync(file);
  return written / 1e6;
}
