import { runBundler } from "../standalone/bundler.ts";

/** What goes into a package, and what it leaves to others. */
export interface Bundle {
  readonly platform: "deno" | "browser";
  /** Entry points, relative to the workspace's root. */
  readonly entries: readonly string[];
  /** Packages that are not bundled but installed beside it. */
  readonly external: readonly string[];
}

/**
 * Bundles ES modules into a folder, one for each entry and what they share.
 *
 * @throws {Error} with the bundler's words if it fails.
 */
export async function bundle(out: string, { platform, entries, external }: Bundle): Promise<void> {
  await runBundler([
    ...["--platform", platform, "--code-splitting", "--outdir", out],
    ...external.flatMap((name) => ["--external", name]),
    ...entries,
  ]);
}
