import fc from "fast-check";

/** Up to 30 points of a finite curve over an increasing grid; flat curves and single points included. */
export const finiteCurve = fc.record({
  steps: fc.array(fc.double({ min: 1e-6, max: 10, noNaN: true }), { minLength: 1, maxLength: 30 }),
  scale: fc.constantFrom(0, 1e-12, 1e-3, 1, 1e9),
  offset: fc.constantFrom(0, -0.7, 1e6),
  spread: fc.constantFrom(0, 1e-9, 1),
}).map(({ steps, scale, offset, spread }) => {
  let total = 0;
  const x = steps.map((step) => total += step);
  return { x, y: steps.map((step) => offset + scale * Math.sin(step)), spread };
});

/** Texts that try to leave their element. */
export const hostileText = fc.oneof(
  fc.constantFrom(
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onload='x",
    "a & b < c > d",
    "]]> --> <!--",
    "${name} $& $1 `x`",
    "&amp;lt;",
  ),
  fc.string({ minLength: 1, maxLength: 20, unit: "grapheme-ascii" }).filter((text) =>
    text.trim() !== ""
  ),
);
