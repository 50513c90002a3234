/** What a service allows; everything that a client can make large has a bound. */
export interface Limits {
  /** Bytes of a request's body. */
  readonly bodyBytes: number;
  /** Requests that may wait while one is computed. */
  readonly queueLength: number;
  /** Milliseconds from arrival to answer. */
  readonly requestMilliseconds: number;
  readonly members: number;
  readonly times: number;
  readonly elements: number;
  /** Profiles of one request. */
  readonly profiles: number;
  /** Densities of one law. */
  readonly densities: number;
  /** Milliseconds that a shutdown waits for accepted requests. */
  readonly graceMilliseconds: number;
}

export const DEFAULT_LIMITS: Limits = {
  bodyBytes: 64 * 1024,
  queueLength: 64,
  requestMilliseconds: 60_000,
  members: 5000,
  times: 200,
  elements: 400,
  profiles: 100,
  densities: 400,
  graceMilliseconds: 30_000,
};

/** A refusal with its HTTP status. */
export class HttpError extends Error {
  override readonly name = "HttpError";
  constructor(
    readonly status: number,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}
