/** `deno task study NAME [ARGS]`: runs tools/studies/NAME.ts or tools/studies/NAME/main.ts. */
import { ROOT } from "./root.ts";

const STUDIES = `${ROOT}/tools/studies`;

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** Studies that exist, by name and program. */
function studies(): Map<string, string> {
  const found = new Map<string, string>();
  try {
    for (const { name } of Deno.readDirSync(STUDIES)) {
      if (/^[a-z0-9-]+$/.test(name) && isFile(`${STUDIES}/${name}/main.ts`)) {
        found.set(name, `${STUDIES}/${name}/main.ts`);
      } else if (/^[a-z0-9-]+\.ts$/.test(name)) {
        found.set(name.replace(/\.ts$/, ""), `${STUDIES}/${name}`);
      }
    }
  } catch { /* No studies yet: the message below says so. */ }
  return found;
}

const [name, ...rest] = Deno.args;
const known = studies();
const program = known.get(name ?? "");
if (program === undefined) {
  const list = [...known.keys()].sort().join(", ") || "none yet";
  console.error(
    name === undefined
      ? `Usage: deno task study NAME. Studies: ${list}.`
      : `There is no study "${name}". Studies: ${list}.`,
  );
  Deno.exit(2);
}
const { code } = await new Deno.Command(Deno.execPath(), {
  args: ["run", "-A", program, ...rest],
  cwd: ROOT,
}).spawn().status;
Deno.exit(code);
