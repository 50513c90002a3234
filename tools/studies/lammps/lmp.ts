/** Runs of a real LAMMPS, and what it says of the pressure. */
const HERE = new URL(".", import.meta.url).pathname;

/** Variables of in.rods. */
export type Variables = Readonly<Record<string, number | string>>;

/**
 * Runs in.rods in a folder, where its files are left; not again where it has run there to its end.
 *
 * @throws {Error} with what LAMMPS said.
 */
export async function runRods(
  folder: string,
  variables: Variables & { readonly out: string },
): Promise<void> {
  const mark = `${folder}/${variables.out}.done`, asked = JSON.stringify(variables);
  if (textOf(mark) === asked) return;
  const given = Object.entries(variables).flatMap(([key, value]) => ["-var", key, `${value}`]);
  const args = ["-in", `${HERE}in.rods`, "-log", "none", "-screen", "none", ...given];
  // Its message-passing library takes another run's folder for a fault.
  const own = Deno.makeTempDirSync({ dir: folder });
  const { code, stderr, stdout } = await new Deno.Command("lmp", {
    args,
    cwd: folder,
    env: { TMPDIR: own, OMPI_MCA_orte_tmpdir_base: own },
  }).output();
  if (code === 0) return Deno.writeTextFileSync(mark, asked);
  const text = new TextDecoder();
  throw new Error(`lmp ${args.join(" ")}: ${text.decode(stderr)}${text.decode(stdout)}`);
}

function textOf(path: string): string | null {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** A value with its standard error. */
export interface Measured {
  readonly value: number;
  readonly standardError: number;
}

/** Blocks of successive means by which errors allow for their correlation. */
const BLOCKS = 24;

/** Pressure of a line of rods, ideal part included, from the means that in.rods leaves. */
export function pressureOf(folder: string, out: string, density: number): Measured {
  const rows = Deno.readTextFileSync(`${folder}/${out}.pressure`).trim().split("\n")
    .filter((row) => !row.startsWith("#")).map((row) => Number(row.split(" ")[1]));
  const size = Math.floor(rows.length / BLOCKS);
  const means = Array.from({ length: BLOCKS }, (_, b) => {
    const block = rows.slice(b * size, (b + 1) * size);
    return block.reduce((sum, v) => sum + v, 0) / size;
  });
  const mean = means.reduce((sum, v) => sum + v, 0) / BLOCKS;
  const variance = means.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (BLOCKS - 1);
  return { value: density + mean, standardError: Math.sqrt(variance / BLOCKS) };
}
