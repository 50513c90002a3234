import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readModel, writeModel } from "@spiediff/model-artifact";
import fc from "fast-check";
import * as ort from "onnxruntime-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fixtureModel } from "../_fixture_model.ts";
import { createEnsemble } from "../ensemble.ts";
import { loadModel } from "../load_model.ts";
import type { Model } from "../types.ts";
import { lawOnnx, memberLayout, memberNumbers } from "./law_graph.ts";

const FOLDER = "../../test-data/lrm-quick-model";
let model: Model, session: ort.InferenceSession;
beforeAll(async () => {
  model = await loadModel(FOLDER, { threads: 1 });
  const { manifest, files } = await readModel(FOLDER);
  session = await ort.InferenceSession.create(lawOnnx(manifest, files));
});
afterAll(() => Promise.all([model.close(), session.release()]));

describe("law.onnx", () => {
  it.each(["logarithm", "reciprocal"] as const)(
    "has the known part of f', %s, as the predictor adds it to what networks give",
    async (ideal) => {
      const own = { name: "density", unit: "per site", low: -0.2, high: null, ideal };
      const { content, files } = fixtureModel({
        change: (content) => {
          const { sites, elements, beta, drive } = content.system;
          content.system = {
            ...{ particles: "process", process: "own", dimension: 1, title: "own", field: own },
            ...{ sites, elements, beta, drive, parameters: {} },
          };
          content.drivingForce.idealEnergy = 0.7;
        },
      });
      const folder = mkdtempSync(join(tmpdir(), "spiediff-ideal-"));
      await writeModel(folder, content, files);
      const known = await loadModel(folder, { threads: 1 });
      const { idealEnergy: _, ...rest } = known.manifest.drivingForce;
      const without = { ...known, manifest: { ...known.manifest, drivingForce: rest } };
      const whole = await ort.InferenceSession.create(lawOnnx(known.manifest, files));
      try {
        const density = Float64Array.of(0.1, 0.5, 0.9), member = Int32Array.of(0, 1, 2);
        const value = async (of: Model) => {
          const out = new Float64Array(3);
          await createEnsemble(of, { seed: 2, members: 3 })
            .drivingForce([density], member, 3, out);
          return out;
        };
        const [total, learned] = [await value(known), await value(without)];
        const part = (rho: number) =>
          0.7 * (ideal === "logarithm" ? Math.log(rho + 0.2) : -1 / (rho + 0.2));
        const { width } = memberLayout(known.manifest);
        const out = await whole.run({
          density: new ort.Tensor("float32", Float32Array.from(density), [3, 1]),
          member: new ort.Tensor("float32", memberNumbers(known.manifest, 2, 3), [3, width]),
        });
        density.forEach((rho, r) => {
          expect(total[r] - learned[r]).toBeCloseTo(part(rho), 12);
          expect(Number(out.driving_force.data[r])).toBeCloseTo(total[r], 5);
        });
      } finally {
        await known.close();
        await whole.release();
        rmSync(folder, { recursive: true });
      }
    },
  );

  it("has one density and one member a row, and gives m and f'", () => {
    expect(session.inputNames).toEqual(["density", "member"]);
    expect(session.outputNames).toEqual(["mobility", "driving_force"]);
    // Latents of both, 32 numbers of the index of m, 32 of f' on top of these.
    expect(memberLayout(model.manifest)).toEqual({
      width: 66,
      mobilityRandom: 32,
      forceRandom: 32,
    });
  });

  it("is the predictor to 1e-5, member for member, at any density and seed", async () => {
    const count = 40;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 1e6 }),
        fc.array(fc.double({ min: 0.02, max: 0.98, noNaN: true }), {
          minLength: count,
          maxLength: count,
        }),
        async (seed, densities) => {
          const ensemble = createEnsemble(model, { seed, members: count });
          const member = Int32Array.from({ length: count }, (_, r) => r);
          const raw = new Float64Array(count), force = new Float64Array(count);
          await ensemble.mobility([densities], member, count, raw);
          await ensemble.drivingForce([densities], member, count, force);
          const { width } = memberLayout(model.manifest);
          const out = await session.run({
            density: new ort.Tensor("float32", Float32Array.from(densities), [count, 1]),
            member: new ort.Tensor("float32", memberNumbers(model.manifest, seed, count), [
              count,
              width,
            ]),
          });
          for (let r = 0; r < count; r++) {
            const m = ensemble.headedMobility(raw[r]);
            expect(Math.abs(Number(out.mobility.data[r]) - m)).toBeLessThan(1e-5 * (1 + m));
            expect(Math.abs(Number(out.driving_force.data[r]) - force[r])).toBeLessThan(
              1e-5 * (1 + Math.abs(force[r])),
            );
          }
        },
      ),
      { numRuns: 20 },
    );
  });
});
