const ZERO = 48, NINE = 57, MINUS = 45, PLUS = 43, POINT = 46;
const POWERS = Float64Array.from({ length: 23 }, (_, k) => Number(`1e${k}`));

/**
 * The number that a part of a line of text spells, nearest to it as `Number` is; NaN if it spells none.
 *
 * Numbers of up to 15 digits times a power of ten up to 22 are exact in one operation (Clinger 1990); only
 * others become text first.
 */
export function parseDecimal(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  const sign = bytes[at];
  if (sign === MINUS || sign === PLUS) at++;
  let digits = 0, mantissa = 0, scale = 0, hasPoint = false;
  for (; at < end; at++) {
    const byte = bytes[at];
    if (byte >= ZERO && byte <= NINE) {
      mantissa = mantissa * 10 + byte - ZERO;
      if (mantissa > 0) digits++;
      if (hasPoint) scale--;
    } else if (byte === POINT && !hasPoint) hasPoint = true;
    else break;
  }
  const first = start + (sign === MINUS || sign === PLUS ? 1 : 0);
  const hasDigits = at - first > (hasPoint ? 1 : 0);
  if (!hasDigits) return NaN;
  if (at < end) {
    if ((bytes[at] | 32) !== 101) return NaN;
    const exponent = parseExponent(bytes, at + 1, end);
    if (Number.isNaN(exponent)) return NaN;
    scale += exponent;
  }
  if (digits > 15 || scale < -22 || scale > 22) return general(bytes, start, end);
  const value = scale < 0 ? mantissa / POWERS[-scale] : mantissa * POWERS[scale];
  return sign === MINUS ? -value : value;
}

function parseExponent(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  const sign = bytes[at];
  if (sign === MINUS || sign === PLUS) at++;
  if (at >= end || end - at > 6) return NaN;
  let value = 0;
  for (; at < end; at++) {
    const byte = bytes[at];
    if (byte < ZERO || byte > NINE) return NaN;
    value = value * 10 + byte - ZERO;
  }
  return sign === MINUS ? -value : value;
}

/** What the loop above has found to be a number. */
function general(bytes: Uint8Array, start: number, end: number): number {
  const value = Number(asciiText(bytes, start, end));
  return Number.isFinite(value) ? value : NaN;
}

/** Bytes as text; those beyond ASCII as the characters of Latin-1, which is enough for messages. */
export function asciiText(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i]);
  return text;
}
