/** A throw-away copy of the workspace: mutants are planted there and never in the working tree. */
const PREFIX = "spiediff-mutate-";

/** Copies what git tracks or would track, and installs the locked packages beside it, so that it imports itself. */
export async function copyWorkspace(root: string): Promise<string> {
  const copy = Deno.makeTempDirSync({ prefix: `${PREFIX}${Deno.pid}-` });
  try {
    const files = await trackedFiles(root);
    for (const path of files) {
      Deno.mkdirSync(`${copy}/${folderOf(path)}`, { recursive: true });
      Deno.copyFileSync(`${root}/${path}`, `${copy}/${path}`);
    }
    await installModules(copy);
    return copy;
  } catch (error) {
    Deno.removeSync(copy, { recursive: true });
    throw error;
  }
}

/** Removes the copies of runners that were killed before they could. */
export function removeStaleCopies(): void {
  const temporary = Deno.makeTempDirSync();
  Deno.removeSync(temporary);
  const parent = folderOf(temporary);
  for (const { name } of Deno.readDirSync(parent)) {
    const owner = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
    if (owner !== undefined && !isRunning(Number(owner))) {
      Deno.removeSync(`${parent}/${name}`, { recursive: true });
    }
  }
}

/** Files below the root, untracked ones that are not ignored among them, in git's order. */
export async function trackedFiles(root: string): Promise<string[]> {
  const { success, stdout, stderr } = await new Deno.Command("git", {
    args: ["ls-files", "-z", "--cached", "--others", "--exclude-standard"],
    cwd: root,
  }).output();
  const text = new TextDecoder();
  if (!success) throw new Error(`git ls-files failed: ${text.decode(stderr).trim()}`);
  const paths = text.decode(stdout).split("\0").filter((path) => path !== "");
  return [...new Set(paths)].filter((path) => isFile(`${root}/${path}`)).sort();
}

/** From Deno's cache: what the lock names is there already, since the working tree runs. */
async function installModules(copy: string): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["install", "--quiet", "--frozen", "--cached-only"],
    cwd: copy,
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) throw new Error(`deno install failed: ${new TextDecoder().decode(stderr).trim()}`);
}

function folderOf(path: string): string {
  return path.split("/").slice(0, -1).join("/");
}

function isRunning(pid: number): boolean {
  try {
    Deno.kill(pid, "SIGCONT");
    return true;
  } catch (error) {
    return !(error instanceof Deno.errors.NotFound);
  }
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
