import process from "node:process";
import type { CommandContext } from "@stricli/core";
import { loadModel } from "../load_model.ts";
import { DEFAULT_LIMITS } from "../serve/types.ts";
import { UserError } from "@spiediff/command-line";
import { serve } from "../serve/server.ts";

export interface ServeFlags {
  readonly host: string;
  readonly port: number;
  readonly threads: number;
  readonly maxBody: number;
  readonly maxMembers: number;
  readonly queue: number;
  readonly timeout: number;
  readonly grace: number;
  readonly json: boolean;
}

function requireWhole(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new UserError(`--${name} must be a whole number from ${least} to ${most}, not ${value}.`);
  }
}

/** Serves until SIGINT or SIGTERM. */
export async function serveUntilStopped(
  this: CommandContext,
  flags: ServeFlags,
  folder: string,
): Promise<void> {
  const { stdout, stderr } = this.process;
  requireWhole("port", flags.port, 0, 65535);
  requireWhole("max-body", flags.maxBody, 100, 2 ** 24);
  requireWhole("max-members", flags.maxMembers, 1, 100_000);
  requireWhole("queue", flags.queue, 0, 10_000);
  requireWhole("timeout", flags.timeout, 1, 3600);
  requireWhole("grace", flags.grace, 0, 3600);
  const model = await loadModel(folder, { threads: flags.threads });
  try {
    const service = await serve(model, flags.host, flags.port, {
      ...DEFAULT_LIMITS,
      bodyBytes: flags.maxBody,
      members: flags.maxMembers,
      queueLength: flags.queue,
      requestMilliseconds: 1e3 * flags.timeout,
      graceMilliseconds: 1e3 * flags.grace,
    }).catch((error) => {
      throw new UserError(`Cannot listen on ${flags.host}:${flags.port}: ${error.message}.`);
    });
    const host = service.address.includes(":") ? `[${service.address}]` : service.address;
    const url = `http://${host}:${service.port}`;
    stdout.write(flags.json ? JSON.stringify({ url }) + "\n" : `listening on ${url}\n`);
    await interrupted();
    stderr.write("stopping: finishing what was accepted\n");
    await service.close();
  } finally {
    await model.close();
  }
}

/** Resolves at the first SIGINT or SIGTERM. */
function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => resolve());
  });
}
