/** Which engine runs an ensemble. */
import { REPLICAS } from "./replica_memory.ts";
import { replicasFit } from "./replicas.ts";
import type { ArrheniusSystem, Engine } from "./types.ts";

/** Sites above which 512 replicas would take more memory (64 bytes a site, and 512 of rows) than caches give back. */
const BITS_LARGEST_SITES = 1 << 16;

/**
 * The engine asked for, or the fastest that fits.
 *
 * @param words Full words that an ensemble must hold at least for replicas to be chosen by themselves:
 * partly used words cost as much as full ones, and few leave workers idle.
 * @throws {RangeError} if the engine asked for does not take the system.
 */
export function chooseEngine(
  engine: Engine | "auto",
  system: ArrheniusSystem,
  realizations: number,
  words: number,
): Engine {
  switch (engine) {
    case "auto": {
      const enough = (width: number) => realizations >= words * width;
      const bits = system.sites <= BITS_LARGEST_SITES && replicasFit(system, "bits");
      if (bits && enough(REPLICAS.bits)) return "bits";
      return replicasFit(system, "lanes") && enough(REPLICAS.lanes) ? "lanes" : "scalar";
    }
    case "lanes":
    case "bits":
      if (!replicasFit(system, engine)) {
        throw new RangeError(
          `engine "${engine}" takes the constant kernel and a halfWidth of at most ${
            engine === "bits" ? 1 : 16383
          }, not the "${
            system.kernel?.name ?? "constant"
          }" kernel with ${system.halfWidth}; use "auto" or "scalar".`,
        );
      }
      return engine;
    case "scalar":
      return engine;
    default:
      throw new RangeError(
        `engine must be "auto", "scalar", "lanes" or "bits", not ${JSON.stringify(engine)}.`,
      );
  }
}
