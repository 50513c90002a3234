import { type Box, checkedBox } from "./box.ts";
import { axesThere, fractionsOf, planCoordinates } from "./coordinates.ts";
import type { Frame, Labels, Request } from "./frame.ts";
import { type Chunk, GsdFile, type GsdFrame } from "./gsd_file.ts";

/**
 * Frames of a GSD file (HOOMD's schema). Particles stand in the order of their tags, which are their ids.
 * Labels are `type` and `body`; columns vx, vy, vz, mass, diameter, charge.
 *
 * @throws {TrajectoryError} with file and frame of whatever is wrong, at the frame where it stands.
 */
export async function* readGsd(path: string, request: Request): AsyncGenerator<Frame> {
  const file = new GsdFile(path);
  try {
    let first: GsdFrame | undefined;
    for (const frame of file.frames()) {
      first ??= frame;
      yield new FrameReader(file, frame, first).frame(request);
    }
  } finally {
    file.close();
  }
}

/** A particle's columns, each a part of a chunk. */
const COLUMNS: Readonly<Record<string, readonly [chunk: string, part: number, parts: number]>> = {
  vx: ["particles/velocity", 0, 3],
  vy: ["particles/velocity", 1, 3],
  vz: ["particles/velocity", 2, 3],
  mass: ["particles/mass", 0, 1],
  charge: ["particles/charge", 0, 1],
  diameter: ["particles/diameter", 0, 1],
};

class FrameReader {
  readonly #file: GsdFile;
  readonly #frame: GsdFrame;
  readonly #first: GsdFrame;
  readonly #where: string;
  /** Values of the chunks read so far: each holds all components, and is asked for by one. */
  readonly #values = new Map<Chunk, Float64Array>();

  constructor(file: GsdFile, frame: GsdFrame, first: GsdFrame) {
    this.#file = file;
    this.#frame = frame;
    this.#first = first;
    this.#where = `frame ${frame.index}`;
  }

  frame(request: Request): Frame {
    const place = `${this.#file.path}, ${this.#where}`;
    const count = this.#one("particles/N") ?? this.#refuse("particles/N is missing");
    const box = checkedBox(this.#box(), place);
    const names = ["x", "y", "z"];
    const axes = axesThere(names, request, box);
    const plan = planCoordinates(names, axes, box);
    if ("missing" in plan) throw new Error(`${plan.missing} of three coordinates`);
    const coordinates = plan.columns.map((k) => this.#part("particles/position", k, 3, count));
    return {
      step: this.#one("configuration/step") ?? 0,
      ...{ box, count, axes },
      fractions: fractionsOf(plan, coordinates, count),
      ids: Float64Array.from({ length: count }, (_, i) => i),
      labels: new Map((request.labels ?? []).map((name) => [name, this.#label(name, count)])),
      columns: new Map(
        (request.columns ?? []).map((name) => {
          const column = COLUMNS[name] ?? this.#refuse(`no column ${name} is known in GSD files`);
          return [name, this.#part(...column, count)];
        }),
      ),
      places: {
        ...{ frame: place, step: place, count: place, box: place },
        particle: (index) => `${place}, particle ${index}`,
      },
    };
  }

  /** A chunk of this frame; where it lacks, the first frame's stands for it. */
  #chunk(name: string): Chunk | undefined {
    return this.#frame.chunks.get(name) ?? this.#first.chunks.get(name);
  }

  #one(name: string): number | undefined {
    const chunk = this.#chunk(name);
    if (chunk === undefined) return undefined;
    const [value] = this.#read(chunk, 1, 1);
    if (!(Number.isSafeInteger(value) && value >= 0)) this.#refuse(`${name} is ${value}`);
    return value;
  }

  #read(chunk: Chunk, rows: number, columns: number): Float64Array {
    if (chunk.rows !== rows || chunk.columns !== columns) {
      const { name } = chunk;
      this.#refuse(`${name} is [${chunk.rows}, ${chunk.columns}], not [${rows}, ${columns}]`);
    }
    const values = this.#values.get(chunk) ?? this.#file.read(chunk);
    this.#values.set(chunk, values);
    return values;
  }

  /** One component of particles' vectors, `[count]`. */
  #part(name: string, part: number, parts: number, count: number): Float64Array {
    const chunk = this.#chunk(name) ?? this.#refuse(`${name} is missing`);
    const all = this.#read(chunk, count, parts);
    const values = Float64Array.from({ length: count }, (_, i) => all[i * parts + part]);
    const odd = values.findIndex((value) => !Number.isFinite(value));
    if (odd >= 0) this.#refuse(`${name} of particle ${odd} is ${values[odd]}, no finite number`);
    return values;
  }

  #label(name: string, count: number): Labels {
    const source = { type: "particles/typeid", body: "particles/body" }[name];
    if (source === undefined) this.#refuse(`no label ${name} is known in GSD files`);
    const chunk = this.#chunk(source);
    // Without a chunk all are of type 0, and of no body.
    const ids = chunk ? this.#read(chunk, count, 1) : new Float64Array(count);
    if (name === "type") return { codes: Int32Array.from(ids), names: this.#types(ids) };
    const names = [...new Set(ids)];
    const codes = new Map(names.map((id, code) => [id, code]));
    return { codes: Int32Array.from(ids, (id) => codes.get(id)!), names: names.map(String) };
  }

  #types(ids: Float64Array): string[] {
    const chunk = this.#chunk("particles/types");
    const names = chunk ? namesOf(this.#file.read(chunk), chunk.columns) : ["A"];
    const odd = ids.find((id) => !(id >= 0 && id < names.length));
    if (odd !== undefined) {
      this.#refuse(`particles/typeid holds ${odd}; there are ${names.length} types`);
    }
    return names;
  }

  #box(): Box {
    const chunk = this.#chunk("configuration/box") ?? this.#refuse("configuration/box is missing");
    const [lx, ly, lz, xy, xz, yz] = this.#read(chunk, 6, 1);
    // In two dimensions the box has no third length, and no coordinate is divided by it.
    const height = lz === 0 ? 1 : lz;
    const edges = [[lx, 0, 0], [xy * ly, ly, 0], [xz * height, yz * height, height]];
    const origin = [0, 1, 2].map((k) => -(edges[0][k] + edges[1][k] + edges[2][k]) / 2);
    return { origin, edges, periodic: [true, true, true] };
  }

  #refuse(why: string): never {
    this.#file.refuse(this.#where, why);
  }
}

/** Rows of zero-ended text. */
function namesOf(bytes: Float64Array, width: number): string[] {
  return Array.from({ length: bytes.length / width }, (_, row) => {
    const letters = Array.from(bytes.subarray(row * width, (row + 1) * width));
    const end = letters.indexOf(0);
    return String.fromCharCode(...(end < 0 ? letters : letters.slice(0, end)).map((c) => c & 255));
  });
}
