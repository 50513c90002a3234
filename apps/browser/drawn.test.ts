/** Pictures of a law, the page around them, and what goes in and out as files; without a browser. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Call, canvasOf, HEIGHT, LEFT, TOP, WIDTH } from "./_canvas.ts";
import { csvFile, download, picture } from "./downloads.ts";
import { drawLaw, SHOWN } from "./law_plot.ts";
import { droppedFiles, filesOf } from "./model_files.ts";
import { pageView, type Shown } from "./view.ts";

beforeEach(() => {
  vi.stubGlobal("getComputedStyle", ({ style }: HTMLElement) => ({ color: style.color }));
});
afterEach(() => vi.unstubAllGlobals());

const bandOf = (mean: number[], half: number) => ({
  level: 0.95,
  mean: Float64Array.from(mean),
  lower: Float64Array.from(mean, (value) => value - half),
  upper: Float64Array.from(mean, (value) => value + half),
});
const lawOf = (mean: number[], half: number) => {
  const band = bandOf(mean, half);
  return {
    ...{ density: Float64Array.of(0.2, 0.4, 0.6), level: 0.95 },
    ...{ mobility: band, diffusivity: band, drivingForce: band },
  } as never;
};
const rounded = (values: unknown[]) =>
  values.map((v) => typeof v === "number" ? Math.round(1e6 * v) / 1e6 : v);
const pointsOf = (calls: Call[]) =>
  calls.filter(([name]) => name === "moveTo" || name === "lineTo").map(([, ...at]) => rounded(at));

describe("a function of the law", () => {
  const drawn = (
    mean: number[],
    half: number,
    magnify = false,
    visited: readonly [number, number] = [0.3, 0.5],
  ) => {
    const { calls, canvas } = canvasOf();
    drawLaw(canvas, lawOf(mean, half), SHOWN[0], { magnify, visited });
    return calls;
  };
  /** Where a density and a value stand on axes from 0.2 to 0.6 and from `low` to `high`. */
  const place = (low: number, high: number) => (rho: number, value: number) =>
    rounded([
      LEFT + (rho - 0.2) / 0.4 * WIDTH,
      TOP + (high - value) / (high - low) * HEIGHT,
    ]);

  it("fills its axes: a twentieth of room below the band, and three above", () => {
    const calls = drawn([1, 2, 3], 0.1);
    const at = place(0.9 - 0.11, 3.1 + 0.33);
    const density = [0.2, 0.4, 0.6];
    expect(pointsOf(calls)).toEqual([
      ...density.map((rho, k) => at(rho, k + 1.1)),
      ...density.map((rho, k) => at(rho, k + 0.9)).reverse(),
      ...density.map((rho, k) => at(rho, k + 1)),
    ]);
    const texts = calls.filter(([name]) => name === "fillText").map(([, text]) => text);
    expect(texts).toEqual([
      "1",
      "2",
      "3",
      "0.2",
      "0.3",
      "0.4",
      "0.5",
      "0.6",
      "density",
      "mobility m",
    ]);
  });

  it("marks the densities of the profile, as far as they are on the axis", () => {
    const stripe = (visited: readonly [number, number]) => {
      const calls = drawn([1, 2, 3], 0.1, false, visited);
      const at = calls.findIndex(([name]) => name === "fillRect");
      expect(calls.slice(at - 2, at + 2).map(([name]) => name))
        .toEqual(["fillStyle=", "globalAlpha=", "fillRect", "globalAlpha="]);
      expect(calls[at - 1][1]).toBe(0.12);
      return rounded(calls[at].slice(1));
    };
    expect(stripe([0.3, 0.5])).toEqual(rounded([LEFT + WIDTH / 4, TOP, WIDTH / 2, HEIGHT]));
    expect(stripe([0.1, 0.9])).toEqual(rounded([LEFT, TOP, WIDTH, HEIGHT]));
  });

  it("has its band wider where that cannot be seen, by a factor that is said", () => {
    const corner = (mean: number[], half: number, magnify = true) =>
      drawn(mean, half, magnify).map(([name, text]) => name === "fillText" ? String(text) : "")
        .find((text) => text.startsWith("band"));
    // Half of the band should have 3 % of the range 2: 0.06 is six times as wide, hence five.
    expect(corner([1, 2, 3], 0.01)).toBe("band × 5");
    expect(corner([1, 2, 3], 0.01, false)).toBeUndefined();
    expect(corner([1, 2, 3], 0.1)).toBeUndefined();
    // A flat curve counts as a tenth of its size.
    expect(corner([-4, -4, -4], 0.001)).toBe("band × 10");
    const at = place(0.95 - 0.05 * 2.1, 3.05 + 3 * 0.05 * 2.1);
    expect(pointsOf(drawn([1, 2, 3], 0.01, true))[0]).toEqual(at(0.2, 1.05));
  });
});

