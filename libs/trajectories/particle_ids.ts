import { TrajectoryError } from "./trajectory_error.ts";

/**
 * Checks numbers of particles: whole, and each once.
 *
 * @throws {TrajectoryError} at the particle that is wrong.
 */
export function checkIds(ids: Float64Array, place: (particle: number) => string): void {
  let largest = 0;
  for (let i = 0; i < ids.length; i++) {
    if (!(Number.isSafeInteger(ids[i]) && ids[i] >= 0)) {
      throw new TrajectoryError(place(i), `id is ${ids[i]}, no whole number of at least 0`);
    }
    if (ids[i] > largest) largest = ids[i];
  }
  // Numbers without large gaps are ticked off, others collected.
  const seen = largest < 16 * ids.length + 1024 ? new Ticks(largest + 1) : new Set<number>();
  for (let i = 0; i < ids.length; i++) {
    if (seen.has(ids[i])) {
      throw new TrajectoryError(place(i), `id ${ids[i]} stands twice in one frame`);
    }
    seen.add(ids[i]);
  }
}

class Ticks {
  readonly #ticked: Uint8Array;
  constructor(size: number) {
    this.#ticked = new Uint8Array(size);
  }
  has = (id: number): boolean => this.#ticked[id] === 1;
  add(id: number): void {
    this.#ticked[id] = 1;
  }
}
