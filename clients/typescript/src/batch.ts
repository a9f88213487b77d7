/** Batches: a screen in one round trip. Later requests may use values of earlier answers. */

import type { BatchedRequest, BatchResponse } from "./contract.js";
import { keyField, newKey } from "./key.js";
import type { Answer, CallOptions, Ogrom } from "./ogrom.js";
import { type Data, type Operation, type Parameters, partsOf, Reference } from "./operation.js";
import { addToBatch } from "./operations.js";
import { type Asked, NoAnswerError, RefusedError } from "./problem.js";

/** A request of a batch. */
export interface Requested<O> {
  readonly operation: Operation<O>;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** What it follows, in place of parameters. */
  readonly link: string | Reference | undefined;
  /** The Idempotency-Key of a write: sent again, in another batch, it is done once. */
  readonly key: string | undefined;
}

/** How one request of a batch was answered. */
export interface BatchAnswer<T> extends Answer<T> {
  /** The content; reading it throws `error` if the request was refused, and a NoAnswerError if there is none. */
  readonly data: T;
  readonly error: RefusedError | undefined;
}

/** A value, or a reference in place of it or of a part. */
type Referring<T> =
  | T
  | Reference
  | (T extends readonly (infer E)[]
      ? readonly Referring<E>[]
      : T extends object
        ? { readonly [K in keyof T]: Referring<T[K]> }
        : never);

type Sent = BatchedRequest & Required<Pick<BatchedRequest, "method" | "headers">>;

type Wanted<O> = { readonly [K in keyof Parameters<O>]: Referring<Parameters<O>[K]> };

type Answers<R> = { readonly [K in keyof R]: R[K] extends Requested<infer O> ? BatchAnswer<Data<O>> : never };

/**
 * A value of the answer to an earlier request: its name and a JSON Pointer (RFC 6901) into the content, such as
 * `collage#/author_id`. Where an array's index would be, `*` stands for all of its elements, and makes a list.
 */
export function reference(text: string): Reference {
  return new Reference(text);
}

/** A request of a batch, by parameters, or by a link such as `reference("collage#/links/comments")`. */
export function request<O>(
  operation: Operation<O>,
  ...[wanted]: Record<never, never> extends Wanted<O>
    ? [wanted?: Wanted<O> | string | Reference]
    : [wanted: Wanted<O> | string | Reference]
): Requested<O> {
  const isLink = typeof wanted === "string" || wanted instanceof Reference;
  return {
    operation,
    parameters: isLink ? {} : { ...wanted },
    link: isLink ? wanted : undefined,
    key: operation.keyed ? newKey() : undefined,
  };
}

/**
 * Send requests of one market in one, up to 64, and give their answers by the names that they have here.
 *
 * Reads are done side by side, writes in order. Each has a status of its own; what used the answer of a refused one
 * is refused, too. It is tried again where each write in it has a key; so may you, with the same requests.
 */
export async function batch<R extends Readonly<Record<string, Requested<unknown>>>>(
  shop: Ogrom,
  requests: R,
  options?: CallOptions,
): Promise<Answers<R>> {
  const all = Object.entries(requests).map(([id, each]) => ({ each, sent: sentAs(id, each, shop.locale) }));
  const operation = {
    ...addToBatch,
    keyed: false, // each write has a key of its own
    secured: all.some(({ each }) => each.operation.secured),
    repeatable: all.every(({ each }) => each.operation.method === "GET" || each.operation.keyed),
  };
  const { data } = await shop.call(operation, { body: { requests: all.map(({ sent }) => sent) } }, options);
  return Object.fromEntries(
    all.map(({ each, sent }) => [sent.id, answerTo(sent, each.key, data.responses[sent.id], shop.url)]),
  ) as Answers<R>;
}

function sentAs(
  id: string,
  { operation, parameters, link, key }: Requested<unknown>,
  locale: string | undefined,
): Sent {
  const method = operation.method as Sent["method"];
  const { target, fields, body } =
    link === undefined
      ? partsOf(operation, { locale, ...parameters })
      : { target: link instanceof Reference ? `{${link.text}}` : link, fields: {}, body: undefined };
  const headers = key === undefined ? fields : { ...fields, "Idempotency-Key": keyField(key) };
  if (body === undefined) return { id, method, path: target, headers };
  const values: Record<string, string> = {};
  const content = taken(body, "#", values);
  return {
    id,
    method,
    path: target,
    headers: { ...headers, "Content-Type": "application/json" },
    content,
    values,
  };
}

/** Content with null in the place of each reference, which goes into `values`. */
function taken(content: unknown, place: string, values: Record<string, string>): unknown {
  if (content instanceof Reference) {
    values[place] = content.text;
    return null;
  }
  if (typeof content !== "object" || content === null) return content;
  const inner = Object.entries(content).map(([name, value]) => {
    const token = encodeURIComponent(name.replace(/~/g, "~0").replace(/\//g, "~1"));
    return [name, taken(value, `${place}/${token}`, values)] as const;
  });
  return Array.isArray(content) ? inner.map(([, value]) => value) : Object.fromEntries(inner);
}

function answerTo(
  sent: Sent,
  key: string | undefined,
  answer: BatchResponse | undefined,
  url: string,
): BatchAnswer<unknown> {
  const { status = 0, headers = {}, content } = answer ?? {};
  const isWrite = sent.method !== "GET";
  const asked: Asked = { method: sent.method, url: new URL(sent.path, url), isWrite, key };
  const isStatus = status >= 200 && status < 600;
  const error =
    isStatus && status >= 400
      ? new RefusedError(asked, new Response(null, { status, headers }), JSON.stringify(content))
      : undefined;
  const isCut = isWrite && (status === 200 || status === 201) && content === undefined;
  return {
    status,
    headers: new Headers(headers),
    etag: new Headers(headers).get("ETag") ?? undefined,
    error,
    get data(): unknown {
      if (error) throw error;
      if (!isStatus) throw new NoAnswerError(asked, "is not answered in its batch");
      if (isCut) throw new NoAnswerError(asked, "is answered, and the batch had no room for the content");
      return content;
    },
  };
}
