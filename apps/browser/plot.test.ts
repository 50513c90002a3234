/** What is drawn on the canvas, by its numbers; strokes at the ends of the profile. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Call, canvasOf, HEIGHT, LEFT, TOP, WIDTH } from "./_canvas.ts";
import { densityPlot } from "./plot.ts";
import { modelText } from "./view.ts";
import { DRAWABLE, profileEditor } from "./profile_editor.ts";

beforeEach(() => {
  vi.stubGlobal("getComputedStyle", ({ style }: HTMLElement) => ({ color: style.color }));
});
afterEach(() => vi.unstubAllGlobals());

const at = (x: number, density: number) => [LEFT + x * WIDTH, TOP + (1 - density) * HEIGHT];
/** Moves and lines, rounded. */
const pathsOf = (calls: Call[]) =>
  calls.filter(([name]) => name === "moveTo" || name === "lineTo")
    .map((
      [name, x, y],
    ) => [name, Math.round(1e6 * (x as number)) / 1e6, Math.round(1e6 * (y as number)) / 1e6]);
const rounded = (
  name: string,
  [x, y]: number[],
) => [name, Math.round(1e6 * x) / 1e6, Math.round(1e6 * y) / 1e6];

describe("the plot", () => {
  const start = Float64Array.of(0.2, 0.4, 0.6, 0.8);

  it("draws a profile from x = 0 to x = 1, where it is what it was at 0", () => {
    const { calls, canvas } = canvasOf();
    densityPlot(canvas).draw(start);
    const expected = [0, 1, 2, 3, 4].map((k) =>
      rounded(k === 0 ? "moveTo" : "lineTo", at(k / 4, start[k % 4]))
    );
    expect(pathsOf(calls)).toEqual(expected);
    expect(calls[0]).toEqual(["clearRect", 0, 0, 1000, 500]);
    expect(calls).toContainEqual(["lineWidth=", expect.closeTo(0.2 * 22, 12)]);
    expect(calls).toContainEqual(["strokeStyle=", "var(--start)"]);
    expect(calls.filter(([name]) => name === "fill")).toEqual([]);
  });

  it("draws a band forth along its upper and back along its lower end, and the mean on it", () => {
    const { calls, canvas } = canvasOf();
    const upper = Float64Array.of(0.9, 0.8), lower = Float64Array.of(0.1, 0.2);
    const mean = Float64Array.of(0.5, 0.5);
    const wholeCurve = { lower, upper };
    densityPlot(canvas).draw(start, { level: 0.95, mean, lower, upper, wholeCurve } as never);
    const band = pathsOf(calls).slice(5);
    expect(band).toEqual([
      rounded("moveTo", at(0, 0.9)),
      rounded("lineTo", at(0.5, 0.8)),
      rounded("lineTo", at(1, 0.9)),
      rounded("lineTo", at(1, 0.1)),
      rounded("lineTo", at(0.5, 0.2)),
      rounded("lineTo", at(0, 0.1)),
      rounded("moveTo", at(0, 0.5)),
      rounded("lineTo", at(0.5, 0.5)),
      rounded("lineTo", at(1, 0.5)),
    ]);
    const names = calls.map(([name, value]) => name.endsWith("=") ? `${name}${value}` : name);
    const fill = names.indexOf("fill");
    expect(names.slice(fill - 2, fill + 2))
      .toEqual(["fillStyle=var(--mean)", "globalAlpha=0.3", "fill", "globalAlpha=1"]);
    // The start is thinner beside it.
    expect(names).toContain("lineWidth=1.76");
  });

  it("has axes with ticks at their values, and says what they are", () => {
    const { calls, canvas } = canvasOf();
    densityPlot(canvas).draw(start);
    const texts = calls.filter(([name]) => name === "fillText")
      .map(([, text, x, y]) => [text, Math.round(x as number), Math.round(y as number)]);
    const tick = (
      d: number,
    ) => [String(d), Math.round(LEFT - 11), Math.round(at(0, d)[1] + 22 / 3)];
    expect(texts).toEqual([
      ...[0, 0.25, 0.5, 0.75, 1].map(tick),
      ...[0, 0.5, 1].map((x) => [String(x), Math.round(at(x, 0)[0]), Math.round(500 - 2.2 * 22)]),
      ["position x (domain lengths)", Math.round(at(0.5, 0)[0]), Math.round(500 - 0.7 * 22)],
      ["density (particles per site)", 0, 0],
    ]);
    const grid = calls.filter(([name]) => name === "strokeRect");
    expect(grid.map(([, x, , width, height]) => [x, width, height]))
      .toEqual(new Array(5).fill([expect.closeTo(LEFT, 9), expect.closeTo(WIDTH, 9), 0]));
    expect(calls).toContainEqual(["rotate", -Math.PI / 2]);
    expect(calls).toContainEqual([
      "translate",
      expect.closeTo(24.2, 9),
      expect.closeTo(at(0, 0.5)[1], 9),
    ]);
    expect(calls).toContainEqual(["font=", "22px system-ui, sans-serif"]);
  });

  it("draws the band as many times as wide as is asked for, and says so", () => {
    const { calls, canvas } = canvasOf();
    const mean = Float64Array.of(0.5, 0.4);
    const lower = Float64Array.of(0.49, 0.4), upper = Float64Array.of(0.51, 0.42);
    densityPlot(canvas).draw(start, { level: 0.95, mean, lower, upper }, 10);
    const edges = [[0, 0.6], [0.5, 0.6], [1, 0.6], [1, 0.4], [0.5, 0.4], [0, 0.4]];
    expect(pathsOf(calls).slice(5, 11))
      .toEqual(edges.map(([x, y], k) => rounded(k === 0 ? "moveTo" : "lineTo", at(x, y))));
    expect(calls).toContainEqual(["fillText", "band drawn × 10", ...[
      expect.any(Number),
      TOP + 22,
    ]]);
  });

  it("says nothing of a band as wide as it is", () => {
    const mean = Float64Array.of(0.5, 0.4);
    const { calls, canvas } = canvasOf();
    densityPlot(canvas).draw(start, { level: 0.95, mean, lower: mean, upper: mean }, 1);
    expect(calls.filter(([, text]) => /band/.test(String(text)))).toEqual([]);
  });

  it("takes the shape that the page gives it", () => {
    const { canvas } = canvasOf(200);
    densityPlot(canvas).draw(start);
    expect(canvas.height).toBe(1250);
  });

  it("finds position and density under a pointer: the inverse of where they are drawn", () => {
    const { canvas } = canvasOf();
    const { locate } = densityPlot(canvas);
    for (const [x, density] of [[0, 0], [0.25, 0.9], [1, 1], [-0.1, 1.2]]) {
      const [px, py] = at(x, density);
      // The canvas stands at (10, 20), at half its size.
      const found = locate({ clientX: 10 + px / 2, clientY: 20 + py / 2 } as PointerEvent);
      expect(found.x).toBeCloseTo(x, 10);
      expect(found.density).toBeCloseTo(density, 10);
    }
  });

  it("has letters of 20 pixels at least, also where it is not shown yet", () => {
    for (const width of [0, 1000, 2000]) {
      const { calls, canvas } = canvasOf(width);
      densityPlot(canvas).draw(start);
      expect(calls).toContainEqual(["font=", "20px system-ui, sans-serif"]);
    }
  });
});

