/** The types of the loops' arguments, for calls of native code. */
import type { EngineExports } from "../engine.ts";

type Kind = "u32" | "i32" | "f64" | "usize";

type Kinds<Parameters extends readonly unknown[]> = { readonly [Index in keyof Parameters]: Kind };

/** As many kinds as a loop has parameters. */
type Symbols = {
  readonly [Name in keyof EngineExports]: {
    readonly parameters: Kinds<Parameters<EngineExports[Name]>>;
    readonly result: "u32" | "u64" | "void";
  };
};

const n = "u32", sign = "i32", real = "f64", at = "usize";
const counts = { parameters: [n, n, n, at, at, n, at, at], result: "u32" } as const;
const packing = { parameters: [n, at, at, at], result: "void" } as const;
const rows = { parameters: [n, n, n, n, at, at], result: "void" } as const;

export const SYMBOLS = {
  attempt_bits: { parameters: [n, n, at, at, at, n, n, n, at, at, at, at], result: "u64" },
  attempt_bytes: { parameters: [n, n, n, at, at, at, at, at, sign, at, at, at, at], result: "u64" },
  attempt_wide: {
    parameters: [n, n, n, at, at, at, at, at, at, sign, at, at, at, at],
    result: "u64",
  },
  draw_rows: { parameters: [n, n, n, at, at, at, at], result: "void" },
  pack_rows: rows,
  unpack_rows: rows,
  count_lanes: { parameters: [n, n, at, at, at, sign], result: "void" },
  sweep_lanes: { parameters: [n, n, n, at, at, at, at], result: "void" },
  sum_rows: { parameters: [n, n, n, n, n, at, at, at], result: "void" },
  read_fields: { parameters: [n, n, n, real, at, at, n], result: "void" },
  read_currents: { parameters: [n, n, n, real, at, at, at, at, n], result: "void" },
  add_vector: { parameters: [n, n, real, at, at, at, at, at, at], result: "void" },
  move_mean: { parameters: [n, real, at, at], result: "void" },
  order_attempts: { parameters: [n, n, sign, n, n, n, at, at, at, at, at, at], result: "u32" },
  fetch_bytes: { parameters: [at, n], result: "void" },
  attempt_energies: {
    parameters: [n, n, n, at, at, at, at, at, sign, n, at, at, at],
    result: "u32",
  },
  attempt_counts_8: counts,
  attempt_counts_16: counts,
  attempt_counted_bits: { parameters: [n, n, n, n, at, at, at, n, at, at], result: "u32" },
  pack_counted_bits: { parameters: [n, n, at, at, at, at], result: "void" },
  unpack_counted_bits: { parameters: [n, n, n, at, at, at, at], result: "void" },
  pack_8: packing,
  pack_16: packing,
  unpack_8: packing,
  unpack_16: packing,
  count_windows: { parameters: [n, n, at, at], result: "void" },
  refresh_rates: { parameters: [n, at, at, at, at], result: "void" },
  attempt_ledger: { parameters: [n, n, n, n, at, at, at, at, at, n, at, at], result: "u32" },
  replay_ledger: {
    parameters: [n, n, n, n, n, n, at, at, at, at, at, at, at, at],
    result: "u32",
  },
  hops_of: { parameters: [n, n, n, at, at, n], result: "void" },
  probe_rates: { parameters: [n, n, n, n, real, at, at, at], result: "void" },
  close_ledger: { parameters: [n, n, n, n, real, at, at, at, at, at, at], result: "void" },
  sample_rates: { parameters: [n, n, n, n, at, at, at, sign, real, at, at], result: "void" },
  recount_energies: { parameters: [n, n, at, at, at], result: "void" },
} as const satisfies Symbols;
