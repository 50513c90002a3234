/** A canvas that notes what is drawn on it, for tests. */

/** A call by its name and arguments; what is set is one called `name=`. */
export type Call = [name: string, ...args: unknown[]];

/** A canvas of 1000 by 500 pixels, shown at half of that, that notes what is drawn with which styles. */
export function canvasOf(clientWidth = 500) {
  const calls: Call[] = [];
  const context = new Proxy({} as Record<string, unknown>, {
    get: (own, name: string) =>
      own[name] ?? ((...args: unknown[]) => void calls.push([name, ...args])),
    set: (own, name: string, value) => {
      own[name] = value;
      calls.push([`${name}=`, value]);
      return true;
    },
  });
  const canvas = {
    ...{ width: 1000, height: 500, clientWidth, clientHeight: 250, style: { color: "" } },
    getContext: () => context,
    getBoundingClientRect: () => ({ left: 10, top: 20, width: 500, height: 250 }),
  };
  return { calls, canvas: canvas as unknown as HTMLCanvasElement };
}

/** Where its axes are: letters of 11 screen pixels are 22 of the canvas, margins 101.2, 22, 22, 79.2. */
export const [LEFT, TOP, WIDTH, HEIGHT] = [101.2, 22, 1000 - 101.2 - 22, 500 - 22 - 79.2];
