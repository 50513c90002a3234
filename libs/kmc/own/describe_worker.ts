/** Worker thread without permissions: says what a module exports, or what is wrong with it. */
import { describeOwn } from "./check.ts";
import { moduleProcess } from "./module.ts";

interface Scope {
  onmessage: ((event: MessageEvent<string>) => void) | null;
  postMessage(message: unknown): void;
}

const scope = globalThis as unknown as Scope;
scope.onmessage = async ({ data }) => {
  try {
    scope.postMessage({ description: describeOwn(await moduleProcess(data)) });
  } catch (error) {
    scope.postMessage({ error: error instanceof Error ? error.message : String(error) });
  }
};
