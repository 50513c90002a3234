import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeText, parseJson } from "./mod.ts";

/** Seed of all texts here. */
const SEED = 20261128;
const runs = { seed: SEED, numRuns: 1000 };

/** A piece of a JSON text; keys of one object share the number of their object. */
interface Token {
  readonly kind: "open" | "close" | "," | ":" | "key" | "string" | "number" | "word";
  readonly text: string;
  readonly object?: number;
}

/** The pieces of a value, in order. */
function tokensOf(value: unknown): Token[] {
  let objects = 0;
  const walk = (value: unknown): Token[] => {
    if (Array.isArray(value)) return list("[", value.map(walk), "]");
    if (typeof value === "object" && value !== null) {
      const object = objects++;
      const fields = Object.entries(value).map(([key, field]): Token[] => [
        { kind: "key", text: JSON.stringify(key), object },
        { kind: ":", text: ":" },
        ...walk(field),
      ]);
      return list("{", fields, "}");
    }
    const kind = typeof value === "string"
      ? "string"
      : typeof value === "number"
      ? "number"
      : "word";
    return [{ kind, text: JSON.stringify(value) }];
  };
  const list = (open: string, items: Token[][], close: string): Token[] => [
    { kind: "open", text: open },
    ...items.flatMap((item, i): Token[] => i === 0 ? item : [{ kind: ",", text: "," }, ...item]),
    { kind: "close", text: close },
  ];
  return walk(value);
}

/** A text with blanks before each token, and where each token begins. */
function layOut(tokens: readonly Token[], gaps: readonly string[]) {
  let text = "", line = 1, column = 1;
  const places = tokens.map((token, i) => {
    for (const c of gaps[i % gaps.length]) {
      text += c;
      column++;
      if (c === "\n") line++, column = 1;
    }
    const place = { line, column };
    text += token.text;
    column += token.text.length;
    return place;
  });
  return { text, places, end: { line, column } };
}

const gaps = fc.array(fc.constantFrom("", "", " ", "\n", "\r\n  ", "\n\n\t"), {
  minLength: 7,
  maxLength: 7,
});
/** An object with every kind of piece in it. */
const document = fc.record({
  a: fc.jsonValue({ maxDepth: 3 }),
  text: fc.string({ minLength: 1 }),
  list: fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 2 }),
  flag: fc.boolean(),
});

/** Where a fault must be named: at the start of a token, at the end of the text, or so far into a token. */
type Where = { readonly token: number; readonly into?: number } | "end";
/** One fault at a token, and where it must be named; undefined where it makes no sense. */
type Fault = (
  tokens: readonly Token[],
  at: number,
  pick: number,
) => { readonly tokens: readonly Token[]; readonly where: Where } | undefined;

const with_ = (tokens: readonly Token[], at: number, removed: number, ...added: string[]) =>
  tokens.toSpliced(at, removed, ...added.map((text): Token => ({ kind: "word", text })));

/** A token of the kind is replaced by another text, and that is what is wrong. */
const replaced =
  (kinds: readonly Token["kind"][], texts: readonly string[]): Fault => (tokens, at, pick) =>
    kinds.includes(tokens[at].kind)
      ? { tokens: with_(tokens, at, 1, texts[pick % texts.length]), where: { token: at } }
      : undefined;

const FAULTS: Readonly<Record<string, Fault>> = {
  "no number": replaced(["number"], [
    ...[
      "NaN",
      "Infinity",
      "-Infinity",
      "1e400",
      "-1e999",
      "1e-400",
      "01",
      "+1",
      ".5",
      "1.",
      "1e",
      "0x1F",
    ],
    ...["1_000", "--1", "1D-3", "1.2.3"],
  ]),
  "no value": replaced(
    ["word", "number", "string"],
    [
      ...["True", "None", "undefined", "nul", "truest", "nan", "'text'", "`text`", "(1)", ""],
    ].filter((text) => text !== ""),
  ),
  "no name of a field": replaced(["key"], ["name", "'name'", "1", "null", "[]"]),
  "a comma too many": (tokens, at) =>
    tokens[at].kind === ","
      ? { tokens: with_(tokens, at, 0, ","), where: { token: at + 1 } }
      : undefined,
  "a comma before the end": (tokens, at) =>
    tokens[at].kind === "close" && tokens[at - 1].kind !== "open"
      ? { tokens: with_(tokens, at, 0, ","), where: { token: at + 1 } }
      : undefined,
  "no comma": (tokens, at) =>
    tokens[at].kind === "," ? { tokens: with_(tokens, at, 1), where: { token: at } } : undefined,
  "a semicolon": replaced([","], [";"]),
  "no colon": (tokens, at) =>
    tokens[at].kind === ":" ? { tokens: with_(tokens, at, 1), where: { token: at } } : undefined,
  "an equals sign": replaced([":"], ["=", "=>"]),
  "the wrong bracket": (tokens, at) =>
    tokens[at].kind === "close"
      ? {
        tokens: with_(tokens, at, 1, tokens[at].text === "]" ? "}" : "]"),
        where: { token: at },
      }
      : undefined,
  "a comment": (tokens, at, pick) => ({
    tokens: with_(tokens, at, 0, ["// why\n", "/* why */ ", "# why\n"][pick % 3]),
    where: { token: at },
  }),
  "a field twice": (tokens, at) => {
    const first = tokens.findIndex(({ kind, object }, i) =>
      kind === "key" && i < at && object === tokens[at].object
    );
    return tokens[at].kind === "key" && first >= 0
      ? { tokens: with_(tokens, at, 1, tokens[first].text), where: { token: at } }
      : undefined;
  },
  "a control character": (tokens, at, pick) =>
    tokens[at].kind === "string"
      ? {
        tokens: with_(tokens, at, 1, `"${["\t", "\n", "\0", "\x1f"][pick % 4]}"`),
        where: { token: at, into: 1 },
      }
      : undefined,
  "an unknown escape": (tokens, at, pick) =>
    tokens[at].kind === "string"
      ? {
        tokens: with_(tokens, at, 1, `"ab\\${["x41", "a", "u12g4", "'"][pick % 4]}"`),
        where: { token: at, into: 3 },
      }
      : undefined,
  "half of a surrogate pair": replaced(["string", "key"], ['"\\ud800"', '"a\\udc00\\ud800"']),
  "the end in a text": (tokens, at) =>
    tokens[at].kind === "string"
      ? { tokens: with_(tokens.slice(0, at), at, 0, '"abc'), where: { token: at } }
      : undefined,
  "the end before a token": (tokens, at) =>
    at > 0 ? { tokens: tokens.slice(0, at), where: "end" } : undefined,
  "a second value": (tokens, _at, pick) => ({
    tokens: with_(tokens, tokens.length, 0, ["{}", "1", "x", "]", ","][pick % 5]),
    where: { token: tokens.length },
  }),
  "101 lists in each other": (tokens, at) => {
    if (!["string", "number", "word"].includes(tokens[at].kind)) return undefined;
    const open = tokens.slice(0, at).filter(({ kind }) => kind === "open").length;
    const closed = tokens.slice(0, at).filter(({ kind }) => kind === "close").length;
    const deep = "[".repeat(101) + "]".repeat(101);
    return {
      tokens: with_(tokens, at, 1, deep),
      where: { token: at, into: 101 - (open - closed) },
    };
  },
};

