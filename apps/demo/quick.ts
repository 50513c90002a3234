/**
 * Runs the quick demo and checks its outputs for physics, from the files that it wrote alone: what
 * CI does with the main job. Exit code 0 only if every check holds.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { preset } from "@spiediff/experiment";
import { readModel } from "@spiediff/model-artifact";
import { runApplication } from "@spiediff/command-line";
import { readCsv } from "@spiediff/report";
import { demoApplication } from "./command.ts";

const folder = mkdtempSync(join(tmpdir(), "spiediff-quick-"));
let failed = 0;
function check(what: string, holds: boolean, shown: number | string): void {
  if (!holds) failed++;
  console.log(`${holds ? "holds " : "FAILED"}  ${what}: ${shown}`);
}

/** Columns of a CSV file by name. */
const table = (name: string) => readCsv(readFileSync(join(folder, name), "utf8")).columns;

const relative = (a: number[], b: number[]) =>
  Math.sqrt(
    b.reduce((s, v, i) => s + (a[i] - v) ** 2, 0) / b.reduce((s, v) => s + v * v, 0),
  );

try {
  const start = performance.now();
  const code = await runApplication(demoApplication, ["--quick", "--out", folder], process);
  check("exit code", code === 0, code);
  check("seconds", (performance.now() - start) / 1000 < 300, (performance.now() - start) / 1000);
  if (code === 0) await checkPhysics();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed === 0 ? 0 : 1;

async function checkPhysics(): Promise<void> {
  const experiment = preset("quick");
  const M = experiment.elements;
  const { manifest } = await readModel(join(folder, "model"));
  const [low, high] = manifest.coverage.density;

  const k1 = table("k1.csv");
  const inside = k1.rho.map((_, i) => i).filter((i) => k1.rho[i] >= low && k1.rho[i] <= high);
  const pick = (values: number[]) => inside.map((i) => values[i]);
  const error = relative(pick(k1.mean), pick(k1.reference));
  // R = 1000 realizations leave about 1 % of noise in each entry.
  check("R_L2 of K1 against equilibrium", error < 0.02, error);
  const positive = Math.max(...k1.upper);
  check("K1 is not positive anywhere, band included", positive <= 0, positive);

  const f = table("free-energy.csv");
  const ferror = relative(pick(f.mean), pick(f.reference));
  check("R_L2 of f, gauge fitted", ferror < 0.02, ferror);
  const force = table("driving-force.csv");
  const widths = force.rho.map((_, i) => force.upper[i] - force.lower[i]);
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const growth = Math.min(widths[0], widths[widths.length - 1]) / mean(pick(widths));
  check("the band of f' grows outside of the data", growth > 3, growth);

  const prediction = table("prediction.csv"), kmc = table("kmc.csv");
  const times = experiment.prediction.times;
  const rows = (values: number[], k: number) => values.slice(k * M, (k + 1) * M);
  const mass = (values: number[]) => mean(values);
  const masses = times.map((_, k) => mass(rows(prediction.mean, k)));
  const drift = Math.max(...masses.map((m) => Math.abs(m / masses[0] - 1)));
  check("predicted mass is conserved", drift < 1e-12, drift);
  const span = (values: number[]) => Math.max(...values) - Math.min(...values);
  const spans = times.map((_, k) => span(rows(prediction.mean, k)));
  check(
    "the profile relaxes",
    spans.every((s, k) => k === 0 || s < spans[k - 1]) && spans.at(-1)! < 0.97 * spans[0],
    spans.at(-1)! / spans[0],
  );
  const z = prediction.mean.map((v, i) => (v - kmc.mean[i]) / kmc.standard_error[i]).slice(M);
  // Standard errors come from 8 realizations (t with 7 degrees of freedom, variance 7/5), nodes are
  // correlated: the bound of 2.2 is far beyond what chance does, and 5 % of a profile away.
  const rms = Math.sqrt(mean(z.map((v) => v * v)));
  check("prediction against direct simulation, rms of standard errors", rms < 2.2, rms);

  const metrics = JSON.parse(readFileSync(join(folder, "metrics.json"), "utf8")).metrics;
  const rise = metrics.relativeFreeEnergyRise;
  check("free energy never rises", rise <= 1e-12, rise);
  const { evaluations, violations } = metrics.positiveSemiDefinite;
  check("K is PSD at every stage", violations === 0 && evaluations > 1000, evaluations);
  const html = readFileSync(join(folder, "report.html"), "utf8");
  const pictures = html.split("<figure").length - 1;
  check("the report has its pictures and needs no network", pictures >= 8, pictures);
  check("no external reference", !/(src|href)="https?:/.test(html), "none");
}
