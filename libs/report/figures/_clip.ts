/** A curve without what lies above or below a frame: cut where it crosses, gaps (NaN) beyond. */
export function clipCurve(
  x: number[],
  y: number[],
  [low, high]: readonly [number, number],
): { x: number[]; y: number[] } {
  const clipped = { x: [] as number[], y: [] as number[] };
  const add = (at: number, value: number) => {
    clipped.x.push(at);
    clipped.y.push(value);
  };
  const inside = (value: number) => value >= low && value <= high;
  y.forEach((value, i) => {
    if (i > 0) {
      const before = y[i - 1];
      // Both edges, in the order in which they are met.
      const edges = [low, high].filter((edge) => (before - edge) * (value - edge) < 0);
      if (before > value) edges.reverse();
      for (const edge of edges) {
        const crossing = x[i - 1] + (edge - before) / (value - before) * (x[i] - x[i - 1]);
        add(crossing, edge);
      }
    }
    add(x[i], inside(value) ? value : NaN);
  });
  return clipped;
}

/** Values moved to the nearer edge of a frame where they lie beyond. */
export function clamp(values: number[], [low, high]: readonly [number, number]): number[] {
  return values.map((value) => Math.min(high, Math.max(low, value)));
}
