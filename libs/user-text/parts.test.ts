/** Words that are said to users, and the numbers of profiles: exact, with their one-sided cases. */
import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  binaryKind,
  decodeText,
  didYouMean,
  fieldsOf,
  parseJson,
  parseNumberTable,
  parseWith,
  type Profile,
  Profile as ProfileSchema,
  profileDensity,
  profileRange,
} from "./mod.ts";

describe("the nearest known name", () => {
  const near = (name: string, ...known: string[]) =>
    /mean "(.*)"\?$/.exec(didYouMean(name, known))?.[1];
  it("is within one change, or a third of its own letters", () => {
    for (const [name, known] of [["ab", "a"], ["b", "a"], ["a", "ab"], ["", "a"]]) {
      expect(near(name, known), name).toBe(known);
    }
    expect(near("ab", "cd")).toBeUndefined();
    // Six letters bear two changes, five one.
    expect(near("abcdxy", "abcdef")).toBe("abcdef");
    expect(near("abcxyz", "abcdef")).toBeUndefined();
    expect(near("abcxy", "abcde")).toBeUndefined();
    expect(near("abcdx", "abcde")).toBe("abcde");
  });
  it("is the nearest of several, the first of equals, whatever the capitals", () => {
    expect(near("colour", "color", "colours", "clour")).toBe("color");
    expect(near("lengths", "strength", "length", "width")).toBe("length");
    expect(near("HALFWIDTH", "halfWidth")).toBe("halfWidth");
    expect(didYouMean("sites", [])).toBe("");
    expect(didYouMean("site", ["sites"])).toBe('; did you mean "sites"?');
  });
  it("counts insertions, deletions and replacements alike", () => {
    // Nine letters bear three changes of any kind, and no fourth.
    for (const three of ["abcdef", "abcdefghixyz", "xyzdefghi", "abcxdyefghizz".slice(0, 12)]) {
      expect(near(three, "abcdefghi"), three).toBe("abcdefghi");
    }
    for (const four of ["abcde", "abcdefghiwxyz", "wxyzefghi"]) {
      expect(near(four, "abcdefghi"), four).toBeUndefined();
    }
  });
});

describe("a value against a schema", () => {
  const schema = z.strictObject({
    name: z.string().min(1).max(5),
    size: z.int().min(2).max(9),
    share: z.number().gt(0).lt(1),
    list: z.array(z.number()).min(2).max(3),
    kind: z.enum(["one", "two"]),
    inner: z.strictObject({ depth: z.number() }),
    which: z.discriminatedUnion("by", [
      z.strictObject({ by: z.literal("file"), path: z.string() }),
      z.strictObject({ by: z.literal("count"), count: z.number() }),
    ]),
  });
  const good = {
    ...{ name: "abc", size: 3, share: 0.5, list: [1, 2], kind: "one", inner: { depth: 1 } },
    which: { by: "file", path: "p" },
  };
  it("that fits is given back", () => expect(parseWith(schema, good, "thing")).toEqual(good));

  it.each<[object, string]>([
    [{ name: "" }, "name: must not be empty"],
    [{ name: "abcdef" }, 'name: must have at most 5 characters (it is "abcdef")'],
    [{ name: 3 }, "name: must be text (it is 3)"],
    [{ size: 1 }, "size: must be at least 2 (it is 1)"],
    [{ size: 10 }, "size: must be at most 9 (it is 10)"],
    [{ size: 2.5 }, "size: must be a whole number (it is 2.5)"],
    [{ share: 0 }, "share: must be above 0 (it is 0)"],
    [{ share: 1 }, "share: must be below 1 (it is 1)"],
    [{ share: undefined }, "share: is missing; must be a number"],
    [{ list: [1] }, "list: must have at least 2 entries"],
    [{ list: [1, 2, 3, 4] }, "list: must have at most 3 entries"],
    [{ list: 4 }, "list: must be a list (it is 4)"],
    [{ list: [1, "b"] }, 'list.1: must be a number (it is "b")'],
    [{ kind: "three" }, 'kind: must be "one" or "two" (it is "three")'],
    [{ inner: 1 }, "inner: must be an object with fields (it is 1)"],
    [{ inner: { dept: 1 } }, 'inner: has no field "dept"; did you mean "depth"?'],
    [{ sizes: 4 }, 'thing: has no field "sizes"; did you mean "size"?'],
    [
      { which: { by: "fil" } },
      'which.by: must be "file" or "count" (it is "fil"); did you mean "file"?',
    ],
    [
      { which: { by: "count", count: 1, counts: 2 } },
      'which: has no field "counts"; did you mean "count"?',
    ],
  ])("%j is named by its field, its value and what is allowed", (change, sentence) => {
    expect(() => parseWith(schema, { ...good, ...change }, "thing"))
      .toThrow(`The thing is not valid:\n`);
    try {
      parseWith(schema, { ...good, ...change }, "thing");
    } catch (error) {
      expect((error as Error).message.split("\n").slice(1)).toContain(`  ${sentence}`);
    }
  });

  it("that is wrong in several fields has a line for each, once", () => {
    const wrong = { ...good, name: "", size: 1 };
    expect(() => parseWith(schema, wrong, "thing")).toThrow(
      /^The thing is not valid:\n {2}name: must not be empty\n {2}size: must be at least 2 \(it is 1\)$/,
    );
  });

  it("has fields only if it is an object", () => {
    expect(fieldsOf({ a: 1 })).toEqual({ a: 1 });
    for (const none of [null, undefined, 1, "a"]) expect(fieldsOf(none)).toEqual({});
  });
});

