import type { KernelConfig, NamedAttrMap, TensorInfo } from "@tensorflow/tfjs";
import type { Tf } from "./types.ts";

const KERNEL = "BatchMatMul";
const done = new WeakSet<object>();

/**
 * Replaces the WASM backend's BatchMatMul by one that transposes first.
 *
 * The stock kernel multiplies transposed operands by a scalar loop; the gradient of every dense
 * layer needs two such products. Copying the operand costs O(n^2) and lets the O(n^3) part run on
 * the vectorised kernel (figures in docs/performance.md).
 */
export function overrideBatchMatMul(tf: Tf): void {
  const stock = tf.getKernel(KERNEL, "wasm") as KernelConfig | null;
  if (!stock || done.has(stock)) return;
  const transpose = tf.getKernel("Transpose", "wasm");
  const kernelFunc: KernelConfig["kernelFunc"] = ({ inputs, backend, attrs }) => {
    const { a, b } = inputs as Record<"a" | "b", TensorInfo>;
    const { transposeA, transposeB } = attrs as unknown as Transposes;
    const flip = (x: TensorInfo): TensorInfo => {
      const perm = x.shape.map((_, i) => i);
      perm.push(perm.splice(-2, 1)[0]);
      return transpose.kernelFunc({ inputs: { x }, backend, attrs: { perm } }) as TensorInfo;
    };
    const left = transposeA ? flip(a) : a;
    const right = transposeB ? flip(b) : b;
    const plain = { transposeA: false, transposeB: false } as unknown as NamedAttrMap;
    const product = stock.kernelFunc({ inputs: { a: left, b: right }, backend, attrs: plain });
    const { disposeData } = backend as { disposeData(id: unknown): void };
    if (left !== a) disposeData.call(backend, left.dataId);
    if (right !== b) disposeData.call(backend, right.dataId);
    return product;
  };
  const replacement = { ...stock, kernelFunc };
  done.add(replacement);
  tf.unregisterKernel(KERNEL, "wasm");
  tf.registerKernel(replacement);
}

interface Transposes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}
