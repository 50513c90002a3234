/**
 * `deno run -A tools/mutate/test_server.ts ISOLATE`, in a package's folder: one vitest that stays warm. A line
 * of JSON on stdin, a {@link TestRequest}, is answered by one on stdout, a {@link TestAnswer} behind `ANSWER`.
 */
import { createInterface } from "node:readline";
import { BaseSequencer, createVitest, type TestSpecification, type Vitest } from "vitest/node";
import { ANSWER, type TestAnswer, type TestRequest } from "./test_protocol.ts";

/** As they are given: the nearest and quickest first. */
class GivenOrder extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return Promise.resolve(files);
  }
}

async function warmVitest(isolate: boolean): Promise<Vitest> {
  return await createVitest("test", {
    ...{ watch: false, maxWorkers: 1, isolate, passWithNoTests: true },
    ...{ testTimeout: 60_000, hookTimeout: 60_000, sequence: { sequencer: GivenOrder } },
    // Nothing is printed on the way.
    reporters: [{}],
    bail: 1,
  });
}

async function answer(vitest: Vitest, { changed, files }: TestRequest): Promise<TestAnswer> {
  for (const path of changed) vitest.invalidateFile(path);
  const place = new Map(files.map((path, k) => [path, k]));
  const specifications = (await vitest.globTestSpecifications())
    .filter(({ moduleId }) => place.has(moduleId))
    .toSorted((a, b) => place.get(a.moduleId)! - place.get(b.moduleId)!);
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications, true);
  const failed = testModules.filter((module) => !module.ok());
  // Those behind the first failure are skipped.
  const ran = testModules.filter((module) => [...module.children.allTests("passed")].length > 0);
  const complaints = [
    ...failed.flatMap((module) => [
      ...module.errors(),
      ...[...module.children.allTests("failed")].flatMap((test) => test.result().errors ?? []),
    ]).map(({ message }) => message),
    ...unhandledErrors.map(String),
  ];
  return {
    failed: failed[0]?.moduleId ?? (unhandledErrors.length > 0 ? files.at(-1)! : null),
    seconds: Object.fromEntries(
      [...ran, ...failed].map((module) => {
        const { duration, collectDuration, setupDuration } = module.diagnostic();
        return [module.moduleId, (duration + collectDuration + setupDuration) / 1000];
      }),
    ),
    late: complaints.length > 0 && complaints.every((text) => /^(Test|Hook) timed out/.test(text)),
    complaint: complaints.join("\n").slice(0, 2000),
  };
}

const vitest = await warmVitest(Deno.args[0] === "isolate");
for await (const line of createInterface({ input: process.stdin })) {
  const result = await answer(vitest, JSON.parse(line) as TestRequest);
  console.log(`\n${ANSWER}${JSON.stringify(result)}`);
}
