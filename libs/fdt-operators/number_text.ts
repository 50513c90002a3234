/** Numbers as warnings have them. */

/** A share in percent, two digits. */
export const percent = (share: number): string => `${(100 * share).toPrecision(2)} %`;

/** Three digits, and no zeros behind them. */
export const short = (value: number): string => String(Number(value.toPrecision(3)));

/** A time as users have written it, which arithmetic may have given seventeen digits: six, and no zeros behind. */
export const timeText = (time: number): string => String(Number(time.toPrecision(6)));
