/**
 * `deno run -A tools/nx.ts ARGS`: Nx with this very Deno in front of PATH, so that the targets' `deno`
 * is found where none is installed (a machine with Node only, and `npx deno`).
 */
import { delimiter, dirname } from "node:path";
import { ROOT } from "./root.ts";

/** Runs Nx in the workspace root and gives its exit code. */
export async function nx(args: string[]): Promise<number> {
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "npm:nx", ...args],
    cwd: ROOT,
    env: {
      PATH: `${dirname(Deno.execPath())}${delimiter}${Deno.env.get("PATH") ?? ""}`,
      NX_DAEMON: "false",
    },
  }).spawn().status;
  return code;
}

if (import.meta.main) Deno.exit(await nx(Deno.args));
