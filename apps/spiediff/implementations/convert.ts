import type { CommandContext } from "@stricli/core";
import { existsSync } from "node:fs";
import { clearLeftoversOf, UserError } from "@spiediff/command-line";
import { convertModel } from "@spiediff/model-artifact";

export interface ConvertFlags {
  readonly overwrite: boolean;
  readonly json: boolean;
}

/** Does what `convert` asks for. */
export async function runConvert(
  this: CommandContext,
  { overwrite, json }: ConvertFlags,
  from: string,
  to: string,
): Promise<void> {
  clearLeftoversOf(to);
  if (!overwrite && existsSync(to)) {
    throw new UserError(
      `${to} exists. Choose another folder, or add --overwrite, which replaces a model there.`,
    );
  }
  const manifest = await convertModel(from, to);
  this.process.stdout.write(
    json
      ? JSON.stringify(manifest) + "\n"
      : `${from} is converted to version ${manifest.version}: ${to}\n`,
  );
}
