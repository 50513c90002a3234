import { closeSync, openSync } from "node:fs";
import { type ArrayFrame, frameOfArray, refuseFurther } from "./array_frame.ts";
import { AXES, type Box, checkedBox } from "./box.ts";
import { boxOf, type GivenBox } from "./boxless.ts";
import type { Frame, Request } from "./frame.ts";
import { TrajectoryError } from "./trajectory_error.ts";

/** As much of h5wasm's classes as is used here. */
interface Dataset {
  readonly shape: number[];
  slice(ranges: number[][]): ArrayLike<number | bigint>;
  readonly attrs: Record<string, { value: unknown } | undefined>;
}
interface Group {
  keys(): string[];
  get(name: string): unknown;
  readonly attrs: Record<string, { value: unknown } | undefined>;
}

/**
 * Frames of an H5MD file (HDF5; nongnu.org/h5md): `particles/GROUP/position`, its steps and times, and the
 * group's box, fixed or of each frame.
 *
 * @param given The box, where the file has none.
 * @throws {TrajectoryError} with file and frame of whatever is wrong.
 */
export async function* readH5md(
  path: string,
  request: Request,
  given?: GivenBox,
): AsyncGenerator<Frame> {
  refuseFurther(path, request);
  // The system's own words for a file that is not there.
  closeSync(openSync(path, "r"));
  const { default: h5wasm } = await import("h5wasm/node");
  await h5wasm.ready;
  const file = new h5wasm.File(path, "r");
  try {
    if (!(file.file_id > 0n)) throw new TrajectoryError(path, "no HDF5 file is like this");
    const group = particleGroup(file as unknown as Group, path);
    const position = element(group, "position", path);
    const [frames, count, dimensions] = position.value.shape;
    if (position.value.shape.length !== 3 || dimensions < 1 || dimensions > 3) {
      throw new TrajectoryError(
        path,
        `position is [${position.value.shape.join(", ")}], not [frames, particles, dimensions]`,
      );
    }
    const ids = hasElement(group, "id") ? element(group, "id", path) : undefined;
    for (let index = 0; index < frames; index++) {
      const frame: ArrayFrame = {
        ...{ path, index, dimensions },
        step: instant(position.step, index),
        time: instant(position.time, index),
        box: boxAt(group, index, dimensions, path, given),
        positions: numbers(position.value.slice([[index, index + 1], [0, count], [0, dimensions]])),
        ids: ids && numbers(ids.value.slice([[index, index + 1], [0, count]])),
      };
      yield frameOfArray(frame, request);
    }
  } finally {
    file.close();
  }
}

const numbers = (values: ArrayLike<number | bigint>) => Float64Array.from(values, Number);

function particleGroup(file: Group, path: string): Group {
  const particles = file.get("particles") as Group | null;
  const names = particles?.keys?.() ?? [];
  if (names.length !== 1) {
    throw new TrajectoryError(
      path,
      names.length === 0
        ? "it has no group particles/NAME, as H5MD has"
        : `its group particles has ${names.join(", ")}; one is read`,
    );
  }
  return particles!.get(names[0]) as Group;
}

const hasElement = (group: Group, name: string) => group.keys().includes(name);

/** A quantity that is there for each frame. */
function element(group: Group, name: string, path: string) {
  const found = group.get(name) as Group | null;
  const value = found?.get?.("value") as Dataset | null | undefined;
  if (!found || !value) throw new TrajectoryError(path, `${name}/value is missing`);
  const optional = (
    key: string,
  ) => (found.keys().includes(key) ? found.get(key) as Dataset : undefined);
  return { value, step: optional("step"), time: optional("time") };
}

/** Of each frame; or an increment with an offset, where it is a single number. */
function instant(dataset: Dataset | undefined, index: number): number | undefined {
  if (dataset === undefined) return undefined;
  if (dataset.shape.length > 0) return Number(dataset.slice([[index, index + 1]])[0]);
  const increment = Number((dataset as unknown as { value: number | bigint }).value);
  return Number(dataset.attrs.offset?.value ?? 0) + index * increment;
}

function boxAt(
  group: Group,
  index: number,
  dimensions: number,
  path: string,
  given?: GivenBox,
): Box {
  const found = hasElement(group, "box") ? group.get("box") as Group : undefined;
  const boundary = found?.attrs.boundary?.value as string[] | undefined;
  if (!found?.keys().includes("edges")) {
    if (given) return boxOf(given, path);
    throw new TrajectoryError(
      path,
      "it has no box/edges, without which positions mean nothing here",
    );
  }
  const edges = found.get("edges") as Dataset & Group;
  const ofFrame = edges.shape === undefined;
  const values = ofFrame
    ? sliceOf(edges.get("value") as Dataset, index)
    : numbers(edges.slice(edges.shape.map((length) => [0, length])));
  if (values.length !== dimensions && values.length !== dimensions ** 2) {
    throw new TrajectoryError(
      path,
      `box/edges has ${values.length} numbers for ${dimensions} dimensions`,
    );
  }
  const isDiagonal = values.length === dimensions;
  const whole = AXES.map((_, i) =>
    AXES.map((_, k) => {
      if (i >= dimensions || k >= dimensions) return i === k ? 1 : 0;
      return isDiagonal ? (i === k ? values[i] : 0) : values[i * dimensions + k];
    })
  );
  const periodic = AXES.map((_, k) =>
    k >= dimensions || (boundary?.[k] ?? "periodic") === "periodic"
  );
  return checkedBox({ origin: [0, 0, 0], edges: whole, periodic }, `${path}, frame ${index}`);
}

function sliceOf(dataset: Dataset, index: number): Float64Array {
  const rest = dataset.shape.slice(1).map((length) => [0, length]);
  return numbers(dataset.slice([[index, index + 1], ...rest]));
}
