import { ROOT } from "../root.ts";

/**
 * Bundles modules of the workspace.
 *
 * @param args Of `deno bundle`; paths of modules are relative to the workspace's root.
 * @throws {Error} with the bundler's words if it fails.
 */
export async function runBundler(args: readonly string[]): Promise<void> {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", ...args],
    cwd: ROOT,
    stdout: "null",
    stderr: "piped",
  }).output();
  if (code !== 0) throw new Error(`Bundling failed: ${new TextDecoder().decode(stderr)}`);
}
