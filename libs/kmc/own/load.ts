import type { OwnDescription } from "./check.ts";

/** Seconds that a module may take to say what it is. */
const PATIENCE = 20;

/**
 * What the text of a module says of its process, once that has run for a few hop times: in a thread without access
 * to files, network or environment, which is ended when it takes too long.
 *
 * @throws {RangeError} saying what is wrong with it.
 */
export function describeModule(source: string): Promise<OwnDescription> {
  const options = { type: "module", deno: { permissions: "none" } };
  const worker = new Worker(
    new URL("./describe_worker.ts", import.meta.url).href,
    options as WorkerOptions,
  );
  return new Promise<OwnDescription>((resolve, reject) => {
    const refuse = (message: string) => reject(new RangeError(`${message.replace(/\.$/, "")}.`));
    const late = setTimeout(
      () => refuse(`It has not answered for ${PATIENCE} seconds.`),
      1000 * PATIENCE,
    );
    worker.onmessage = ({ data }: MessageEvent) => {
      clearTimeout(late);
      if ("description" in data) resolve(data.description);
      else refuse(inOneLine(data.error));
    };
    worker.onerror = (event) => {
      event.preventDefault();
      clearTimeout(late);
      refuse(inOneLine(event.message));
    };
    worker.postMessage(source);
  }).finally(() => worker.terminate());
}

/** A message of the runtime with the place in the module, in place of the module's text as an address. */
function inOneLine(message: string): string {
  const [first] = message.split("\n");
  const [, line, column] = /data:[\w/;,+=]*:(\d+):(\d+)/.exec(message) ?? [];
  const said = first.replace(/ ?"?data:application\/typescript\S*/, " the module");
  return line === undefined ? said : `${said} (line ${line}, column ${column})`;
}
