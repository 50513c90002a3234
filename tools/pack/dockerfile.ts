/** One instruction: `RUN`, `COPY` and so on, with what stands behind it. */
export interface Instruction {
  readonly name: string;
  readonly text: string;
}

/** The instructions of a Dockerfile, a list for each stage; FROM is the first of each. */
export function stagesOf(dockerfile: string): Instruction[][] {
  const lines = dockerfile.split("\n").filter((line) => !/^\s*(#|$)/.test(line)).join("\n")
    .replaceAll(/\\\n\s*/g, "").split("\n");
  const stages: Instruction[][] = [];
  for (const line of lines) {
    const [, name, text] = /^([A-Z]+)\s+(.*)$/.exec(line)!;
    if (name === "FROM") stages.push([]);
    stages.at(-1)!.push({ name, text });
  }
  return stages;
}

/** What follows an instruction's name, of all of that name in a stage. */
export const textsOf = (stage: readonly Instruction[], name: string): string[] =>
  stage.filter((one) => one.name === name).map(({ text }) => text);
