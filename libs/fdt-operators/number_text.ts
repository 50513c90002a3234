/** Numbers as warnings have them. */

/** A share in percent, two digits. */
export const percent = (share: number): string => `${(100 * share).toPrecision(2)} %`;

/** Three digits, and no zeros behind them. */
export const short = (value: number): string => String(Number(value.toPrecision(3)));
