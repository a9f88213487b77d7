/** Problems: what a call fails with, and what to do about it. */

import type { KnownProblemType, Problem } from "./contract.js";

/** The type of a problem; be ready for others than those that are known now, and treat those by their status. */
export type ProblemType = KnownProblemType | (string & {});

/** A request, as errors tell of it. */
export interface Asked {
  readonly method: string;
  readonly url: URL;
  /** Whether it changes anything. */
  readonly isWrite: boolean;
  /** The Idempotency-Key that it had. */
  readonly key: string | undefined;
  /** Whether it may be sent again as it is. */
  readonly isRepeatable?: boolean | undefined;
  /** Whether an attempt may have been done, for what is said of the next ones. */
  isOpen?: boolean;
}

/** A call that has failed. */
export class OgromError extends Error {
  /** Method and path: `GET /v1/de-DE/products/7`. */
  readonly request: string;
  /**
   * Whether the write may have been done all the same. Call again with this `key`, and it is done once; without a
   * key, look first.
   */
  readonly mayBeDone: boolean;
  /** The Idempotency-Key of a write. */
  readonly key: string | undefined;

  constructor(asked: Asked, message: string, mayBeDone: boolean, cause?: unknown) {
    const open = mayBeDone && asked.isWrite;
    asked.isOpen = open;
    let next = asked.isRepeatable
      ? "send it again as it was, and it is done once"
      : "look before you repeat it";
    if (asked.key) next = "call again with the error's `key`, and it is done once";
    const request = `${asked.method} ${asked.url.pathname}`;
    super(
      `${request} ${message}${open ? `; it may have been done: ${next}` : ""}`,
      cause === undefined ? undefined : { cause },
    );
    this.name = new.target.name;
    this.request = request;
    this.mayBeDone = open;
    this.key = asked.key;
  }
}

/** Nothing that an Ogrom sends came back: no connection, a redirect, or another program's words. */
export class NoAnswerError extends OgromError {
  /** Whether another attempt may get an answer. */
  readonly isPassing: boolean;

  constructor(asked: Asked, message: string, cause?: unknown, isPassing = false) {
    super(asked, message, true, cause);
    this.isPassing = isPassing;
  }
}

/** The time that the call had is up. */
export class DeadlineError extends NoAnswerError {}

/** The service refused, and `type` says why (RFC 9457). */
export class RefusedError extends OgromError {
  readonly status: number;
  /** Such as `/problems/stale-revision`; `about:blank` where the status says all. Decide by this and the status. */
  readonly type: ProblemType;
  /** All that the service said, also members that this version does not know. */
  readonly problem: Problem & Record<string, unknown>;
  /** What to do about it, for people. */
  readonly whatToDo: string;
  readonly headers: Headers;
  /** The milliseconds after which the service wants to be asked again. */
  readonly retryAfter: number | undefined;

  constructor(asked: Asked, response: Response, text: string) {
    const problem = problemIn(response, text);
    const { type, title, detail, errors, request_id } = problem;
    const faults = errors?.map((each) => `${each.parameter ?? each.pointer}: ${each.detail}`) ?? [];
    const whatToDo = whatToDoAbout(response.status, type, asked);
    const said = [`is refused: ${response.status} ${title}`, detail ?? whatToDo, ...faults];
    if (type.startsWith("/")) said.push(`see ${asked.url.origin}${type}`);
    if (request_id) said.push(`request ${request_id}`);
    super(asked, said.join("; "), isOpen(asked, response, type));
    this.status = response.status;
    this.type = type;
    this.problem = problem;
    this.whatToDo = whatToDo;
    this.headers = response.headers;
    this.retryAfter = retryAfterOf(response.headers);
  }
}

const NONE = "about:blank";

function problemIn(response: Response, text: string): Problem & Record<string, unknown> {
  const blank = { type: NONE, title: response.statusText || "no reason given", status: response.status };
  if (!isProblem(response)) return blank;
  try {
    const problem = { ...blank, ...JSON.parse(text) };
    // Members of another type than they should have are to be ignored (RFC 9457, 3.1).
    if (typeof problem.type !== "string") problem.type = NONE;
    if (!(Array.isArray(problem.errors) && problem.errors.every((each: unknown) => each instanceof Object)))
      delete problem.errors;
    return problem;
  } catch {
    return blank;
  }
}

function isProblem(response: Response): boolean {
  return response.headers.get("Content-Type")?.startsWith("application/problem+json") ?? false;
}

/** Refusals from 500 on after which nothing was stored (docs/problems.md). */
const UNDONE: readonly ProblemType[] = [
  "/problems/data-unavailable",
  "/problems/data-timeout",
  "/problems/overloaded",
  "/problems/keys-unavailable",
  "/problems/unsupported-http-version",
];

/** Whether a write may have been done; a repeat may be turned away before anybody looks for what came of the first. */
function isOpen(asked: Asked, response: Response, type: string): boolean {
  const { status } = response;
  if (status >= 500 && !isUndone(response, type)) return true;
  const isUnderWay = status === 409 && response.headers.has("Retry-After");
  return !!asked.isOpen && (status >= 500 || isUnderWay || [401, 403, 408, 429].includes(status));
}

/** Whether a refusal from 500 on says that nothing was done; a balancer's own 503 means that it had nobody to ask. */
function isUndone(response: Response, type: string): boolean {
  return response.status === 501 || (isProblem(response) ? UNDONE.includes(type) : response.status === 503);
}

function whatToDoAbout(status: number, type: string, { isWrite }: Asked): string {
  if (type === "/problems/writes-disabled")
    return "no token helps: the service has no key to verify tokens with";
  if (status === 401) return "send a token that is valid now";
  if (status === 403) return "send a token that allows it, or leave it";
  if (type === "/problems/no-entity-tag") return "leave If-Match out: this has no entity tag";
  if ([409, 412, 428].includes(status)) {
    return "read it again, apply the change to that, and send its entity tag in If-Match";
  }
  if (status === 404 || status === 410)
    return "see whether the id and the market are right, or it was deleted";
  if (type === "/problems/bad-cursor") return "begin with the first page";
  if (status === 408 || status === 429 || status > 501) return "wait, then call again";
  if (status >= 500)
    return isWrite ? "tell the service's operators" : "call again later, and tell the operators";
  return "mend the request; as it is, it is refused again";
}

/** Retry-After in milliseconds: seconds, or a date (RFC 9110, 10.2.3). */
function retryAfterOf(headers: Headers): number | undefined {
  const text = headers.get("Retry-After")?.trim() ?? "";
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
