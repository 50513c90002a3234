import { basename, dirname, normalize } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { defaultRunFolder } from "./run_name.ts";

const folder = (name: string) => defaultRunFolder({ name, seed: 3 });

it("a run folder has the experiment's name where that is a plain one", () => {
  for (const name of ["lrm", "short-weak", "a_b.c-2", "Überschuß"]) {
    expect(folder(name)).toBe(`runs/${name}-seed-3`);
  }
});

it("no name leads out of runs/, to a hidden folder or to a device", () => {
  expect(folder("../../evil <script>alert(1)</script>")).toBe(
    "runs/evil-script-alert-1-script-seed-3",
  );
  expect(folder("/etc/passwd")).toBe("runs/etc-passwd-seed-3");
  expect(folder("C:\\temp")).toBe("runs/C-temp-seed-3");
  expect(folder(".git")).toBe("runs/git-seed-3");
  expect(folder("nul.txt")).toBe("runs/run-nul.txt-seed-3");
  for (const name of ["..", ".", "/", " ", "\0"]) expect(folder(name)).toBe("runs/run-seed-3");
  const odd = fc.string({
    unit: fc.constantFrom("..", "/", "\\", ".", "-", " ", "\0", "\n", "a", "é", "漢", "𝔸", "%2e"),
    maxLength: 200,
  });
  fc.assert(fc.property(fc.oneof(odd, fc.string()), (name) => {
    const path = folder(name);
    expect(dirname(path)).toBe("runs");
    expect(normalize(path)).toBe(path);
    expect(basename(path)).toMatch(/^[\p{L}\p{N}_][\p{L}\p{N}._-]*$/u);
    expect(new TextEncoder().encode(basename(path)).length).toBeLessThanOrEqual(180);
  }));
});
