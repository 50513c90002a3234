import { checkedExport } from "./check.ts";
import type { OwnProcess } from "./types.ts";

/**
 * The process that the text of a TypeScript module exports. Runs the text: call it in a thread without permissions.
 *
 * @throws {TypeError} if it exports none; SyntaxError or whatever the module throws.
 */
export async function moduleProcess(source: string): Promise<OwnProcess> {
  const bytes = new TextEncoder().encode(source);
  const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  const { default: process } = await import(`data:application/typescript;base64,${text}`);
  return checkedExport(process);
}
