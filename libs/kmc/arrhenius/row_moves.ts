/** Rows of a word into its sites and out again, and how both are filled: compiled, where there are compiled loops. */
import { drawRows, fillPlanes } from "./independent_rows.ts";
import { sweepLanes } from "./lane_sweeps.ts";
import { countLanes, packRows, unpackRows } from "./replica_configuration.ts";
import { type ReplicaMemory, rowLength } from "./replica_memory.ts";
import type { HeatBath } from "./types.ts";

/** What moves rows and sites; each overwrites what it makes. */
interface RowMoves {
  /** Sites from rows, and rows from sites. */
  pack(): void;
  unpack(): void;
  /** Rows of independent sites with densities `[N]`, which must not have changed if they are given again. */
  draw(density: Float64Array): void;
  /** Heat-bath sweeps over the sites of lanes that are not shifted. */
  sweep(heatBath: HeatBath): void;
  /** Counts of lanes. */
  count(): void;
}

/** The loops for a word's memory. */
export function createRowMoves({ arrays, engine, heatBath: kept }: ReplicaMemory): RowMoves {
  const { sites, halfWidth, mirror, width, eta } = arrays;
  let planned: Float64Array | null = null;
  const plan = (density: Float64Array) => {
    // One profile starts all words of a run.
    if (density !== planned) fillPlanes(arrays.planes, density);
    planned = density;
  };
  if (engine === null) {
    return {
      pack: () => packRows(arrays),
      unpack: () => unpackRows(arrays),
      draw(density) {
        plan(density);
        drawRows(arrays);
      },
      sweep: ({ vacancy, sweeps }) => sweepLanes(arrays, vacancy, kept!.unbound, sweeps),
      count() {
        if (arrays.count.length > 0) countLanes(arrays);
      },
    };
  }
  const at = (array: ArrayBufferView) => array.byteLength === 0 ? 0 : engine.addressOf(array);
  const length = rowLength(sites), vectors = eta.length / sites / 16;
  const move = [sites, vectors, width / (16 * vectors), length, at(arrays.rows), at(eta)] as const;
  const counts = [at(eta), at(arrays.count), at(arrays.reference), mirror ? -1 : 0] as const;
  const planes = [at(arrays.planes), at(arrays.shifts), at(arrays.lanes), at(arrays.rows)] as const;
  return {
    pack: () => engine.pack_rows(...move),
    unpack: () => engine.unpack_rows(...move),
    draw(density) {
      plan(density);
      engine.draw_rows(sites, width, length, ...planes);
    },
    sweep({ vacancy, sweeps }) {
      kept!.vacancy.set(vacancy);
      const odds = [at(kept!.vacancy), at(kept!.unbound)] as const;
      engine.sweep_lanes(sites, halfWidth, sweeps, at(eta), ...odds, at(arrays.lanes));
    },
    count() {
      if (arrays.count.length > 0) engine.count_lanes(sites, halfWidth, ...counts);
    },
  };
}
