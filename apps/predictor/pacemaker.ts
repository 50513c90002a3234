const LONGEST_STRETCH = 15;

/**
 * Lets timers, sockets and other requests have their turn in a long computation.
 *
 * @returns A function to call often: nothing as long as less than 15 ms have gone by, then a promise
 * that is kept after one turn of the event loop.
 */
export function pacemaker(): () => Promise<void> | undefined {
  let last = performance.now();
  return () => {
    if (performance.now() - last < LONGEST_STRETCH) return undefined;
    return turn().then(() => {
      last = performance.now();
    });
  };
}

/** One turn of the event loop; a timer of 0 ms would wait for 4 ms in browsers. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    const immediate = (globalThis as { setImmediate?: (f: () => void) => void }).setImmediate;
    if (immediate) return immediate(resolve);
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      channel.port1.close();
      resolve();
    };
    channel.port2.postMessage(0);
  });
}
