/** What a user wants to know how well: "density 0.2 %", "D 1 % on 0.2..0.8", "m 1 % and f' 2 %". */
import { ConfigError, didYouMean } from "@spiediff/user-text";

/** Of a band at each point, or of one that holds the curve as a whole. */
export type BandKind = "pointwise" | "whole curve";

/** The density that is predicted from a profile at some times. */
export interface DensityGoal {
  readonly quantity: "density";
  /** Half-width of the 95 % band over the density, both root mean square over the curve. */
  readonly percent: number;
  readonly band: BandKind;
  /** Name of an experiment's profile; what it predicts when absent. */
  readonly profile?: string;
  /** Those that the experiment predicts when absent. */
  readonly times?: readonly number[];
}

/** A curve of the law over densities. */
export interface LawGoal {
  readonly quantity: "m" | "f'" | "D";
  /** Half-width over the curve, root mean square; of f' over what it varies by. */
  readonly percent: number;
  readonly band: BandKind;
  /** Those of the experiment's profiles when absent. */
  readonly range?: readonly [low: number, high: number];
}

export type Goal = DensityGoal | LawGoal;

const QUANTITIES = ["density", "m", "f'", "D"] as const;

/** How a goal is written, for messages and help. */
const GOAL_FORM =
  "QUANTITY PERCENT % [of PROFILE] [at TIME, TIME ...] [on LOW..HIGH] [pointwise | whole curve]";

/**
 * Reads goals, joined by "and".
 *
 * @throws {ConfigError} saying what is not understood, and the form.
 */
export function parseGoals(text: string): Goal[] {
  return text.split(/\s+and\s+/i).map(parseGoal);
}

function parseGoal(text: string): Goal {
  const refuse = (why: string): never => {
    throw new ConfigError(
      `The aim "${text.trim()}" is not understood: ${why}${why.endsWith("?") ? "" : "."} ` +
        `Write ${GOAL_FORM}, such as ` +
        `"density 0.2 %", "D 1 % on 0.2..0.8" or "density 0.5 % of wide at 0.01, 0.02 whole curve".`,
    );
  };
  const words = text.replaceAll(/[,%]/g, " $& ").replaceAll("\u2019", "'").trim().split(/\s+/);
  const [first = ""] = words;
  const quantity = QUANTITIES.find((name) => name === first);
  if (quantity === undefined) {
    return refuse(
      first === ""
        ? "it is empty"
        : `"${first}" is no quantity, which are ${QUANTITIES.join(", ")}${
          didYouMean(first, QUANTITIES)
        }`,
    );
  }
  const percent = numberIn(words[1]);
  if (percent === undefined || !(percent > 0) || words[2] !== "%") {
    return refuse(
      `after "${quantity}" a number of percent above 0 is needed, such as "${quantity} 0.5 %"`,
    );
  }
  if (percent >= 100) {
    return refuse(`${percent} % leaves nothing to aim at; it must be below 100 %`);
  }
  const parts = partsOf(words.slice(3), refuse);
  const { band = "pointwise", profile, times, range } = parts;
  if (quantity === "density") {
    if (range) {
      return refuse('"on" is for m, f\' and D; a density has "of" a profile and "at" times');
    }
    return {
      ...{ quantity, percent, band },
      ...profile === undefined ? {} : { profile },
      ...times === undefined ? {} : { times },
    };
  }
  if (profile !== undefined || times) {
    return refuse(`"of" and "at" are for density; ${quantity} has "on" densities`);
  }
  return { quantity, percent, band, ...range && { range } };
}

interface GoalParts {
  band?: BandKind;
  profile?: string;
  times?: number[];
  range?: [number, number];
}

function partsOf(words: string[], refuse: (why: string) => never): GoalParts {
  const parts: GoalParts = {};
  const rest = [...words];
  const once = (part: keyof GoalParts, word: string) => {
    if (parts[part] !== undefined) refuse(`"${word}" stands twice`);
  };
  while (rest.length > 0) {
    const word = rest.shift()!;
    if (word === "of") {
      once("profile", word);
      parts.profile = rest.shift() ?? refuse('"of" needs the name of a profile');
    } else if (word === "at") {
      once("times", word);
      parts.times = timesIn(rest, refuse);
    } else if (word === "on") {
      once("range", word);
      parts.range = rangeIn(rest.shift() ?? "", refuse);
    } else if (word === "pointwise") {
      once("band", word);
      parts.band = "pointwise";
    } else if (word === "whole" && rest[0] === "curve") {
      once("band", word);
      rest.shift();
      parts.band = "whole curve";
    } else refuse(`"${word}" has no meaning here`);
  }
  return parts;
}

function timesIn(rest: string[], refuse: (why: string) => never): number[] {
  const times: number[] = [];
  for (;;) {
    const time = numberIn(rest[0]);
    if (time === undefined || !(time > 0)) {
      refuse(`"at" needs times above 0, not "${rest[0] ?? ""}"`);
    }
    times.push(time!);
    rest.shift();
    if (rest[0] !== ",") break;
    rest.shift();
  }
  if (times.some((time, n) => n > 0 && time <= times[n - 1])) refuse("its times must rise");
  return times;
}

function rangeIn(text: string, refuse: (why: string) => never): [number, number] {
  const [low, high] = text.split("..").map((end) => numberIn(end));
  if (low === undefined || high === undefined || !(low < high)) {
    refuse(`"on" needs densities LOW..HIGH, such as 0.2..0.8, not "${text}"`);
  }
  return [low!, high!];
}

function numberIn(text: string | undefined): number | undefined {
  const isNumber = text !== undefined && /^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text);
  return isNumber && Number.isFinite(Number(text)) ? Number(text) : undefined;
}

/** A goal in one form, whatever it was written in. */
export function goalText(goal: Goal): string {
  const { quantity, percent, band } = goal;
  const kind = band === "pointwise" ? "" : " whole curve";
  if (goal.quantity !== "density") {
    return `${quantity} ${percent} %${goal.range ? ` on ${goal.range.join("..")}` : ""}${kind}`;
  }
  const { profile, times } = goal;
  return `density ${percent} %${profile === undefined ? "" : ` of ${profile}`}` +
    `${times ? ` at ${times.join(", ")}` : ""}${kind}`;
}
