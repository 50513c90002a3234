/** The hot loops as WebAssembly: compiled/engine.wasm, which runs wherever its vectors do. */
import { readFileSync } from "node:fs";
import type { CompiledLoops, EngineExports } from "./engine.ts";

const PAGE = 65536;
let found: CompiledLoops | null | undefined;

/** The loops; `null` where the runtime lacks WebAssembly's vectors. */
export function wasmLoops(): CompiledLoops | null {
  if (found === undefined) found = load();
  return found;
}

function load(): CompiledLoops | null {
  const bytes = readFileSync(new URL("./compiled/engine.wasm", import.meta.url));
  // A runtime without vectors refuses the module; nothing else can go wrong here.
  if (!WebAssembly.validate(bytes)) return null;
  const module = new WebAssembly.Module(bytes);
  return {
    open(size) {
      // Twice a page: the module's stack and constants lie below its heap base.
      const memory = new WebAssembly.Memory({ initial: Math.ceil(size / PAGE) + 2 });
      const { exports } = new WebAssembly.Instance(module, { env: { memory } });
      const { __heap_base: base, ...loops } = exports as unknown as
        & { __heap_base: WebAssembly.Global }
        & EngineExports;
      return {
        engine: { ...loops, addressOf: (array) => array.byteOffset },
        buffer: memory.buffer as ArrayBuffer,
        first: Math.ceil(base.value / 64) * 64,
      };
    },
  };
}