describe("one picture of all charts", () => {
  const made = async (toBlob: (give: (blob: Blob | null) => void) => void) => {
    const { calls, canvas } = canvasOf();
    const sheet = Object.assign(canvas, { toBlob });
    vi.stubGlobal("document", { createElement: () => sheet });
    const chart = (width: number, height: number) => ({ width, height }) as HTMLCanvasElement;
    const charts = [chart(1000, 500), chart(400, 200), chart(400, 400)];
    const text = { title: "T", lines: ["a", "b"], ink: "black", paper: "white" };
    return { blob: await picture(charts, text), calls, sheet, charts };
  };

  it("has its words above, the first chart over the whole width, the others in a row below", async () => {
    const png = new Blob(["png"]);
    const { blob, calls, sheet, charts } = await made((give) => give(png));
    expect(blob).toBe(png);
    // 24 at each edge, lines of 34: 2 * 24 + 3 * 34; then 576 for a chart of 1152, and 576 for the taller below.
    const head = 150, below = head + 576 + 24;
    expect([sheet.width, sheet.height]).toEqual([1200, below + 576 + 24]);
    expect(calls.filter(([name]) => name === "drawImage")).toEqual([
      ["drawImage", charts[0], 24, head, 1152, 576],
      ["drawImage", charts[1], 24, below, 576, 288],
      ["drawImage", charts[2], 600, below, 576, 576],
    ]);
    expect(calls.filter(([name]) => name === "fillText")).toEqual([
      ["fillText", "T", 24, 24 + 34 * 0.8, 1152],
      ["fillText", "a", 24, 24 + 34 * 1.8, 1152],
      ["fillText", "b", 24, 24 + 34 * 2.8, 1152],
    ]);
    expect(calls.filter(([name]) => name === "font=").map(([, font]) => font))
      .toEqual(["28px", "20px", "20px"].map((size) => `${size} system-ui, sans-serif`));
    expect(calls.slice(0, 3)).toEqual([
      ["fillStyle=", "white"],
      ["fillRect", 0, 0, 1200, sheet.height],
      ["fillStyle=", "black"],
    ]);
  });

  it("is refused where the browser makes none", async () => {
    await expect(made((give) => give(null))).rejects.toThrow("The browser made no picture.");
  });
});

it("a file is handed over by a click, and forgotten later", () => {
  vi.useFakeTimers();
  try {
    const link = { href: "", download: "", click: vi.fn() };
    vi.stubGlobal("document", { createElement: () => link });
    const urls = { createObjectURL: vi.fn(() => "blob:1"), revokeObjectURL: vi.fn() };
    vi.stubGlobal("URL", urls);
    const data = csvFile("a,b\n");
    expect([data.type, data.size]).toEqual(["text/csv", 4]);
    download("a.csv", data);
    expect(urls.createObjectURL).toHaveBeenCalledWith(data);
    expect([link.href, link.download, link.click.mock.calls.length]).toEqual([
      "blob:1",
      "a.csv",
      1,
    ]);
    vi.advanceTimersByTime(9_999);
    expect(urls.revokeObjectURL).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(urls.revokeObjectURL).toHaveBeenCalledWith("blob:1");
  } finally {
    vi.useRealTimers();
  }
});

describe("files that are given", () => {
  it("by an input have their paths below the folder, or their names", () => {
    const list = [{ webkitRelativePath: "run/a", name: "a" }, {
      webkitRelativePath: "",
      name: "b",
    }];
    expect(filesOf(list as never).map(({ path }) => path)).toEqual(["run/a", "b"]);
  });

  it("by a drop are all below it, however many at a time the browser tells", async () => {
    const fileEntry = (fullPath: string) => ({
      ...{ isFile: true, fullPath },
      file: (give: (file: unknown) => void) => give(fullPath.toUpperCase()),
    });
    const folderEntry = (...batches: unknown[][]) => ({
      isFile: false,
      createReader: () => {
        const left = [...batches, []];
        return { readEntries: (give: (batch: unknown) => void) => give(left.shift()) };
      },
    });
    const inner = folderEntry([fileEntry("/m/in/c")]);
    const folder = folderEntry([fileEntry("/m/a"), inner], [fileEntry("/m/b")]);
    const items = [folder, null, fileEntry("/d")].map((entry) => ({
      webkitGetAsEntry: () => entry,
    }));
    expect(await droppedFiles({ items } as never)).toEqual([
      { path: "m/a", file: "/M/A" },
      { path: "m/in/c", file: "/M/IN/C" },
      { path: "m/b", file: "/M/B" },
      { path: "d", file: "/D" },
    ]);
  });
});

