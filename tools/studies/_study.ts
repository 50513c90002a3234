/** What every study shares: its folder, its claims, its figures, and a line of progress. */
import { boundText, type Claim, claimHolds, type Figure, standaloneSvg } from "@spiediff/report";
import { ROOT } from "../root.ts";
import { writeValidation } from "../validation.ts";

/** A study's results, written under docs/studies/NAME. */
export interface StudyResult {
  readonly name: string;
  readonly seed: number;
  /** Of the command line, where they are not the usual ones. */
  readonly options?: string;
  readonly claims: Claim[];
  readonly figures: Figure[];
  /** Further files: name and text. */
  readonly files?: Record<string, string>;
  /** Markdown before the claims: what was done and what to look for. */
  readonly text: string;
}

/** Writes result.json, README.md, each figure as SVG and CSV, docs/validation.md; prints the claims. */
export function writeStudy(
  { name, seed, options, claims, figures, files = {}, text }: StudyResult,
): void {
  const folder = `${ROOT}/docs/studies/${name}`;
  Deno.mkdirSync(folder, { recursive: true });
  const write = (file: string, content: string) =>
    Deno.writeTextFileSync(`${folder}/${file}`, content);
  const command = ["deno task study", name, options ?? []].flat().join(" ");
  write("result.json", JSON.stringify({ command, seed, claims }, null, 2) + "\n");
  for (const figure of figures) {
    write(`${figure.id}.svg`, standaloneSvg(figure.svg));
    write(`${figure.id}.csv`, figure.csv);
  }
  for (const [file, content] of Object.entries(files)) write(file, content);
  write(
    "README.md",
    `${text.trim()}\n\n## Claims\n\nMade by \`${command}\`.\n\n` +
      `| claim | value | bound | |\n| --- | ---: | --- | --- |\n` +
      claims.map((claim) =>
        `| ${claim.name} | ${round(claim.value)} | ${boundText(claim)} | ${verdict(claim)} |\n`
      ).join("") +
      figures.map((figure) =>
        `\n## ${figure.title}\n\n![${figure.title}](${figure.id}.svg)\n\n${figure.caption}\n`
      ).join(""),
  );
  writeValidation();
  printClaims(claims);
}

/** One line for each claim, with its verdict. */
export function printClaims(claims: readonly Claim[]): void {
  for (const claim of claims) {
    console.log(
      `${verdict(claim).padEnd(6)} ${claim.name}: ${round(claim.value)} (${boundText(claim)})`,
    );
  }
}

/** Four significant digits, for people. */
export function round(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** Reports one step on stderr with the time since the start. */
export function progress(message: string): void {
  console.error(`[${(performance.now() / 1000).toFixed(0).padStart(4)} s] ${message}`);
}

/** `--NAME N` of the command line, a positive integer; anything else ends the study. */
export function countOption(name: string, fallback: number): number {
  const at = Deno.args.indexOf(`--${name}`);
  const value = at < 0 ? fallback : Number(Deno.args[at + 1]);
  if (!Number.isInteger(value) || value < 1) {
    console.error(`--${name} must be a positive integer, not "${Deno.args[at + 1]}".`);
    Deno.exit(2);
  }
  return value;
}

/** `--workers N` of the command line. */
export const workersOption = (fallback = 2): number => countOption("workers", fallback);

/** Mean of an array. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

/** Standard deviation of a sample. */
export function spread(values: readonly number[]): number {
  const centre = mean(values);
  const squares = values.reduce((sum, v) => sum + (v - centre) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

/** Root mean square of an array. */
export function rootMeanSquare(values: ArrayLike<number>): number {
  return Math.sqrt(mean(Array.from(values, (v) => v * v)));
}

function verdict(claim: Claim): string {
  const holds = claimHolds(claim);
  return holds === null ? "" : holds ? "kept" : "MISSED";
}
