import { buildCommand, type CommandContext } from "@stricli/core";
import { MODEL_FOLDER } from "./model_folder.ts";
import { DEFAULT_LIMITS } from "../serve/types.ts";
import { numberParser, textParser } from "@spiediff/command-line";
import type { ServeFlags } from "./serve_until_stopped.ts";

const parsed = { kind: "parsed", parse: numberParser } as const;

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
    loader: async () => (await import("./serve_until_stopped.ts")).serveUntilStopped,
  });
