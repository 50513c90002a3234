import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Validator } from "@seriousme/openapi-schema-validator";
import { readNpy } from "@spiediff/npy";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeFixture } from "../_fixture_model.ts";
import { parseExpression } from "../cli/expression.ts";
import { evenGrid } from "../law/density_grid.ts";
import { lawCsv, lawJson } from "../law/output.ts";
import { learnedLaw } from "../learned_law.ts";
import { loadModel } from "../load_model.ts";
import { predictionCsv, predictionJson } from "../output.ts";
import { predict } from "../predict.ts";
import type { Model } from "../types.ts";
import { acceptedType } from "./media_types.ts";
import { openApi } from "./openapi.ts";
import { serve, type Service } from "./server.ts";
import { DEFAULT_LIMITS } from "./types.ts";

/** As far as this test reads it. */
interface Description {
  readonly paths: Record<
    string,
    Record<string, {
      readonly responses: Record<string, { readonly content: Record<string, { schema: object }> }>;
    }>
  >;
}

let root = "", url = "";
let model: Model, service: Service, description: Description;
const ajv = new Ajv2020({ strict: false });
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "spiediff-openapi-"));
  await writeFixture(join(root, "model"));
  model = await loadModel(join(root, "model"), { threads: 1 });
  service = await serve(model, "127.0.0.1", 0, { ...DEFAULT_LIMITS, bodyBytes: 10_000 });
  url = `http://127.0.0.1:${service.port}`;
  description = await (await fetch(`${url}/openapi.json`)).json();
  ajv.addSchema(description, "service");
});
afterAll(async () => {
  await service.close();
  await model.close();
  await rm(root, { recursive: true, force: true });
});

/** Whether a JSON value is what a schema of the description says; its references are the document's. */
const complaints = (schema: object, value: unknown): unknown[] => {
  const here = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"service#/'));
  const validate = ajv.compile(here);
  return validate(value) ? [] : validate.errors ?? ["refused"];
};

/** Asks, and holds the answer against what the description says of it. */
async function ask(path: string, init: RequestInit = {}) {
  const response = await fetch(url + path, init);
  const method = (init.method ?? "GET").toLowerCase();
  const answer = description.paths[path.split("?")[0]][method].responses[response.status];
  const type = response.headers.get("content-type")!.split(";")[0];
  const content = answer?.content[type];
  expect(content, `${method} ${path}: ${response.status} ${type}`).toBeDefined();
  const bytes = new Uint8Array(await response.arrayBuffer());
  const text = new TextDecoder().decode(bytes);
  if (type !== "application/json") return { status: response.status, type, text, bytes };
  const body = JSON.parse(text);
  expect(complaints(content!.schema, body)).toEqual([]);
  return { status: response.status, type, text, bytes, body };
}
const post = (body: unknown, headers: Record<string, string> = {}) =>
  ask("/predict", { method: "POST", body: JSON.stringify(body), headers });
const numpy = async (bytes: Uint8Array) => {
  const path = join(root, "answer.npy");
  await writeFile(path, bytes);
  return readNpy(path);
};
/** What does not depend on how long it took. */
const essence = ({ seconds: _, ...rest }: Record<string, unknown>) =>
  JSON.parse(JSON.stringify(rest));

describe("the description", () => {
  it("is OpenAPI 3.1, as an independent validator says", async () => {
    expect(await new Validator().validate(openApi(DEFAULT_LIMITS))).toMatchObject({ valid: true });
    const broken = { ...openApi(DEFAULT_LIMITS), paths: { "/law": { get: { responses: [] } } } };
    expect(await new Validator().validate(broken)).toMatchObject({ valid: false });
  });

  it("holds for every kind of answer", async () => {
    const wave = { profile: "0.5+0.2*cos(2*pi*x)", times: [0, 0.002], members: 10 };
    const answers = [
      await ask("/health"),
      await ask("/metrics"),
      await ask("/openapi.json"),
      await ask("/law?members=10"),
      await ask("/law?members=ten"),
      await ask("/law", { headers: { accept: "image/png" } }),
      await post(wave),
      await post({ ...wave, profile: undefined, profiles: [wave.profile, "0.4"] }),
      await post({ ...wave, profiles: ["0.5"] }),
      await post({ ...wave, times: [] }),
      await post(wave, { accept: "image/png" }),
      await post({ ...wave, profile: "0".repeat(20_000) }),
      await post(wave, { "content-encoding": "gzip" }),
    ];
    expect(answers.map(({ status }) => status))
      .toEqual([200, 200, 200, 200, 400, 406, 200, 200, 400, 400, 406, 413, 415]);
    // An answer that is not as described is noticed.
    const { body } = await post(wave);
    const { schema } = description.paths["/predict"].post.responses[200]
      .content["application/json"];
    expect(complaints(schema, body)).toEqual([]);
    for (const wrong of [{ level: "high" }, { extra: 1 }, { meshError: undefined }]) {
      const changed = JSON.parse(JSON.stringify({ ...body, ...wrong }));
      expect(complaints(schema, changed).length).toBeGreaterThan(0);
    }
  });

  it("says what a request may be, as the service does", async () => {
    const { schema } = Object(description.paths["/predict"].post).requestBody
      .content["application/json"];
    for (
      const body of [
        { profile: "0.5", times: [0.001], members: 3 },
        { profiles: ["0.5"], times: [0.001], members: 3, seed: "word" },
        { profile: "0.5", profiles: ["0.5"], times: [0.001], members: 3 },
        { times: [0.001] },
        { profile: "0.5", times: [] },
        { profile: "0.5", times: [0.001], members: 0 },
        { profile: "0.5", times: [0.001], members: 3, shell: "ls" },
      ]
    ) {
      const { status } = await post(body);
      expect([body, status === 200]).toEqual([body, complaints(schema, body).length === 0]);
    }
  });
});

