import type { IncomingMessage } from "node:http";
import { HttpError } from "./types.ts";

/**
 * Reads a request's body, never more than `limit` bytes of it.
 *
 * @throws {HttpError} 415 if it is compressed, 413 if it is longer, 400 if it ends early or is not UTF-8.
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<string> {
  const coding = request.headers["content-encoding"] ?? "identity";
  if (coding !== "identity") {
    throw new HttpError(415, `The body must be plain JSON, not in the encoding ${coding}.`);
  }
  const tooLarge = () => new HttpError(413, `The body must not have more than ${limit} bytes.`);
  if (Number(request.headers["content-length"] ?? 0) > limit) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of request) {
      length += chunk.length;
      if (length > limit) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof HttpError) throw error;
    throw new HttpError(400, "The body ended before it was complete.");
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(whole);
  } catch {
    throw new HttpError(400, "The body is not UTF-8 text.");
  }
}