describe("a table", () => {
  const refused = (text: string) => {
    try {
      parseNumberTable(text, "t");
    } catch (error) {
      return (error as Error).message;
    }
  };
  it.each([
    ["a,,c\n1,2,3", "t, line 1, column 2: this column has no name; leave out an index column."],
    [",b\n1,2", "t, line 1, column 1: this column has no name; leave out an index column."],
    ["1,nan,3", 't, line 1, column 2: "nan" is not a number that can be used.'],
    ["1,2\n-inf,3", 't, line 2, column 1: "-inf" is not a number that can be used.'],
    ["1,0x1F", 't, line 1, column 2: "0x1F" is not a number; hexadecimal is not read.'],
    ["1;2,5", 't, line 1, column 2: "2,5" is not a number; write decimal points, not commas.'],
    ["1,,3", "t, line 1, column 2: the cell is empty."],
    ["1,1e400", 't, line 1, column 2: "1e400" is beyond the largest number.'],
    ["1,1e-400", 't, line 1, column 2: "1e-400" is below the smallest number.'],
    ["1,2\n3", "t, line 2, column 2: the line has 1 value, but the lines before it have 2."],
    ["1,2\n3,4,5", "t, line 2, column 3: the line has 3 values, but the lines before it have 2."],
    ["1,2,\n3,4,5", "t, line 2, column 3: the lines before this one end with a delimiter."],
    ["a,b\n1", "t, line 2, column 2: the line has 1 value, but the header has 2 names."],
    [
      "a,b\n1,2,3",
      "t, line 2, column 3: the line has 3 values, but the header has 2 names; leave out an index column.",
    ],
    ["", "t holds no numbers (line 1, column 1)."],
    [`1,${"x".repeat(60)}`, `t, line 1, column 2: "${"x".repeat(40)}" is not a number.`],
    [
      "1,012",
      't, line 1, column 2: "012" begins with 0: is the comma before it a decimal one? Write points.',
    ],
  ])("%j is refused in these words", (text, message) => expect(refused(text)).toBe(message));

  it("with a header has its names, rows and lines", () => {
    expect(parseNumberTable("a,b,\n# c\n1,2,\n\n3,4,\n", "t")).toEqual({
      ...{ header: ["a", "b"], columns: 2, values: Float64Array.of(1, 2, 3, 4), lines: [3, 5] },
    });
  });
});

