/** Where native libraries are kept, one for each source, processor and compiler. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { arch, cpus, homedir, platform } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** The C files. */
export const SOURCE_FOLDER = fileURLToPath(new URL("../compiled/", import.meta.url));

/** What every compiler is told besides the processor; sums of products are rounded twice, as elsewhere. */
export const FLAGS = [
  ...["-std=c11", "-O3", "-shared", "-fPIC", "-fvisibility=hidden", "-ffp-contract=off"],
] as const;

/** The folder of the user's cache. */
export function libraryFolder(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  const cache = XDG_CACHE_HOME ||
    (platform() === "win32" && LOCALAPPDATA
      ? LOCALAPPDATA
      : join(homedir(), platform() === "darwin" ? "Library/Caches" : ".cache"));
  return join(cache, "spiediff", "engine");
}

/** The path of the library that a compiler makes here. */
export function libraryPath(compiler: string): string {
  return join(libraryFolder(), `${machinePrefix()}-${digest(compiler)}.so`);
}

/** The newest library of these sources for this processor; `null` where there is none. */
export function installedLibrary(): string | null {
  const folder = libraryFolder();
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return null;
  }
  const prefix = machinePrefix();
  const paths = names.filter((name) => name.startsWith(prefix) && name.endsWith(".so"))
    .map((name) => join(folder, name));
  const age = (path: string) => statSync(path).mtimeMs;
  return paths.length === 0 ? null : paths.reduce((a, b) => age(b) > age(a) ? b : a);
}

/** Names of C files, in the order in which they are compiled. */
export function sources(): string[] {
  return readdirSync(SOURCE_FOLDER).filter((name) => /\.[ch]$/.test(name)).sort();
}

const digest = (text: string | Uint8Array) =>
  createHash("sha256").update(text).digest("hex").slice(0, 16);

function machinePrefix(): string {
  const hash = createHash("sha256").update(FLAGS.join(" "));
  for (const name of sources()) hash.update(name).update(readFileSync(join(SOURCE_FOLDER, name)));
  return `${hash.digest("hex").slice(0, 16)}-${digest(processor())}`;
}

/** The processor's name and features, as the system tells them. */
function processor(): string {
  const name = `${platform()} ${arch()} ${cpus()[0]?.model ?? ""}`;
  if (platform() !== "linux") return name;
  const text = readFileSync("/proc/cpuinfo", "utf8");
  return `${name} ${/^(flags|Features)\s*:.*$/m.exec(text)?.[0] ?? ""}`;
}
