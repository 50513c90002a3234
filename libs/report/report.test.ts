import fc from "fast-check";
import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { hostileText } from "./arbitraries.ts";
import { metricClaims, predictionReport, type RunMetrics, runReport } from "./mod.ts";
import { sampleRunData } from "./sample_data.ts";
import { assertWellFormed, count, samplePrediction } from "./testing.ts";

const pages = { run: runReport(sampleRunData()), prediction: predictionReport(samplePrediction()) };

describe.each(Object.entries(pages))("%s report", (_, html) => {
  it("needs no network and no scripts", () => {
    expect(/@import|url\(|\son\w+="/i.test(html)).toBe(false);
    const { document } = parseHTML(html);
    expect(document.querySelectorAll("script,link,iframe,object,embed,img").length).toBe(0);
    for (const node of document.querySelectorAll("[src],[href]")) {
      const target = node.getAttribute("src") ?? node.getAttribute("href") ?? "";
      expect(target.startsWith("data:") || target.startsWith("#")).toBe(true);
    }
    // Namespaces are names, not addresses that are fetched.
    expect(/https?:\/\//.test(html.replaceAll("http://www.w3.org/2000/svg", ""))).toBe(false);
  });

  it("offers each figure as an SVG file and its data as a CSV file", () => {
    const { document } = parseHTML(html);
    const figures = [...document.querySelectorAll("figure")];
    expect(figures.length).toBeGreaterThanOrEqual(3);
    for (const figure of figures) {
      const links = [...figure.querySelectorAll("a[download]")];
      expect(links.map((link) => link.getAttribute("download"))).toEqual([
        `${figure.id}.svg`,
        `${figure.id}.csv`,
      ]);
      const [svg, csv] = links.map((link) =>
        decodeURIComponent(link.getAttribute("href")!.replace(/^data:[^,]*,/, ""))
      );
      assertWellFormed(svg);
      expect(csv.split("\n").length).toBeGreaterThan(2);
    }
  });

  it("knows light, dark and print", () => {
    expect(html.includes("prefers-color-scheme:dark")).toBe(true);
    expect(html.includes("@media print")).toBe(true);
  });

  it("uses no colour variable that its style sheet lacks", () => {
    const used = new Set([...html.matchAll(/var\(--([a-z0-9-]+)\)/g)].map((match) => match[1]));
    const style = html.match(/<style>([\s\S]*?)<\/style>/)![1];
    expect([...used].filter((name) => !style.includes(`--${name}:`))).toEqual([]);
  });
});

describe("run report", () => {
  it("shows a verdict for each bounded metric, and a missed bound as a warning", () => {
    const { metrics } = sampleRunData();
    expect(count(pages.run, /class="good"/g)).toBe(
      metricClaims(metrics).length, // one of them is missed, one good one comes from `claims`
    );
    expect(count(pages.run, /class="bad"/g)).toBe(1);
    expect(count(pages.run, /&quot;relative L2 error of f, gauge-free&quot; misses its bound\./g))
      .toBe(1);
  });

  it("says slower where prediction took longer than simulation", () => {
    const data = sampleRunData();
    const times = { predictionSeconds: 3, kmcSeconds: 2.79, note: "" };
    expect(pages.run).toMatch(/<b>12 ×<\/b><span>faster than direct simulation/);
    expect(runReport({ ...data, wallClock: times }))
      .toMatch(/<b>1\.1 ×<\/b><span>slower than direct simulation/);
  });

  it("counts NaN as a missed bound rather than hiding it", () => {
    const data = sampleRunData();
    const metrics: RunMetrics = { ...data.metrics, k1: NaN };
    expect(runReport({ ...data, metrics }).includes("error of K₁&quot; misses"))
      .toBe(true);
  });

  it("gives no verdict by a reference whose error is above a third of the bound or of the band", () => {
    const { metrics } = sampleRunData();
    const names = (m: RunMetrics) => metricClaims(m).map(({ name }) => name);
    expect(names(metrics)).toEqual(expect.arrayContaining([
      "relative L2 error of K₁",
      "densities at which the reference leaves the band of m",
      "densities at which the reference leaves the band of f″",
    ]));
    // The sample's D is not known well enough.
    expect(names(metrics).filter((name) => name.includes("band of D"))).toEqual([]);
    expect(pages.run).toContain("band of D and reference, in standard errors");
    const reference = metrics.reference!;
    const worse = { ...reference.error!, k1: 0.0034 };
    expect(names({ ...metrics, reference: { ...reference, error: worse } }))
      .not.toContain("relative L2 error of K₁");
    const unknown = { ...reference, error: null, agreement: null };
    expect(names({ ...metrics, reference: unknown }).filter((n) => /K₁|f, | band of/.test(n)))
      .toEqual([]);
  });

  it("says of what state the reference is, and how far the limit's formula is from it", () => {
    expect(pages.run).toContain("against equilibrium (expansion)");
    expect(pages.run).toContain(
      "The reference is equilibrium (expansion): expansion in the inverse range",
    );
    expect(pages.run).toMatch(/the formula is off by 1\.7\s% from the reference itself/);
  });

  it("shows what was not measured as a dash, without a verdict", () => {
    const data = sampleRunData();
    const metrics = Object.fromEntries(Object.keys(data.metrics).map((key) => [key, null]));
    const html = runReport({ ...data, metrics: metrics as unknown as RunMetrics, claims: [] });
    expect(count(html, /class="(good|bad)"/g)).toBe(0);
  });

  it("puts a baseline's errors beside the model's, with their ratio", () => {
    const data = sampleRunData();
    const k1 = data.metrics.k1!;
    const html = runReport({ ...data, baseline: { label: "plain <networks>", k1: 4 * k1 } });
    expect(html).toContain("plain &lt;networks&gt;");
    expect(count(html, />0\.25</g)).toBeGreaterThan(0);
    expect(runReport(data)).not.toContain("without diffusion");
  });

  it("does without references, points, particles, training and stages", () => {
    const data = sampleRunData();
    const bare = (fn: typeof data.k1) => ({
      density: fn.density,
      learned: fn.learned,
      references: [],
    });
    const html = runReport({
      ...data,
      mobility: bare(data.mobility),
      diffusivity: bare(data.diffusivity),
      curvature: bare(data.curvature),
      k1: bare(data.k1),
      drivingForce: bare(data.drivingForce),
      freeEnergyDensity: bare(data.freeEnergyDensity),
      prediction: { ...data.prediction, kmc: undefined },
      course: undefined,
      windows: undefined,
      trainedProfiles: [],
      training: [],
      stages: [],
      wallClock: undefined,
      claims: undefined,
    });
    // Six functions, three of them with a band thinner than a line; profiles, their bands, F, mass.
    expect(count(html, /<figure /g)).toBe(13);
    expect(html).not.toContain("Thin line");
    expect(pages.run).toContain("Thin line");
  });

  it("escapes hostile texts wherever they enter", () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const data = sampleRunData();
        const html = runReport({
          ...data,
          title: text,
          command: text,
          seed: text,
          versions: { [text]: text },
          system: { ...data.system, particles: text },
          config: { [text]: text },
          warnings: [text],
          stages: [{ stage: text, seconds: 1 }],
          trainedProfiles: [{ name: text, x: [0, 0.5], density: [0.4, 0.6] }],
          training: [{ name: text, steps: [1, 2], loss: [1, 2] }],
          claims: [{ name: text, value: 1, max: 2 }],
          wallClock: { predictionSeconds: 1, kmcSeconds: 2, note: text },
        });
        const { document } = parseHTML(html);
        expect(document.querySelectorAll("script,img,[onload],[onerror]").length).toBe(0);
        expect(document.querySelectorAll("figure").length).toBe(21);
        expect(document.querySelector("main")!.querySelectorAll("h1").length).toBe(1);
      }),
      { numRuns: 4 },
    );
  }, 120_000);
});

