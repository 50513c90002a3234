/** `ln(1 + e^x)`, without overflow or cancellation. */
export const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
