import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadBackend } from "./mod.ts";

describe("loadBackend", () => {
  it("falls back to WASM, with the reason, where tfjs-node does not load", async () => {
    const backend = await loadBackend({
      importNode: () => Promise.reject(new Error("libtensorflow.so is missing\nstack")),
    });
    expect(backend.name).toBe("wasm");
    expect(backend.fallbackReason).toMatch(/does not load: libtensorflow.so is missing$/);
  });
  it("falls back when tfjs-node loads but registers nothing", async () => {
    const backend = await loadBackend({ importNode: () => Promise.resolve({}) });
    expect(backend.name).toBe("wasm");
    expect(backend.fallbackReason).toMatch(/registered no backend/);
  });
  it("uses the tensorflow backend when the import registers one", async () => {
    const { tf } = await loadBackend({ prefer: "wasm" });
    // The plain CPU backend stands in for the native one: what is tested is the choice.
    const importNode = () => {
      tf.registerBackend("tensorflow", () => tf.findBackendFactory("cpu")() as never);
      return Promise.resolve({});
    };
    try {
      const backend = await loadBackend({ importNode });
      expect(backend.name).toBe("tensorflow");
      expect(backend.fallbackReason).toBeNull();
      expect(tf.getBackend()).toBe("tensorflow");
    } finally {
      tf.removeBackend("tensorflow");
    }
  });
  it("throws when tensorflow is asked for by name and missing", async () => {
    const importNode = () => Promise.reject(new Error("absent"));
    await expect(loadBackend({ prefer: "tensorflow", importNode })).rejects.toThrow(/absent/);
  });
});

describe("transposing BatchMatMul", () => {
  it("equals a plain product for every shape and transposition", async () => {
    const { tf } = await loadBackend({ prefer: "wasm" });
    const size = fc.integer({ min: 1, max: 9 });
    fc.assert(fc.property(
      fc.tuple(size, size, size, fc.integer({ min: 1, max: 3 })),
      fc.boolean(),
      fc.boolean(),
      fc.infiniteStream(fc.float({ min: -2, max: 2, noNaN: true })),
      ([m, k, n, batch], ta, tb, values) => {
        const take = (count: number) => Array.from({ length: count }, () => values.next().value!);
        const a = take(batch * m * k), b = take(batch * k * n);
        const [result] = tf.tidy(() => {
          const left = tf.tensor3d(a, ta ? [batch, k, m] : [batch, m, k]);
          const right = tf.tensor3d(b, tb ? [batch, n, k] : [batch, k, n]);
          return [tf.matMul(left, right, ta, tb).dataSync()];
        });
        for (let s = 0; s < batch; s++) {
          for (let i = 0; i < m; i++) {
            for (let j = 0; j < n; j++) {
              let sum = 0;
              for (let l = 0; l < k; l++) {
                sum += a[s * m * k + (ta ? l * m + i : i * k + l)] *
                  b[s * k * n + (tb ? j * k + l : l * n + j)];
              }
              expect(Math.abs(result[s * m * n + i * n + j] - sum)).toBeLessThan(1e-4);
            }
          }
        }
      },
    ));
  });
  it("leaves no tensor behind", async () => {
    const { tf } = await loadBackend({ prefer: "wasm" });
    const before = tf.memory();
    tf.tidy(() => tf.matMul(tf.ones([3, 4]), tf.ones([3, 5]), true, false).dataSync());
    expect(tf.memory().numTensors).toBe(before.numTensors);
    expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers);
  });
});
