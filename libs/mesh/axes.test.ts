import { expect, it } from "vitest";
import { withAxisFirst } from "./lines.ts";

it("an axis that becomes the first leaves the others in their order", () => {
  // Value 100 z + 10 y + x on a cube of 3.
  const n = 3;
  const value = (x: number, y: number, z: number) => 100 * z + 10 * y + x;
  const cube = Float64Array.from(
    { length: 27 },
    (_, i) => value(i % n, Math.floor(i / n) % n, Math.floor(i / 9)),
  );
  const orders = [
    (a: number, b: number, c: number) => value(a, b, c),
    (a: number, b: number, c: number) => value(b, a, c),
    (a: number, b: number, c: number) => value(b, c, a),
  ];
  orders.forEach((of, axis) => {
    const turned = withAxisFirst(cube, 3, axis);
    turned.forEach((v, i) => expect(v).toBe(of(i % n, Math.floor(i / n) % n, Math.floor(i / 9))));
  });
  const square = Float64Array.from({ length: 16 }, (_, i) => 10 * Math.floor(i / 4) + i % 4);
  expect([...withAxisFirst(square, 2, 1)].slice(0, 5)).toEqual([0, 10, 20, 30, 1]);
  expect(withAxisFirst(square, 2, 0)).toEqual(square);
});
