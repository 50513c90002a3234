import { randomStream } from "@spiediff/random";
import type { Mutant, MutationKind } from "./mutations.ts";

/**
 * A seeded sample without replacement. Each draw takes a package, a kind of mistake and a site with equal
 * chances, so that constants, of which there are most, do not crowd out the dropped fields.
 *
 * @param mutants All candidates; the sample depends on their order.
 */
export function sampleMutants(mutants: readonly Mutant[], count: number, seed: number): Mutant[] {
  const stream = randomStream(seed, "mutate");
  const left = new Map<string, Map<MutationKind, Mutant[]>>();
  for (const mutant of mutants) {
    const kinds = left.get(packageOf(mutant.path)) ?? new Map<MutationKind, Mutant[]>();
    left.set(
      packageOf(mutant.path),
      kinds.set(mutant.kind, [...kinds.get(mutant.kind) ?? [], mutant]),
    );
  }
  const one = <T>(list: T[]): T => list[Math.floor(stream.uniform() * list.length)];
  const sample: Mutant[] = [];
  while (sample.length < count && left.size > 0) {
    const name = one([...left.keys()]);
    const kinds = left.get(name)!;
    const kind = one([...kinds.keys()]);
    const sites = kinds.get(kind)!;
    const chosen = one(sites);
    sample.push(chosen);
    sites.splice(sites.indexOf(chosen), 1);
    if (sites.length === 0) kinds.delete(kind);
    if (kinds.size === 0) left.delete(name);
  }
  return sample;
}

/** `libs/kmc` of `libs/kmc/rates.ts`. */
export function packageOf(path: string): string {
  return path.split("/").slice(0, 2).join("/");
}