describe("GET /law", () => {
  const ensemble = { seed: 5, members: 20, level: 0.9 };
  const query = "/law?densities=0.2:0.8:7&seed=5&members=20&level=0.9";

  it("gives the law as JSON, CSV and an array for NumPy", async () => {
    const law = await learnedLaw(model, evenGrid(0.2, 0.8, 7), ensemble);
    expect((await ask(query)).body).toEqual(
      JSON.parse(JSON.stringify(lawJson(law, model.manifest, ensemble))),
    );
    expect((await ask(query, { headers: { accept: "text/csv" } })).text).toBe(lawCsv(law));
    const array = await numpy(
      (await ask(query, { headers: { accept: "application/x-npy" } })).bytes,
    );
    expect(array.shape).toEqual([6, 5, 7]);
    expect([...array.values.subarray(0, 7)]).toEqual([...law.mobility.mean]);
    expect([...array.values.subarray(6 * 35 - 7)]).toEqual([...law.K1.wholeCurve.upper]);
  });

  it.each([
    ["densities=0.5,0.4", /must rise/],
    ["densities=0.5,1.2", /strictly between 0 and 1/],
    ["densities=0.1:0.9", /^densities LOW:HIGH:COUNT must/],
    ["densities=0.1:0.9:401", /at most 400, and you ask for 401/],
    ["members=6000", /members: must be at most 5000/],
    ["members=0x10", /members: must be a/],
    ["seed=1.5", /seed must be a whole number/],
    ["member=5", /"member"; did you mean "members"\?/],
    ["level=1", /level: must be below 1/],
    ["level=0.9&level=0.95", /names level twice/],
  ])("refuses ?%s", async (wrong, message) => {
    const { status, body } = await ask(`/law?${wrong}`);
    expect([status, body.error]).toEqual([400, expect.stringMatching(message)]);
  });
});

describe("POST /predict", () => {
  const times = [0, 0.001, 0.003], members = 15;
  const profiles = ["0.5+0.2*cos(2*pi*x)", "0.4", Array.from({ length: 25 }, () => 0.6)];
  const ours = () =>
    Promise.all(
      profiles.map((profile) =>
        predict(model, typeof profile === "string" ? parseExpression(profile) : profile, times, {
          ...{ members, seed: 1, level: 0.95 },
        })
      ),
    );

  it("predicts many profiles in one request, each as it would be alone", async () => {
    const { body } = await post({ profiles, times, members });
    expect(body.predictions.map(essence)).toEqual(
      (await ours()).map((one) => essence(predictionJson(one, model.manifest))),
    );
  });

  it("answers with CSV and arrays for NumPy where these are asked for", async () => {
    const [first, second, third] = await ours();
    const csv = { accept: "text/csv" }, npy = { accept: "application/x-npy" };
    const one = { profile: profiles[0], times, members };
    const many = { profiles, times, members };
    expect((await post(one, csv)).text).toBe(predictionCsv(first));
    const lines = (await post(many, csv)).text.trimEnd().split("\n");
    expect(lines[1]).toBe("profile," + predictionCsv(first).split("\n")[1]);
    expect(lines.length).toBe(2 + 3 * 3 * 25);
    const rowsOf = (k: number) =>
      lines.filter((line) => line.startsWith(`${k},`)).map((line) => line.slice(2));
    expect(rowsOf(2)).toEqual(predictionCsv(third).trimEnd().split("\n").slice(2));

    const single = await numpy((await post(one, npy)).bytes);
    expect(single.shape).toEqual([3, 5, 25]);
    expect([...single.values.subarray(5 * 25, 6 * 25)]).toEqual([...first.density[1].mean]);
    const whole = await numpy((await post(many, npy)).bytes);
    expect(whole.shape).toEqual([3, 3, 5, 25]);
    expect([...whole.values.subarray(29 * 25, 30 * 25)]).toEqual(
      [...second.density[2].wholeCurve.upper],
    );
  });

  it.each([
    ["a bad one", ["0.5", "0.5", "1.5"], /^profiles\[2\]: .*strictly between/],
    ["a bad expression", ["0.5", "sin("], /^profiles\[1\]: /],
    ["none", [], /profiles: must have at least 1/],
    ["too many", Array.from({ length: 101 }, () => "0.5"), /at most 100/],
  ])("of several profiles names what is wrong: %s", async (_, wrong, message) => {
    const { status, body } = await post({ profiles: wrong, times });
    expect([status, body.error]).toEqual([400, expect.stringMatching(message)]);
  });
});

describe("acceptedType", () => {
  it.each([
    [undefined, "application/json"],
    ["*/*", "application/json"],
    ["text/*", "text/csv"],
    ["TEXT/CSV", "text/csv"],
    ["text/html, application/x-npy;q=0.8, */*;q=0.1", "application/x-npy"],
    ["application/*;q=0.5, text/csv;q=0.6", "text/csv"],
    ["*/*, application/json;q=0", "text/csv"],
    ["text/csv, application/json", "application/json"],
  ])("takes %s for %s", (accept, type) => expect(acceptedType(accept)).toBe(type));

  it.each(["image/png", "application/json;q=0", "", "text/csv;q=none"])(
    "refuses %s",
    (accept) => expect(() => acceptedType(accept)).toThrow(/Answers come as application\/json, /),
  );
});