describe("the page", () => {
  const system = { particles: "foreign", sites: 100, elements: 10 };
  const model = { manifest: { system, coverage: { density: [0.1, 0.9] } } };
  function page(shown: Partial<Shown>, magnify = false) {
    const charts = [0, 1, 2, 3].map(() => canvasOf());
    const names = ["plot", ...SHOWN.map(({ canvas }) => canvas)];
    const slider = {
      ...{ value: "0", max: "", disabled: false },
      get valueAsNumber(): number {
        return Number(this.value);
      },
    };
    const others: Record<string, unknown> = {
      ...{ time: slider, magnify: { checked: magnify }, when: { value: "" } },
      ...Object.fromEntries(names.map((name, k) => [name, charts[k].canvas])),
    };
    const sheet = canvasOf();
    Object.assign(sheet.canvas, { toBlob: (give: (blob: Blob) => void) => give(new Blob()) });
    vi.stubGlobal("document", {
      getElementById: (id: string) => others[id],
      createElement: () => sheet.canvas,
      body: { style: { color: "" } },
    });
    const whole: Shown = { start: Float64Array.of(0.3, 0.5), frames: [], ...shown };
    return { view: pageView(whole), charts, slider, others, sheet, shown: whole };
  }
  const frame = (time: number, half: number) =>
    ({ time, density: { ...bandOf([0.4, 0.45], half), wholeCurve: {} } }) as never;
  const textsOf = (calls: Call[]) =>
    calls.filter(([name]) => name === "fillText").map(([, text]) => String(text));

  it("begins at the start, and follows the newest frame", () => {
    const { view, slider, others, charts, shown } = page({ law: lawOf([1, 2, 3], 0.1) });
    view.follow(5);
    expect([slider.max, slider.disabled, slider.value]).toEqual(["5", true, "0"]);
    expect((others.when as { value: string }).value).toBe("start");
    shown.frames.push(frame(0.001, 0.1), frame(0.0123456, 0.1));
    view.follow(5);
    expect([slider.max, slider.disabled, slider.value]).toEqual(["5", false, "2"]);
    expect((others.when as { value: string }).value).toBe("t = 0.0123");
    slider.value = "1";
    view.draw();
    expect((others.when as { value: string }).value).toBe("t = 0.00100");
    // The densities of the frame are marked in each function of the law.
    for (const { calls } of charts.slice(1)) {
      const stripes = calls.filter(([name]) => name === "fillRect").map(([, x]) => x as number);
      expect(stripes.map((x) => Math.round(x))).toEqual(
        [0.3, 0.4, 0.4].map((rho) => Math.round(LEFT + (rho - 0.2) / 0.4 * WIDTH)),
      );
    }
  });

  it("magnifies all times alike where that is asked for", () => {
    const frames = [frame(0.001, 0.001), frame(0.002, 0.003)];
    for (const magnify of [true, false]) {
      const { view, charts } = page({ frames }, magnify);
      view.follow(2);
      // Half-widths 0.002 on average are 3 % of the axis times 15.
      expect(textsOf(charts[0].calls).includes("band drawn × 10")).toBe(magnify);
      expect(charts[1].calls).toEqual([]);
    }
  });

  it("makes a picture that says what it shows", async () => {
    const prediction = { memberCount: 40 };
    const law = lawOf([1, 2, 3], 0.1);
    const { view, sheet } = page(
      { frames: [frame(0.0123456, 0.1)], model, law, prediction } as never,
    );
    view.follow(1);
    await view.picture();
    expect(textsOf(sheet.calls)).toEqual([
      "Density at time 0.01235",
      "another code’s particles, 100 sites, 10 elements; trained on densities 0.10 to 0.90",
      "40 members; bands hold 95 %",
    ]);
    const bare = page({ model } as never);
    await bare.view.picture();
    expect(textsOf(bare.sheet.calls).filter((_, k) => k !== 1)).toEqual([
      "Start",
      "no prediction yet",
    ]);
    expect(bare.sheet.calls).toContainEqual(["fillStyle=", "var(--ink)"]);
    expect(bare.sheet.calls).toContainEqual(["fillStyle=", "var(--paper)"]);
  });
});
