import { rollup } from "rollup";
import { dts } from "rollup-plugin-dts";
import ts from "typescript";

/**
 * The types of an entry point and of all that it uses of the workspace in one file.
 *
 * @param entry Path of a TypeScript module. @returns Text of a `.d.ts`.
 */
export async function declarations(entry: string): Promise<string> {
  const build = await rollup({
    input: entry,
    // Only the workspace's own packages are taken in.
    external: (name) => !/^([./]|@spiediff\/)/.test(name),
    plugins: [dts({
      respectExternal: true,
      compilerOptions: {
        allowImportingTsExtensions: true,
        module: ts.ModuleKind.ESNext,
        moduleResolution: ts.ModuleResolutionKind.Bundler,
        target: ts.ScriptTarget.ES2022,
        strict: true,
        skipLibCheck: true,
        types: [],
      },
    })],
  });
  try {
    const { output } = await build.generate({ format: "es" });
    return output[0].code;
  } finally {
    await build.close();
  }
}
