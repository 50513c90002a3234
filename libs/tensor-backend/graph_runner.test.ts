import { expect, it } from "vitest";
import { loadGraphRunner } from "./mod.ts";

/** ONNX bytes of `y = x + x`, x of shape [2]: written by hand after onnx.proto. */
const DOUBLE = Uint8Array.from([
  // ir_version 8; opset_import { version 17 }
  ...[0x08, 8, 0x42, 2, 0x10, 17],
  // graph { node { input x, x; output y; op_type Add }; name g; input x; output y }
  ...[0x3a, 53, 0x0a, 14, 0x0a, 1, 120, 0x0a, 1, 120, 0x12, 1, 121, 0x22, 3, 65, 100, 100],
  ...[0x12, 1, 103],
  ...[0x5a, 15, 0x0a, 1, 120, 0x12, 10, 0x0a, 8, 0x08, 1, 0x12, 4, 0x0a, 2, 0x08, 2],
  ...[0x62, 15, 0x0a, 1, 121, 0x12, 10, 0x0a, 8, 0x08, 1, 0x12, 4, 0x0a, 2, 0x08, 2],
]);

it("runs a graph and gives its outputs by name", async () => {
  const runner = (await loadGraphRunner())!;
  expect(runner.name).toBe("onnxruntime");
  const graph = await runner.prepare(DOUBLE);
  const { y } = await graph.run({ x: { data: Float32Array.of(3, -1), shape: [2] } });
  expect([...y]).toEqual([6, -2]);
  await graph.release();
});

it("is null where onnxruntime does not load", async () => {
  expect(await loadGraphRunner(() => Promise.reject(new Error("no library")))).toBeNull();
});
