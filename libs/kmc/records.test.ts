import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { projectOccupation } from "@spiediff/coarse-graining";
import { energy } from "./enumeration.ts";
import {
  fieldsFromRecords,
  latticeProfile,
  openNpy,
  readNpy,
  simulateSnapshots,
  simulateTrajectories,
} from "./mod.ts";

const folder = mkdtempSync(join(tmpdir(), "kmc-records-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("NPY files", () => {
  it("hold rows written in any order, and open in NumPy where it is present", () => {
    const path = join(folder, "a.npy");
    const npy = openNpy(path, [5, 2]);
    npy.write(3, Float64Array.of(3, 3.5, 4, 4.5));
    npy.close();
    const more = openNpy(path, [5, 2]);
    more.write(0, Float64Array.of(0, 0.5, 1, 1.5, 2, 2.5));
    more.close();
    expect(readNpy(path)).toEqual({
      shape: [5, 2],
      data: Float64Array.of(0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5),
    });
    const code = `import numpy as np; a = np.load(${JSON.stringify(path)}, mmap_mode="r"); ` +
      `print(a.shape, a.dtype, a.sum())`;
    const python = spawnSync("python3", ["-c", code], { encoding: "utf8" });
    if (python.status === 0) expect(python.stdout.trim()).toBe("(5, 2) float64 22.5");
  });

  /** A file as NumPy writes it. */
  const foreign = (name: string, header: string, data: Uint8Array) => {
    const text = header.padEnd(117) + "\n";
    const path = join(folder, name);
    const head = [0x93, ...new TextEncoder().encode("NUMPY"), 1, 0, text.length, 0];
    writeFileSync(path, Uint8Array.from([...head, ...new TextEncoder().encode(text), ...data]));
    return path;
  };

  it("of other codes are read: fields, or occupations to be projected", () => {
    const eta = Uint8Array.from({ length: 2 * 3 * 12 }, (_, i) => (i * 7) % 3 === 0 ? 1 : 0);
    const header = "{'descr': '|b1', 'fortran_order': False, 'shape': (2, 3, 12), }";
    const occupations = fieldsFromRecords(readNpy(foreign("b.npy", header, eta)), 4);
    expect(occupations.length).toBe(3);
    expect(occupations[2][1]).toEqual(projectOccupation(eta.subarray(60, 72), 4));
    const z = Float32Array.from({ length: 24 }, (_, i) => i / 8);
    const fields = fieldsFromRecords(
      readNpy(
        foreign(
          "z.npy",
          "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3, 4), }",
          new Uint8Array(z.buffer),
        ),
      ),
      4,
    );
    expect([...fields[1][1]]).toEqual([2, 2.125, 2.25, 2.375]);
    expect(() => fieldsFromRecords(readNpy(join(folder, "z.npy")), 3)).toThrow(/elements = 3.*4/);
    expect(() => fieldsFromRecords(readNpy(join(folder, "b.npy")), 5)).toThrow(/multiple.*5/);
    expect(() => fieldsFromRecords({ shape: [1, 1, 3], data: Uint8Array.of(0, 1, 2) }, 3))
      .toThrow(/realization 0, time 0 holds 2/);
    expect(() => fieldsFromRecords({ shape: [3], data: z }, 3)).toThrow(/three axes.*1/);
  });

  it("are refused by what is wrong with them", () => {
    const nothing = new Uint8Array(0);
    const shape = "'fortran_order': False, 'shape': (2, 3), }";
    expect(() => readNpy(foreign("t.npy", `{'descr': '<c16', ${shape}`, nothing))).toThrow(/<c16/);
    expect(() => readNpy(foreign("u.npy", `{'descr': '<f8', ${shape}`, nothing)))
      .toThrow(/ends early: 0 bytes/);
    const fortran = "{'descr': '<f8', 'fortran_order': True, 'shape': (1,), }";
    expect(() => readNpy(foreign("v.npy", fortran, nothing))).toThrow(/Fortran/);
    writeFileSync(join(folder, "w.npy"), "no array at all");
    expect(() => readNpy(join(folder, "w.npy"))).toThrow(/w\.npy is not an NPY file/);
  });
});

describe("snapshots", () => {
  const profile = latticeProfile("cosine", 120, (x) => 0.5 + 0.3 * Math.cos(2 * Math.PI * x));
  const common = { profile, initialState: "bernoulli" as const, seed: 5, times: [0, 1e-3, 2e-3] };

  it.each([undefined, { name: "gaussian" } as const])(
    "are those of the ensemble's realization, with their energy and hops: kernel %o",
    async (kernel) => {
      const system = { sites: 120, halfWidth: 6, betaJ0: 1.5, kernel };
      const snapshots = simulateSnapshots({ ...common, system, realization: 1 });
      const fields: Float64Array[] = [];
      await simulateTrajectories({
        ...common,
        system,
        elements: 10,
        realizations: 2,
        engine: "scalar",
        onRealization: (_, z) => fields.push(z),
      });
      snapshots.forEach(({ occupation, energy: found }, i) => {
        const z = projectOccupation(occupation, 10);
        expect(z).toEqual(fields[1].slice(10 * i, 10 * i + 10));
        expect(found).toBeCloseTo(energy(occupation, system), kernel === undefined ? 9 : 3);
      });
      expect(snapshots[0].hops).toBe(0);
      expect(snapshots[2].hops).toBeGreaterThan(snapshots[1].hops);
      expect(Math.abs(snapshots[2].netHops)).toBeLessThanOrEqual(snapshots[2].hops);
    },
  );
});
