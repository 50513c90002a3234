/** What LAMMPS' text dumps begin their frames with: step, box, number of particles. */
import { type Box, checkedBox } from "./box.ts";
import { parseDecimal } from "./decimal.ts";
import type { LineScanner } from "./line_scanner.ts";

/** The sections before a frame's table, as far as they were there. */
export interface FrameHead {
  frameLine?: number;
  step?: number;
  stepLine?: number;
  time?: number;
  count?: number;
  countLine?: number;
  box?: Box;
  boxLine?: number;
  /** `DIMENSION` and `GRID SIZE` of `dump grid`. */
  dimension?: number;
  gridSize?: readonly number[];
}

/** Sections that a frame has one of, in the order in which LAMMPS writes them. */
const READERS:
  readonly (readonly [string, (s: LineScanner, h: FrameHead, rest: string) => Promise<void>])[] = [
    ["UNITS", async (scanner) => void await valueLine(scanner)],
    ["TIMESTEP", async (scanner, head) => {
      head.step = whole(scanner, await valueLine(scanner), "the step");
      head.stepLine = scanner.line;
    }],
    ["TIME", async (scanner, head) => {
      [head.time] = numbers(scanner, await valueLine(scanner), 1);
    }],
    ["NUMBER OF ATOMS", async (scanner, head) => {
      head.count = whole(scanner, await valueLine(scanner), "the number of particles");
      head.countLine = scanner.line;
    }],
    ["BOX BOUNDS", async (scanner, head, rest) => {
      head.boxLine = scanner.line;
      head.box = await readBox(scanner, rest);
    }],
    ["DIMENSION", async (scanner, head) => {
      head.dimension = whole(scanner, await valueLine(scanner), "the dimension");
    }],
    ["GRID SIZE", async (scanner, head) => {
      const size = numbers(scanner, await valueLine(scanner), 3);
      if (!size.every((n) => Number.isInteger(n) && n >= 1)) {
        scanner.refuse("no grid has this size");
      }
      head.gridSize = size;
    }],
  ];

/**
 * Reads sections until one is a table.
 *
 * @param table The section that ends the head, `ATOMS` or `GRID CELLS`.
 * @returns The head and the table's columns; null at the end of the file.
 * @throws {TrajectoryError} at the line that is wrong.
 */
export async function readHead(
  scanner: LineScanner,
  table: string,
): Promise<{ head: FrameHead; columns: string[] } | null> {
  const head: FrameHead = {};
  const seen = new Set<string>();
  while (await scanner.next()) {
    const text = scanner.text().trim();
    if (text === "" && seen.size === 0) continue;
    if (!text.startsWith("ITEM: ")) {
      scanner.refuse(
        scanner.line === 1
          ? "no LAMMPS dump begins like this"
          : `here a section "ITEM: …" must begin; is the number of particles above it right?`,
      );
    }
    head.frameLine ??= scanner.line;
    const title = text.slice(6);
    if (title === table || title.startsWith(`${table} `)) {
      const columns = title.slice(table.length).trim().split(/[ \t]+/).filter(Boolean);
      return { head, columns };
    }
    const found = READERS.find(([name]) =>
      title === name || title === `${name} nx ny nz` ||
      (name === "BOX BOUNDS" && title.startsWith(name))
    );
    if (!found) scanner.refuse(`"${title.slice(0, 60)}" is no section that is read here`);
    if (seen.has(found[0])) scanner.refuse(`a second ${found[0]} stands in one frame`);
    seen.add(found[0]);
    await found[1](scanner, head, title.slice(found[0].length).trim());
  }
  if (seen.size > 0) {
    scanner.refuseAsCutOff(`behind this line, before its section "ITEM: ${table}"`);
  }
  return null;
}

async function valueLine(scanner: LineScanner): Promise<string> {
  if (!await scanner.next()) scanner.refuseAsCutOff("behind this line");
  return scanner.text().trim();
}

function whole(scanner: LineScanner, text: string, what: string): number {
  if (!/^\d{1,15}$/.test(text)) {
    scanner.refuse(`${what} must be a whole number, not "${text.slice(0, 40)}"`);
  }
  return Number(text);
}

/** Exactly so many finite numbers. @param text Of the scanner: a byte for each character. */
function numbers(scanner: LineScanner, text: string, count: number): number[] {
  const words = text.split(/[ \t]+/);
  const values = words.map((word) => {
    const bytes = Uint8Array.from(word, (c) => c.charCodeAt(0));
    return parseDecimal(bytes, 0, bytes.length);
  });
  if (values.length !== count || values.some(Number.isNaN)) {
    scanner.refuse(`here must stand ${count} finite number${count > 1 ? "s" : ""}`);
  }
  return values;
}

/** The three forms of `BOX BOUNDS`: orthogonal, restricted triclinic, general triclinic. */
async function readBox(scanner: LineScanner, rest: string): Promise<Box> {
  const words = rest.split(/[ \t]+/);
  const flags = words.slice(-3);
  const form = words.slice(0, -3).join(" ");
  const width = { "": 2, "xy xz yz": 3, "abc origin": 4 }[form];
  if (width === undefined || !flags.every((flag) => /^[pfsm]{2}$/.test(flag))) {
    scanner.refuse(
      `a box with the bounds "${rest.slice(0, 60)}" is not known; such as "pp pp pp" is`,
    );
  }
  const line = scanner.line;
  const rows: number[][] = [];
  for (let i = 0; i < 3; i++) rows.push(numbers(scanner, await valueLine(scanner), width));
  const periodic = flags.map((flag) => flag === "pp");
  const box = form === "abc origin"
    ? { origin: rows.map((row) => row[3]), edges: rows.map((row) => row.slice(0, 3)), periodic }
    : { ...restricted(rows), periodic };
  return checkedBox(box, scanner.place(line));
}

/** A box whose first edge lies along x and whose second in the plane of x and y. */
function restricted([[xlo, xhi, xy = 0], [ylo, yhi, xz = 0], [zlo, zhi, yz = 0]]: number[][]) {
  // The file has the bounds of the box around the tilted one.
  const x = [xlo - Math.min(0, xy, xz, xy + xz), xhi - Math.max(0, xy, xz, xy + xz)];
  const y = [ylo - Math.min(0, yz), yhi - Math.max(0, yz)];
  return {
    origin: [x[0], y[0], zlo],
    edges: [[x[1] - x[0], 0, 0], [xy, y[1] - y[0], 0], [xz, yz, zhi - zlo]],
  };
}
