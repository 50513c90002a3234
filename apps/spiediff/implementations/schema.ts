import type { CommandContext } from "@stricli/core";
import { experimentJsonSchema } from "@spiediff/experiment";

/** Does what `schema` asks for. */
export function runSchema(this: CommandContext): void {
  this.process.stdout.write(JSON.stringify(experimentJsonSchema(), null, 2) + "\n");
}
