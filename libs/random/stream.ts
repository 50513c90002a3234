import { poisson } from "./poisson.ts";
import type { RandomStream } from "./types.ts";
import { seedFromText, xoshiro128starstar } from "./xoshiro.ts";

const TWO_POW_32 = 4294967296;

/**
 * The stream named by `seed` and `path`.
 *
 * @param seed The experiment's seed; any finite number or text.
 * @param path Names from the general to the particular, e.g. `"kmc", "profile-3", 12`.
 * @throws {RangeError} if a numeric seed is not finite.
 */
export function randomStream(
  seed: number | string,
  ...path: (string | number)[]
): RandomStream {
  if (typeof seed === "number" && !Number.isFinite(seed)) {
    throw new RangeError(`The seed must be a finite number or text, not ${seed}.`);
  }
  return streamAt([seed, ...path].join("/"));
}

function streamAt(path: string): RandomStream {
  const state = seedFromText(path);
  // Marsaglia's polar method makes two normals at a time; the second waits here.
  let spare = Number.NaN;
  const uint32 = () => xoshiro128starstar(state);
  const uniform = () => ((uint32() >>> 5) * 67108864 + (uint32() >>> 6)) / 9007199254740992;
  const normal = () => {
    if (!Number.isNaN(spare)) {
      const value = spare;
      spare = Number.NaN;
      return value;
    }
    let u: number, v: number, s: number;
    do {
      u = 2 * uniform() - 1;
      v = 2 * uniform() - 1;
      s = u * u + v * v;
    } while (s >= 1 || s === 0);
    const scale = Math.sqrt(-2 * Math.log(s) / s);
    spare = v * scale;
    return u * scale;
  };
  const integer = (n: number) => {
    if (!Number.isInteger(n) || n < 1 || n > TWO_POW_32) {
      throw new RangeError(`integer(n) needs a whole n from 1 to 2^32, not ${n}.`);
    }
    const limit = TWO_POW_32 - (TWO_POW_32 % n);
    let value: number;
    do value = uint32(); while (value >= limit);
    return value % n;
  };
  return {
    path,
    state,
    uint32,
    uniform,
    normal,
    integer,
    poisson: (mean) => poisson(mean, uniform),
    split: (name) => streamAt(`${path}/${name}`),
  };
}
