/** A straight piece of a contour line, in grid coordinates (column, row; fractions in between). */
export interface Segment {
  x1: number;
  y1: number;
  x2: number;
  y2: number;
}

/**
 * Marching squares: the contour of `values[row][column]` at `level` as straight pieces, with linear
 * interpolation along the sides of each square of four neighbours. A saddle is split by the mean of
 * its corners.
 */
export function contourSegments(values: number[][], level: number): Segment[] {
  const segments: Segment[] = [];
  for (let row = 0; row + 1 < values.length; row++) {
    for (let column = 0; column + 1 < values[row].length; column++) {
      // Corners counter-clockwise from (column, row).
      const corners = [[0, 0], [1, 0], [1, 1], [0, 1]].map(([dx, dy]) => ({
        x: column + dx,
        y: row + dy,
        value: values[row + dy][column + dx],
      }));
      const crossings = corners.flatMap((from, k) => {
        const to = corners[(k + 1) % 4];
        if ((from.value > level) === (to.value > level)) return [];
        const share = (level - from.value) / (to.value - from.value);
        return [{ x: from.x + share * (to.x - from.x), y: from.y + share * (to.y - from.y) }];
      });
      if (crossings.length === 4) {
        const middle = corners.reduce((sum, corner) => sum + corner.value, 0) / 4;
        // Pairs that cut off single corners: those on the other side of the level than the middle.
        if ((middle > level) === (corners[0].value > level)) {
          segments.push(join(crossings[0], crossings[1]), join(crossings[2], crossings[3]));
        } else segments.push(join(crossings[3], crossings[0]), join(crossings[1], crossings[2]));
      } else if (crossings.length === 2) segments.push(join(crossings[0], crossings[1]));
    }
  }
  return segments;
}

function join(a: { x: number; y: number }, b: { x: number; y: number }): Segment {
  return { x1: a.x, y1: a.y, x2: b.x, y2: b.y };
}
