/**
 * Median seconds of one call, over at least `rounds` calls and `seconds` of them. The median shrugs off
 * what else the machine does. One call warms up and is not counted.
 */
export async function medianSeconds(
  call: () => unknown,
  { rounds = 5, seconds = 0.5 }: { rounds?: number; seconds?: number } = {},
): Promise<number> {
  await call();
  const times: number[] = [];
  const start = performance.now();
  while (times.length < rounds || performance.now() - start < seconds * 1000) {
    const before = performance.now();
    await call();
    times.push((performance.now() - before) / 1000);
  }
  times.sort((a, b) => a - b);
  const middle = times.length >> 1;
  return times.length % 2 === 1 ? times[middle] : (times[middle - 1] + times[middle]) / 2;
}

/** Seconds of one call. */
export async function timed(call: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await call();
  return (performance.now() - started) / 1e3;
}
