/** One self-extracting file: a shell header, then the folder with Deno inside as a compressed archive. */
import { type Artifact, removeIfThere } from "./folder.ts";

/** How the archive is packed; `"none"` is for tests. */
export type Compression = "gzip" | "none" | "xz";

/** Commands that pack in place, what they append to the name, and what unpacks a stream. */
const PACKERS: Record<Compression, { pack: string[]; suffix: string; unpack: string }> = {
  gzip: { pack: ["gzip", "-9nf"], suffix: ".gz", unpack: "gzip -dc" },
  xz: { pack: ["xz", "-6f"], suffix: ".xz", unpack: "xz -dc" },
  none: { pack: [], suffix: "", unpack: "cat" },
};

/**
 * Packs a standalone folder and this machine's Deno into one executable file.
 *
 * @param compression gzip is on every machine; xz makes the file a quarter smaller, takes minutes to
 * build, and needs xz where it runs.
 * @throws {Error} if tar or the compressor fails.
 */
export async function buildOneFile(
  folder: string,
  path: string,
  compression: Compression,
): Promise<Artifact> {
  const { pack: [packer, ...options], suffix, unpack } = PACKERS[compression];
  const stage = `${path}.stage`;
  await removeIfThere(stage);
  await run("cp", ["-R", folder, stage]);
  await Deno.mkdir(`${stage}/bin`);
  await Deno.copyFile(Deno.execPath(), `${stage}/bin/deno`);
  await Deno.chmod(`${stage}/bin/deno`, 0o755);
  const archive = `${path}.archive`;
  // Fixed order, owner and times: the same content gives the same file.
  await run("tar", [
    ...["-C", stage, "--sort=name", "--owner=0", "--group=0", "--numeric-owner", "--mtime=@0"],
    ...["-cf", `${archive}.tar`, "."],
  ]);
  if (packer) await run(packer, [...options, `${archive}.tar`]);
  const packed = `${archive}.tar${suffix}`;
  const payload = await Deno.readFile(packed);
  const header = new TextEncoder().encode(await headerFor(payload, unpack));
  const whole = new Uint8Array(header.length + payload.length);
  whole.set(header);
  whole.set(payload, header.length);
  await Deno.writeFile(`${path}.partial`, whole, { mode: 0o755 });
  await Deno.rename(`${path}.partial`, path);
  await removeIfThere(stage);
  await removeIfThere(packed);
  return { path, bytes: whole.length };
}

/** The header names its payload's hash, so that versions never mix in the cache. */
async function headerFor(
  payload: Uint8Array<ArrayBuffer>,
  unpack: string,
): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", payload));
  const id = Array.from(digest.slice(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const tool = unpack.split(" ")[0];
  const lines = [
    "#!/bin/sh",
    "# The spiediff predictor in one file: unpacks itself once, then runs from there.",
    "set -eu",
    "base=${SPIEDIFF_CACHE:-${XDG_CACHE_HOME:-${HOME:+$HOME/.cache}}}",
    "base=${base:-${TMPDIR:-/tmp}/spiediff-$(id -u)}",
    `home=$base/spiediff-predictor-${id}`,
    'if [ ! -x "$home/predictor" ]; then',
    '  (umask 077; mkdir -p "$base")',
    '  new=$(mktemp -d "$base/.unpack-XXXXXX")',
    "  trap 'rm -rf \"$new\"' EXIT",
    `  command -v ${tool} >/dev/null || { echo "predictor: ${tool} is needed to unpack." >&2; exit 1; }`,
    `  tail -n +LINES "$0" | ${unpack} | tar -xf - -C "$new"`,
    // Another start may have been faster; then its folder serves both.
    '  mv -T "$new" "$home" 2>/dev/null || [ -x "$home/predictor" ]',
    "fi",
    // In a shared temporary folder somebody else's files must not be run.
    '[ -O "$home" ] || { echo "predictor: $home belongs to somebody else." >&2; exit 1; }',
    'exec "$home/predictor" "$@"',
  ];
  return lines.map((line) => line.replace("LINES", String(lines.length + 1))).join("\n") + "\n";
}

async function run(command: string, args: string[]): Promise<void> {
  const { code } = await new Deno.Command(command, { args, stdout: "inherit", stderr: "inherit" })
    .output();
  if (code !== 0) throw new Error(`${command} ended with code ${code}.`);
}
