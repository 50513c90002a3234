import process from "node:process";
import { buildCommand, type CommandContext } from "@stricli/core";
import { MODEL_FOLDER } from "./model_folder.ts";
import { loadModel } from "../load_model.ts";
import { DEFAULT_LIMITS } from "../serve/types.ts";
import { numberParser, textParser, UserError } from "@spiediff/command-line";

interface ServeFlags {
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

const parsed = { kind: "parsed", parse: numberParser } as const;

function requireWhole(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new UserError(`--${name} must be a whole number from ${least} to ${most}, not ${value}.`);
  }
}

/** `serve MODEL`: runs until SIGINT or SIGTERM. */
export const serveCommand = (program: string) =>
  buildCommand<ServeFlags, [string], CommandContext>({
    docs: {
      brief: "Serve predictions over HTTP, on this machine only by default",
      fullDescription: [
        "POST /predict with a JSON body, GET /law, GET /health, GET /metrics (Prometheus):",
        '  {"profile": "0.5+0.3*cos(2*pi*x)", "times": [0, 0.01], "members": 500, "seed": 1}',
        "GET /openapi.json says what each takes and gives. Accept: text/csv and application/x-npy give",
        "CSV and arrays for NumPy.",
        "SIGINT and SIGTERM finish what was accepted. There is no encryption and no log-in: put a proxy",
        "with both in front before you leave the loopback address.",
        "",
        "EXAMPLES",
        `  ${program} serve model --port 8765`,
        '  curl -d \'{"profile": "0.5", "times": [0.01]}\' http://127.0.0.1:8765/predict',
        "  curl -H accept:text/csv 'http://127.0.0.1:8765/law?densities=0.1:0.9:81'",
      ].join("\n"),
    },
    parameters: {
      positional: MODEL_FOLDER,
      flags: {
        host: {
          kind: "parsed",
          parse: textParser,
          brief: "Address to listen on",
          default: "127.0.0.1",
        },
        port: { ...parsed, brief: "Port; 0 takes a free one", default: "8765" },
        threads: { ...parsed, brief: "Threads of one inference", default: "2" },
        maxBody: {
          ...parsed,
          brief: "Largest body, bytes",
          default: String(DEFAULT_LIMITS.bodyBytes),
        },
        maxMembers: { ...parsed, brief: "Most members", default: String(DEFAULT_LIMITS.members) },
        queue: {
          ...parsed,
          brief: "Requests that may wait",
          default: String(DEFAULT_LIMITS.queueLength),
        },
        timeout: {
          ...parsed,
          brief: "Seconds from arrival to answer",
          default: String(DEFAULT_LIMITS.requestMilliseconds / 1e3),
        },
        grace: {
          ...parsed,
          brief: "Seconds that a shutdown waits",
          default: String(DEFAULT_LIMITS.graceMilliseconds / 1e3),
        },
        json: { kind: "boolean", brief: "Print the address as JSON", default: false },
      },
    },
    async func(flags, folder) {
      await serveUntilStopped(flags, folder, this.process);
    },
  });

async function serveUntilStopped(
  flags: ServeFlags,
  folder: string,
  { stdout, stderr }: CommandContext["process"],
): Promise<void> {
  requireWhole("port", flags.port, 0, 65535);
  requireWhole("max-body", flags.maxBody, 100, 2 ** 24);
  requireWhole("max-members", flags.maxMembers, 1, 100_000);
  requireWhole("queue", flags.queue, 0, 10_000);
  requireWhole("timeout", flags.timeout, 1, 3600);
  requireWhole("grace", flags.grace, 0, 3600);
  // Its schemas are made when they are loaded, which no other command should wait for.
  const { serve } = await import("../serve/server.ts");
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