describe("a profile", () => {
  const profile: Profile = {
    ...{ name: "p", mean: 2 },
    modes: [{ k: 1, amplitude: 0.5, phase: 0 }, { k: 3, amplitude: 0.25, phase: Math.PI / 2 }],
  };
  it("is its mean and each mode's wave", () => {
    expect(profileDensity(profile, 0)).toBeCloseTo(2.5, 14);
    expect(profileDensity(profile, 0.25)).toBeCloseTo(2 + 0.25, 14);
    expect(profileDensity(profile, 0.5)).toBeCloseTo(1.5, 14);
    // cos(6 pi x + pi/2) = -sin(6 pi x).
    expect(profileDensity(profile, 1 / 12))
      .toBeCloseTo(2 + 0.5 * Math.cos(Math.PI / 6) - 0.25, 14);
    expect(profileDensity({ ...profile, modes: [] }, 0.3)).toBe(2);
  });
  it("ranges from its least to its greatest density, however short its waves", () => {
    const of = (k: number, amplitude: number, phase = 0) =>
      profileRange({ name: "p", mean: 2, modes: [{ k, amplitude, phase }] });
    for (const k of [1, 7, 500]) {
      const [low, high] = of(k, 0.5, 1);
      expect(low).toBeCloseTo(1.5, 4);
      expect(high).toBeCloseTo(2.5, 4);
    }
    expect(profileRange({ name: "p", mean: 0.3, modes: [] })).toEqual([0.3, 0.3]);
  });
});

describe("JSON", () => {
  const refused = (text: string) => {
    try {
      parseJson(text, "t");
    } catch (error) {
      return (error as Error).message.replace("t is not valid JSON: ", "");
    }
  };
  it("has these escapes and no others", () => {
    expect(parseJson('"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00"', "t"))
      .toBe('"\\/\b\f\n\r\té😀');
  });
  it.each([
    ["", "line 1, column 1: it ends, but a value must stand here."],
    ["[1,", "line 1, column 4: it ends, but a value must stand here."],
    ["// why", "line 1, column 1: JSON has no comments."],
    ["/* why */", "line 1, column 1: JSON has no comments."],
    ["[# why", "line 1, column 2: JSON has no comments."],
    ["'a'", "line 1, column 1: texts stand in double quotes, not in '."],
    ["{\n 'a': 1}", "line 2, column 2: texts stand in double quotes, not in '."],
    ["NaN", "line 1, column 1: JSON has no NaN and no Infinity."],
    ["[-inf]", "line 1, column 2: JSON has no NaN and no Infinity."],
    ["word", 'line 1, column 1: "word" is unexpected; a value must stand here.'],
    [
      "x".repeat(50),
      `line 1, column 1: "${"x".repeat(40)}" is unexpected; a value must stand here.`,
    ],
    ["=", 'line 1, column 1: "=" is unexpected; a value must stand here.'],
    ["1x", 'line 1, column 1: "1x" is unexpected; a number must stand here.'],
    ["01", 'line 1, column 1: "01" is unexpected; a number must stand here.'],
    ["[1 2]", 'line 1, column 4: "2" is unexpected; "," or "]" must follow.'],
    ["[1,]", 'line 1, column 4: "," stands before "]".'],
    ['{"a":1,}', 'line 1, column 8: "," stands before "}".'],
    ['{"a" 1}', 'line 1, column 6: "1" is unexpected; ":" must follow the name of a field.'],
    ['{"a":1 "b":2}', `line 1, column 8: "\\"" is unexpected; "," or "}" must follow.`],
    ["{a:1}", `line 1, column 2: "a" is unexpected; a field's name in quotes must stand here.`],
    ["1 2", 'line 1, column 3: "2" is unexpected; nothing may follow the value.'],
    ["1e400", "line 1, column 1: 1e400 is beyond the largest number."],
    ["[-1e-400]", "line 1, column 2: -1e-400 is below the smallest number."],
    ['"abc', "line 1, column 1: the text that begins here does not end."],
    [
      '"a\tb"',
      "line 1, column 3: the text holds a line break or control character; write it as \\n or \\u0009.",
    ],
    ['"a\\x"', 'line 1, column 3: "\\x" is no escape of JSON.'],
    ['"\\u12"', 'line 1, column 2: "\\u" is no escape of JSON.'],
    ['"\\ud800"', "line 1, column 1: the text holds half of a surrogate pair."],
    [
      '{"a":1,\n"a":2}',
      'line 2, column 1: the field "a" stands twice, first on line 1.',
    ],
    ["\uFFFD{", "line 1, column 1: it is not UTF-8 text (UTF-16?); save it as UTF-8."],
    ["\u0000{", "line 1, column 1: it is not UTF-8 text (UTF-16?); save it as UTF-8."],
    ["[".repeat(102), "line 1, column 102: it nests deeper than 100 levels."],
  ])("%j is refused in these words", (text, message) => expect(refused(text)).toBe(message));
  it("nests up to a hundred levels, and takes zeros of any spelling", () => {
    expect(refused("[".repeat(100) + "0" + "]".repeat(100))).toBeUndefined();
    expect(parseJson("[0, -0, 0e-400, 0.0]", "t")).toEqual([0, -0, 0, 0]);
    expect(Object.keys(parseJson('{"__proto__": 1}', "t") as object)).toEqual(["__proto__"]);
  });
});

