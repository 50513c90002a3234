import type { CommandContext } from "@stricli/core";
import { join } from "node:path";
import { stageRunner } from "@spiediff/command-line";
import { checkImportStage, importStage, summaryText } from "@spiediff/train/import-stages";
import { withRunLock } from "@spiediff/train/stages";

export interface ImportFlags {
  readonly check: boolean;
  readonly overwrite: boolean;
  readonly json: boolean;
}

/** Does what `import` asks for. */
export async function runImport(
  this: CommandContext,
  { json, overwrite, check }: ImportFlags,
  folder: string,
  path: string,
): Promise<void> {
  const run = stageRunner({ silent: json });
  const { experiment, warnings, summary } = check
    ? await run(checkImportStage(path))
    : await withRunLock(folder, "import", () => run(importStage(path, folder, overwrite)));
  const { profiles, sampling: { realizations } } = experiment;
  const names = profiles.map(({ name }) => name);
  const { seconds } = run;
  for (const warning of warnings) this.process.stderr.write(`warning: ${warning}\n`);
  if (json) {
    const result = { run: folder, profiles: names, realizations, seconds, warnings };
    this.process.stdout.write(JSON.stringify({ ...result, ...summary && { summary } }) + "\n");
    return;
  }
  if (summary) this.process.stdout.write(summaryText(summary));
  this.process.stdout.write(
    check
      ? `${names.length} profile${names.length === 1 ? "" : "s"} can be imported.\n` +
        `Next: spiediff import ${folder} ${path}\n`
      : `Records of ${names.length} profile${names.length === 1 ? "" : "s"}: ${
        join(folder, "records")
      }\n` +
        `Next: spiediff estimate ${folder}\n`,
  );
}