/** What `JSON.parse` takes and we do not: it is refused on purpose. */
const STRICTER = [
  ...["a field twice", "half of a surrogate pair", "101 lists in each other"],
];

describe(`1,000 JSON texts, seed ${SEED}`, () => {
  it("of any value are read as JSON.parse reads them, in every encoding", () => {
    const encoding = fc.constantFrom("utf-8", "utf-16le", "utf-16be");
    fc.assert(
      fc.property(document, gaps, encoding, fc.boolean(), (value, gaps, encoding, mark) => {
        const { text } = layOut(tokensOf(value), gaps);
        const marked = (mark ? "\uFEFF" : "") + text;
        const read = parseJson(decodeText(encoded(marked, encoding), "t"), "t");
        expect(JSON.stringify(read)).toBe(JSON.stringify(value));
      }),
      runs,
    );
  });
  it("with one fault are refused at its line and column", () => {
    const seen: Record<string, number> = {};
    const fault = fc.constantFrom(...Object.keys(FAULTS));
    fc.assert(
      fc.property(document, gaps, fault, fc.nat(), fc.nat(), (value, gaps, name, at, pick) => {
        const whole = tokensOf(value);
        const made = candidates(whole, name, at, pick);
        fc.pre(made !== undefined);
        seen[name] = (seen[name] ?? 0) + 1;
        // Between words something must stand, or they would be one.
        const { text, places, end } = layOut(made!.tokens, gaps.map((gap) => gap || " "));
        const { where } = made!;
        const place = where === "end" ? end : places[where.token];
        const column = place.column + (where === "end" ? 0 : where.into ?? 0);
        const said = messageOf(() => parseJson(text, "t"));
        expect(said, `${name}: ${JSON.stringify(text)}`)
          .toMatch(new RegExp(`^t is not valid JSON: line ${place.line}, column ${column}: `));
        const overflow = /(?:beyond the largest|below the smallest) number/.test(said!);
        if (!STRICTER.includes(name) && !overflow) expect(() => JSON.parse(text)).toThrow();
      }),
      runs,
    );
    for (const name in FAULTS) expect(seen[name], name).toBeGreaterThan(10);
  });
  it("with any one character changed are read as JSON.parse reads them or refused with it", () => {
    const character = fc.constantFrom(..."{}[]:,\"\\'0123456789.eE+-/#tfnu \n\u0001");
    fc.assert(
      fc.property(document, gaps, fc.nat(), character, (value, gaps, at, c) => {
        const { text } = layOut(tokensOf(value), gaps);
        const i = at % text.length;
        const changed = text.slice(0, i) + c + text.slice(i + 1);
        let read: unknown;
        const refused = messageOf(() => read = parseJson(changed, "t"));
        if (refused === undefined) expect(read).toEqual(JSON.parse(changed));
        else if (!/stands twice|largest number|smallest number|surrogate/.test(refused)) {
          expect(() => JSON.parse(changed), refused).toThrow();
          expect(refused).toMatch(/^t is not valid JSON: line \d+, column \d+: /);
        }
      }),
      runs,
    );
  });
});

/** The fault at the first token from `at` on where it makes sense. */
function candidates(tokens: readonly Token[], name: string, at: number, pick: number) {
  for (let i = 0; i < tokens.length; i++) {
    const made = FAULTS[name](tokens, (at + i) % tokens.length, pick);
    if (made !== undefined) return made;
  }
  return undefined;
}

function messageOf(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    expect((error as Error).name).toBe("ConfigError");
    return (error as Error).message;
  }
}

function encoded(text: string, encoding: string): Uint8Array {
  if (encoding === "utf-8") return new TextEncoder().encode(text);
  const view = new DataView(new ArrayBuffer(2 * text.length));
  for (let i = 0; i < text.length; i++) {
    view.setUint16(2 * i, text.charCodeAt(i), encoding === "utf-16le");
  }
  return new Uint8Array(view.buffer);
}
