/** The second line of a frame of extended XYZ: `key=value` pairs, values in quotes where they have blanks. */

const PAIR =
  /([A-Za-z_][\w.-]*)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|\{([^}]*)\}|(\[[^\]]*\]|\S+)))?/y;

/** Pairs by key in small letters; a bare key is true. Null where the line is no list of pairs. */
export function parseComment(text: string): Map<string, string> | null {
  const pairs = new Map<string, string>();
  let at = 0;
  for (;;) {
    while (text[at] === " " || text[at] === "\t") at++;
    if (at >= text.length) return pairs;
    PAIR.lastIndex = at;
    const found = PAIR.exec(text);
    if (found === null) return null;
    pairs.set(found[1].toLowerCase(), found.slice(2).find((value) => value !== undefined) ?? "T");
    at = PAIR.lastIndex;
  }
}

/** What columns of several numbers are called one by one, as in LAMMPS' dumps. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  pos: ["x", "y", "z"],
  velo: ["vx", "vy", "vz"],
  velocities: ["vx", "vy", "vz"],
  forces: ["fx", "fy", "fz"],
  force: ["fx", "fy", "fz"],
};
const RENAMED: Readonly<Record<string, string>> = {
  species: "type",
  molecule: "mol",
  mol_id: "mol",
};

/** Names of a table's columns by `Properties`, such as `species:S:1:pos:R:3`; null where it is none. */
export function columnsOf(properties: string): string[] | null {
  const parts = properties.split(":");
  if (parts.length % 3 !== 0) return null;
  const columns: string[] = [];
  for (let i = 0; i < parts.length; i += 3) {
    const [name, kind, width] = parts.slice(i, i + 3);
    if (!/^[SRIL]$/.test(kind) || !/^[1-9]\d{0,3}$/.test(width)) return null;
    const known = PARTS[name];
    for (let k = 0; k < Number(width); k++) {
      columns.push(
        Number(width) === 1 ? RENAMED[name] ?? name : known?.[k] ?? `${name}[${k + 1}]`,
      );
    }
  }
  return columns;
}
