/** The command line within a study. */
import { runSpiediff } from "@spiediff/spiediff";

/** Runs a command of spiediff; its JSON. A model that is refused is an answer, too. */
export async function spiediff(...args: string[]): Promise<unknown> {
  let out = "", errors = "";
  const code = await runSpiediff([...args, "--json"], {
    stdout: { write: (text: string) => void (out += text) },
    stderr: { write: (text: string) => void (errors += text) },
    env: {},
  });
  if (code === 0 || (code === 1 && args[0] === "validate" && out !== "")) return JSON.parse(out);
  throw new Error(`spiediff ${args.join(" ")}: exit code ${code}. ${errors}`);
}
