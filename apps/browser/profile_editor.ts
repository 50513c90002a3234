/** A density profile that is drawn by hand: nodal values, changed along strokes. */
export interface ProfileEditor {
  readonly density: Float64Array;
  /** Starts a stroke at a position in [0, 1] and a density. */
  press(x: number, density: number): void;
  /** Goes on with the stroke; nodes between the last point and this one follow the line. */
  move(x: number, density: number): void;
}

/** Densities that can be drawn: a little inside of (0, 1), where every law is finite. */
export const DRAWABLE: readonly [number, number] = [0.02, 0.98];

/** @param nodes Number of nodes; node i lies at i / nodes. */
export function profileEditor(nodes: number, start: (x: number) => number): ProfileEditor {
  const density = Float64Array.from({ length: nodes }, (_, i) => clip(start(i / nodes)));
  let last: { x: number; density: number } | undefined;
  const put = (x: number, value: number) => {
    density[((Math.round(x * nodes) % nodes) + nodes) % nodes] = clip(value);
  };
  return {
    density,
    press(x, value) {
      put(x, value);
      last = { x, density: value };
    },
    move(x, value) {
      const from = last ?? { x, density: value };
      const steps = Math.max(1, Math.ceil(Math.abs(x - from.x) * nodes * 2));
      for (let k = 1; k <= steps; k++) {
        const s = k / steps;
        put(from.x + s * (x - from.x), from.density + s * (value - from.density));
      }
      last = { x, density: value };
    },
  };
}

const clip = (value: number): number => Math.min(DRAWABLE[1], Math.max(DRAWABLE[0], value));
