/** One line of the output: a named figure and, where there is one, the bound that it must keep. */
export interface BenchLine {
  /** Says what and in which unit; a ratio to a C program ends in "vs C". */
  name: string;
  value: number;
  min?: number;
  max?: number;
}

/** A file `NAME.bench.ts` in this folder exports one of these as its default. */
export type Bench = () => BenchLine[] | Promise<BenchLine[]>;
