/** Operations: what the contract describes, as values that are called by `Ogrom`. */

declare const described: unique symbol;

/** An operation of the API; those that there are lie in operations.ts. */
export interface Operation<O> {
  readonly method: string;
  /** A template like `/v1/{locale}/products/{product_id}`. */
  readonly path: string;
  /** Whether it needs a token. */
  readonly secured?: boolean;
  /** Whether the service takes an Idempotency-Key, so that a repeat is not done twice. */
  readonly keyed?: boolean;
  /** Whether it can be repeated though it is no GET and has no key. */
  readonly repeatable?: boolean;
  /** For the compiler only. */
  readonly [described]?: O;
}

type Given<T> = [T] extends [never] ? unknown : [NonNullable<T>] extends [never] ? unknown : NonNullable<T>;
type In<O, Place extends string> = O extends { parameters: { [P in Place]?: infer T } } ? Given<T> : unknown;
type Content<T> = T extends { content: { "application/json": infer D } } ? D : undefined;
type Body<O> = O extends { requestBody: infer B }
  ? [B] extends [undefined]
    ? unknown
    : { body: Content<B> }
  : unknown;
type Flat<T> = { [K in keyof T]: T[K] };

// If-Match has to be there, and may be undefined: an answer need not have an ETag, and the service says what to do.
type Preconditions<T> = {
  [K in keyof T as K extends "If-None-Match" | "Idempotency-Key" ? never : K]: T[K] | undefined;
};

/**
 * The parameters of an operation by their names in the contract, of path, query and header, and its `body`.
 *
 * `locale` is the client's where it is left out. If-None-Match and Idempotency-Key are sent by the client itself.
 */
export type Parameters<O> = Flat<
  Omit<In<O, "path">, "locale"> &
    ("locale" extends keyof In<O, "path"> ? { locale?: string } : unknown) &
    In<O, "query"> &
    Preconditions<In<O, "header">> &
    Body<O>
>;

/** What an operation returns; undefined for an answer without content. */
export type Data<O> = O extends { responses: infer R } ? Content<R[keyof R]> : never;

/** The operations that return pages, and what an item is. */
export type Item<O> = Data<O> extends { items: (infer T)[]; next: string | null } ? T : never;

/** The parts of a request that parameters make. */
export interface Parts {
  /** Path and query. */
  readonly target: string;
  readonly fields: Record<string, string>;
  readonly body: unknown;
}

/**
 * Put parameters where they belong: by its template into the path, a name in capitals into the header, else the query.
 *
 * @throws TypeError: one of the path is missing, or a number is too large to be exact.
 */
export function partsOf(operation: Operation<unknown>, parameters: Record<string, unknown>): Parts {
  const { body, ...left } = parameters;
  const fields: Record<string, string> = {};
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = left[name];
    delete left[name];
    if (value === undefined) throw new TypeError(`${operation.method} ${operation.path} needs ${name}`);
    return encoded(name, value);
  });
  const query: string[] = [];
  for (const [name, value] of Object.entries(left)) {
    if (value === undefined || name === "locale") continue;
    if (/^[A-Z]/.test(name)) fields[name] = String(value);
    else query.push(`${name}=${(Array.isArray(value) ? value : [value]).map((each) => encoded(name, each))}`);
  }
  return { target: query.length ? `${path}?${query.join("&")}` : path, fields, body };
}

/** A value of an earlier answer of a batch, which the service puts in; see `reference`. */
export class Reference {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

function encoded(name: string, value: unknown): string {
  if (value instanceof Reference) return `{${value.text}}`;
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw new TypeError(
      `${name} ${value} is more than a number can hold exactly; follow the link that leads there`,
    );
  }
  return encodeURIComponent(String(value));
}