describe("prediction report", () => {
  it("says each warning once and shows the densities visited beside those trained on", () => {
    expect(count(pages.prediction, /class="warnings"/g)).toBe(0);
    const html = predictionReport({
      ...samplePrediction(),
      warnings: ["it extrapolates"],
      coverage: { trained: [0.2, 0.8], visited: [0.1, 0.75] },
    });
    expect(html).toContain("<strong>1 warning</strong><ul><li>it extrapolates</li></ul>");
    expect(html).toMatch(/<b>0\.1 to 0\.75<\/b><span>densities visited; trained on 0\.2 to 0\.8</);
  });
});

describe("the parts of a band", () => {
  it.each(Object.entries(pages))("stand in a table of the %s report", (_, html) => {
    const { document } = parseHTML(html);
    const tables = [...document.querySelectorAll("table")];
    const own = tables.find((table) => /the data leave open/.test(table.textContent!))!;
    const cells = [...own.querySelectorAll("tbody tr")].map((row) =>
      [...row.querySelectorAll("td")].map((cell) => cell.textContent)
    );
    expect(cells).toHaveLength(5);
    expect(cells[1][2]).toBe("not measured");
    expect(cells[4][1]).toBe("8.0\u00a0×\u00a010⁻⁵");
  });
  it("are left out where none are known", () => {
    const { parts: _, ...prediction } = samplePrediction().prediction;
    expect(predictionReport({ ...samplePrediction(), prediction })).not.toMatch(/sum of parts/);
  });
});
