import type { CommandContext } from "@stricli/core";
import { buildNative } from "@spiediff/kmc";

export interface EngineFlags {
  readonly json: boolean;
}

/** Does what `engine` asks for. */
export async function runEngine(this: CommandContext, flags: EngineFlags): Promise<void> {
  const built = await buildNative();
  const { path, compiler, present } = built;
  this.process.stdout.write(
    flags.json
      ? JSON.stringify(built) + "\n"
      : `The native engine is ${
        present ? "there already" : "built"
      }, its bits are WebAssembly's.\n` +
        `Compiler: ${compiler}\nLibrary: ${path}\n`,
  );
}