describe("a profile that users write", () => {
  const read = (change: object) =>
    parseWith(ProfileSchema, { name: "p", mean: 0.5, modes: [], ...change }, "profile");
  it("is each field under its own name, modes and phases none where they are left out", () => {
    const whole = { name: "a-b_c.1", mean: 0.5, modes: [{ k: 2, amplitude: 0.1, phase: 3 }] };
    expect(read(whole)).toEqual(whole);
    expect(read({ modes: undefined })).toEqual({ name: "p", mean: 0.5, modes: [] });
    expect(read({ modes: [{ k: 1, amplitude: 1 }] }).modes).toEqual([{
      k: 1,
      amplitude: 1,
      phase: 0,
    }]);
  });
  it("has a name that is one of a file everywhere", () => {
    for (const name of ["p", "-", "con1", "com", "n".repeat(80), "aux-1"]) {
      expect(read({ name }).name).toBe(name);
    }
    for (const name of ["", ".p", "a b", "a/b", "n".repeat(81), "con", "NUL", "com1.x", "lpt9"]) {
      expect(() => read({ name }), name).toThrow(/name/);
    }
    expect(() => read({ modes: [{ k: 0, amplitude: 1 }] })).toThrow(
      "modes.0.k: must be at least 1",
    );
  });
});

describe("a file's bytes", () => {
  const bytes = (...of: number[]) => Uint8Array.from(of);
  it("are told by their first ones where they are no text", () => {
    const kinds: [string, RegExp][] = [
      ["504b0304", /^an archive/],
      ["504b0506", /^an empty archive/],
      ["934e554d5059", /NPY/],
      ["1f8b08", /gzip/],
      ["894844460d0a1a0a", /^HDF5/],
      ["4d41544c4142", /MATLAB/],
      ["50415231", /Parquet/],
      ["43444601", /NetCDF/],
      ["d0cf11e0a1b11ae1", /old spreadsheet/],
      ["425a68", /bzip2/],
      ["fd377a585a00", /xz/],
      ["28b52ffd", /Zstandard/],
      ["8002", /pickle/],
      ["8003", /pickle/],
      ["8004", /pickle/],
      ["8005", /pickle/],
      ["25504446", /PDF/],
      ["89504e47", /picture/],
    ];
    for (const [hex, kind] of kinds) {
      const start = Uint8Array.from(hex.match(/../g)!, (pair) => parseInt(pair, 16));
      expect(binaryKind(start), hex).toMatch(kind);
      expect(() => decodeText(start, "f")).toThrow(/^f is not text, but /);
    }
    expect(binaryKind(new TextEncoder().encode("a,b"))).toBeUndefined();
    expect(binaryKind(bytes())).toBeUndefined();
  });
  it("are UTF-8 or UTF-16, or refused", () => {
    expect(decodeText(bytes(), "f")).toBe("");
    expect(decodeText(bytes(0x61), "f")).toBe("a");
    expect(decodeText(bytes(0x61, 0), "f")).toBe("a");
    expect(decodeText(bytes(0, 0x61), "f")).toBe("a");
    expect(decodeText(bytes(0xff, 0xfe, 0x61, 0), "f")).toBe("a");
    expect(decodeText(bytes(0xfe, 0xff, 0, 0x61), "f")).toBe("a");
    for (const bad of [bytes(0xc3), bytes(0x61, 0x62, 0), bytes(0), bytes(0x61, 0xff)]) {
      expect(() => decodeText(bad, "f")).toThrow("f is neither UTF-8 nor UTF-16 text");
    }
  });
});