describe("strokes", () => {
  it("go on where the last ended, and may begin without a press", () => {
    const editor = profileEditor(4, () => 0.5);
    editor.move(0.25, 0.3);
    expect([...editor.density]).toEqual([0.5, 0.3, 0.5, 0.5]);
    editor.move(0.75, 0.7);
    [0.5, 0.3, 0.5, 0.7].forEach((v, i) => expect(editor.density[i]).toBeCloseTo(v, 12));
    editor.move(1, 0.9);
    expect(editor.density[0]).toBeCloseTo(0.9, 12);
    editor.press(0.5, 0.1);
    expect(editor.density[2]).toBe(0.1);
  });
  it("keep to what can be drawn, around the ring too", () => {
    const [low, high] = DRAWABLE;
    const editor = profileEditor(5, (x) => 3 * x - 1);
    expect([...editor.density]).toEqual([
      low,
      low,
      expect.closeTo(0.2, 12),
      expect.closeTo(0.8, 12),
      high,
    ]);
    editor.press(-0.2, 0.4);
    editor.press(1.2, 9);
    expect([editor.density[4], editor.density[1]]).toEqual([0.4, high]);
  });
});

describe("what is said of a model", () => {
  it("names the interaction where one is known, and none for somebody else's particles", () => {
    const textOf = (system: object) =>
      modelText({ manifest: { system, coverage: { density: [0.1, 0.9] } } } as never);
    const place = { sites: 100, elements: 10 };
    expect(textOf({ particles: "arrhenius-exclusion", halfWidth: 1, betaJ0: 2, ...place })).toBe(
      "arrhenius-exclusion, L = 1, βJ₀ = 2, 100 sites, 10 elements; trained on densities 0.10 to 0.90",
    );
    expect(textOf({ particles: "foreign", ...place }))
      .toBe("another code’s particles, 100 sites, 10 elements; trained on densities 0.10 to 0.90");
  });
});
