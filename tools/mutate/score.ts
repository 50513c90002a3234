/** What the sample says about the tests. */
import type { Mutant } from "./mutations.ts";

export type Fate = "killed" | "timed out" | "survived" | "equivalent";

/** One mutant and what became of it. */
export interface Verdict {
  readonly mutant: Mutant;
  readonly fate: Fate;
  readonly seconds: number;
}

export interface Score {
  readonly noticed: number;
  readonly survived: number;
  readonly equivalent: number;
  /** Share of the mutants that are not argued equivalent; 1 of none. */
  readonly share: number;
  /** At least 95 % noticed and at most 10 % argued equivalent. */
  readonly enough: boolean;
}

const LEAST_SHARE = 0.95;
const MOST_EQUIVALENT = 0.1;

/** Tests that never end have noticed: nobody overlooks them. */
export function scoreOf(verdicts: readonly Verdict[]): Score {
  const count = (...fates: Fate[]) => verdicts.filter(({ fate }) => fates.includes(fate)).length;
  const noticed = count("killed", "timed out");
  const survived = count("survived");
  const equivalent = count("equivalent");
  const share = noticed + survived === 0 ? 1 : noticed / (noticed + survived);
  const enough = share >= LEAST_SHARE && equivalent <= MOST_EQUIVALENT * verdicts.length;
  return { noticed, survived, equivalent, share, enough };
}

/** Two or more lines: where, what, before and after. */
export function describeVerdict({ mutant, fate, seconds }: Verdict): string {
  const head = `${fate.padEnd(10)} ${mutant.path}:${mutant.line} ${mutant.kind} (${
    seconds.toFixed(1)
  } s)`;
  if (fate !== "survived") return head;
  return `${head}\n  - ${oneLine(mutant.before)}\n  + ${oneLine(mutant.after) || "(nothing)"}`;
}

function oneLine(text: string): string {
  const short = text.replace(/\s+/g, " ");
  return short.length > 160 ? `${short.slice(0, 157)}...` : short;
}
