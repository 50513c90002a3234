import { LAW_UNITS, lawFactor, unitSystem } from "@spiediff/law";
import { type ProfileSeries, readCsv } from "@spiediff/report";
import { describe, expect, it } from "vitest";
import { reportData } from "./report_data.ts";
import { reportInUnits } from "./run_units.ts";
import { lawTables } from "./tables.ts";
import { experiment, result } from "./testing.ts";

const names = { length: "nm", time: "ps", energy: "eV", density: "particles per nm" };
const units = unitSystem(60, { length: 20, time: 50, density: 0.4, origin: -5, names });
/** Back to the law's. */
const back = unitSystem(1 / 60, {
  ...{ length: 1 / 20, time: 1 / 50, density: 1 / 0.4, origin: 5 / 20, names },
});
const origin = { createdAt: "2000-01-01T00:00:00Z", command: "this", versions: { spiediff: "1" } };
const data = {
  ...reportData(experiment, origin, result),
  course: { times: [0, 1], x: [0, 0.5], mean: [[1, 2], [3, 4]] },
};

/** All numbers of a value, in order. */
const numbersOf = (value: unknown): number[] =>
  typeof value === "number"
    ? [value]
    : typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([key, one]) => key === "axes" ? [] : numbersOf(one))
    : [];

describe("a report in the units of files", () => {
  it("says them, and has every number in them: back again it is the same", () => {
    const told = reportInUnits(data, units);
    const [prediction, own] = [told.prediction, data.prediction] as ProfileSeries[];
    expect(prediction.axes).toEqual({ ...names, period: 20 });
    expect(told.mobility.quantity).toEqual({ name: "density", unit: "particles per nm" });
    expect(prediction.x[1]).toBeCloseTo(-5 + 20 * own.x[1], 12);
    expect(told.prediction.times[1]).toBeCloseTo(50 * 0.01, 12);
    expect(told.freeEnergy.mean[0]).toBeCloseTo(-0.6 * 60, 12);
    expect(told.mobility.points!.value[0] / data.mobility.points!.value[0])
      .toBeCloseTo(lawFactor(units, "mobility"), 10);
    expect(told.metrics).toBe(data.metrics);
    const again = numbersOf(reportInUnits(told, back)), before = numbersOf(data);
    expect(again.length).toBe(before.length);
    again.forEach((v, i) => expect(v).toBeCloseTo(before[i], 9));
    // Times, places, densities and all functions are other numbers; those of metrics and texts are not.
    const changed = numbersOf(told).filter((v, i) => v !== before[i]).length;
    expect(changed / before.length).toBeGreaterThan(0.7);
  });

  it("is untouched in the law's own", () => {
    expect(reportInUnits(data, LAW_UNITS)).toBe(data);
  });

  it("has tables in them, a line of which names them", () => {
    const tables = new Map(lawTables(result.law, units)), own = new Map(lawTables(result.law));
    const text = tables.get("diffusivity.csv")!;
    expect(text.split("\n")[0]).toBe(
      "# units: length in nm, time in ps, energy in eV, densities in particles per nm",
    );
    const told = readCsv(text), law = readCsv(own.get("diffusivity.csv")!);
    expect(told.level).toBe(law.level);
    const factors = { rho: 0.4, mean: 8, reference: 8, lower: 8, curve_upper: 8 };
    for (const [column, factor] of Object.entries(factors)) {
      told.columns[column].forEach((v, i) =>
        expect(v).toBeCloseTo(factor * law.columns[column][i], 10)
      );
    }
  });
});
