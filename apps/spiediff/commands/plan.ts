import { buildCommand } from "@stricli/core";
import { numberParser, textParser } from "@spiediff/command-line";
import { PRESET_NAMES } from "@spiediff/experiment/preset-names";
import { experimentFlags } from "@spiediff/train/flags";
import type { PlanFlags } from "../implementations/plan.ts";

/** The flags by which commands name a precision and a way to it. */
export const precisionFlags = {
  until: {
    kind: "parsed",
    parse: textParser,
    brief: 'Aim, such as "density 0.2 %" or "D 1 % on 0.2..0.8"; several are joined by "and"',
    placeholder: "AIM",
  },
  design: {
    kind: "enum",
    values: ["active", "fixed", "random"],
    brief: "Profiles by what they bring, the experiment's own, or as many at random",
    default: "active",
  },
} as const;

/** `plan EXPERIMENT --until AIM`: what a precision costs. */
export const planCommand = buildCommand<PlanFlags, [string]>({
  docs: {
    brief: "Say what a named precision costs: profiles, realizations, window, core-seconds",
    fullDescription: [
      "Runs a pilot of a few hundred realizations, seconds in all, and says which profiles to simulate,",
      "how often, over which window and after which burn-in, so that a 95 % band becomes as narrow as",
      "asked, and how many core-seconds that takes. Nothing is written. EXPERIMENT is a file or a preset",
      `(${PRESET_NAMES.join(", ")}).`,
      "",
      "An aim is a quantity, a number of percent, and what it is meant of:",
      "  density 0.2 % [of PROFILE] [at TIME, TIME ...]    the predicted density, over its mean square",
      "  D 1 % [on LOW..HIGH]                              likewise m and f'",
      'and "whole curve" where the band must hold the curve as a whole, not each point (docs/precision.md).',
      "",
      "EXAMPLES",
      '  spiediff plan short-strong --until "density 0.05 %"',
      `  spiediff plan my-experiment.json --until "D 0.5 % on 0.2..0.8 and f' 1 %"`,
      '  spiediff plan lrm --until "density 0.1 % of low at 0.01 whole curve" --design fixed --json',
    ].join("\n"),
  },
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [{
        brief: "Experiment file (JSON), or the name of a preset",
        placeholder: "EXPERIMENT",
        parse: textParser,
      }],
    },
    flags: {
      ...precisionFlags,
      seed: {
        kind: "parsed",
        parse: numberParser,
        brief: "Seed, a whole number; replaces the experiment's own",
        optional: true,
      },
      engine: experimentFlags.engine,
      json: experimentFlags.json,
    },
  },
  loader: async () => (await import("../implementations/plan.ts")).runPlan,
});
