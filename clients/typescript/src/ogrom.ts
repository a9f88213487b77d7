/** Ogrom: one service that is called, and how. */

import { EtagCache, type Kept, renewed } from "./cache.js";
import { Credentials, type TokenSource } from "./credentials.js";
import { Deadline, TIME_LEFT } from "./deadline.js";
import { keyField, newKey } from "./key.js";
import { type Data, type Item, type Operation, type Parameters, type Parts, partsOf } from "./operation.js";
import { itemsOf, type Page, pagesOf } from "./pages.js";
import { type Asked, DeadlineError, NoAnswerError, OgromError, RefusedError } from "./problem.js";
import { Retries } from "./retry.js";
import { IS_SERVER, nameClient } from "./runtime.js";

/** How a client behaves. */
export interface OgromOptions {
  /** The market of all calls that name none, such as `de-DE`. */
  readonly locale?: string;
  /** Gives the tokens of operations that need one. */
  readonly token?: TokenSource;
  /** Milliseconds that a call may take with all its attempts; 10,000 unless said otherwise. */
  readonly timeout?: number;
  /** How often a call is tried at most; 4 times unless said otherwise. */
  readonly attempts?: number;
  /** How many characters of content are kept for If-None-Match: 4 Mi in Node; 0 in a browser, which does it itself. */
  readonly cache?: number;
  /** Fields of every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What sends requests, in place of `fetch`. */
  readonly fetch?: typeof fetch;
}

/** How one call behaves. */
export interface CallOptions {
  /** Ends the call. */
  readonly signal?: AbortSignal;
  /** Milliseconds that this call may take; a list's, for each page. */
  readonly timeout?: number;
  /** The Idempotency-Key of a write, to go on with one that may have been done; otherwise each call has a new one. */
  readonly key?: string;
  /** Whether caches on the way must not answer. */
  readonly fresh?: boolean;
  /** More fields, such as `traceparent`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a call returned. */
export interface Answer<T> {
  /** The content, with whatever members it has; undefined where there is none. */
  readonly data: T;
  readonly status: number;
  /** The entity tag, for If-Match. */
  readonly etag: string | undefined;
  readonly headers: Headers;
}

/** The arguments after the operation: parameters may be left out where none is needed. */
type Arguments<O> =
  Record<never, never> extends Parameters<O>
    ? [parameters?: Parameters<O>, options?: CallOptions]
    : [parameters: Parameters<O>, options?: CallOptions];

/** Operations that return pages. */
type Listing<O> = [Item<O>] extends [never] ? never : Operation<O>;

const TIMEOUT = 10_000;
/** The longest answer, in characters; the longest page of an Ogrom is a hundredth of it. */
const LONGEST = 16 * 1024 * 1024;
const ATTEMPTS = 4;
const CACHED = IS_SERVER ? 4 * 1024 * 1024 : 0;

/**
 * One service.
 *
 * Every call rejects with a RefusedError, a NoAnswerError, a DeadlineError, or the reason of its own `signal`.
 */
export class Ogrom {
  readonly #home: URL;
  readonly #options: OgromOptions;
  readonly #credentials: Credentials;
  readonly #retries: Retries;
  readonly #cache: EtagCache;

  /**
   * @param url where the service is: `https://shop.example/`.
   * @throws TypeError: it is not a URL, or has a password, which `fetch` would not send, and show in its error.
   */
  constructor(url: string | URL, options: OgromOptions = {}) {
    this.#home = new URL(url);
    if (this.#home.username || this.#home.password)
      throw new TypeError("the URL must have no user and password");
    this.#home.search = this.#home.hash = "";
    if (!this.#home.pathname.endsWith("/")) this.#home.pathname += "/";
    this.#options = options;
    this.#credentials = new Credentials(options.token);
    this.#retries = new Retries(options.attempts ?? ATTEMPTS);
    this.#cache = new EtagCache(options.cache ?? CACHED);
  }

  /** Where the service is. */
  get url(): string {
    return this.#home.href;
  }

  /** The market of calls that name none. */
  get locale(): string | undefined {
    return this.#options.locale;
  }

  /** Call an operation: `shop.call(getProduct, { product_id: 7 })`. */
  async call<O>(operation: Operation<O>, ...[parameters, options]: Arguments<O>): Promise<Answer<Data<O>>> {
    const parts = partsOf(operation, { locale: this.locale, ...parameters });
    return this.#call(operation, new URL(this.#home.href + parts.target.slice(1)), parts, options);
  }

  /**
   * Call the operation that a link leads to: `shop.follow(getUser, collage.links.author)`.
   *
   * @throws TypeError: it leads to another host, which must not see what is sent.
   */
  async follow<O>(operation: Operation<O>, link: string, options?: CallOptions): Promise<Answer<Data<O>>> {
    const url = new URL(link, this.#home);
    if (url.origin !== this.#home.origin)
      throw new TypeError(`${link} leads to another host than ${this.#home.origin}`);
    return this.#call(operation, url, { target: link, fields: {}, body: undefined }, options);
  }

  /** The pages of a list: `for await (const page of shop.pages(getProducts, { limit: 100 }))`. */
  pages<O>(
    operation: Listing<O>,
    ...[parameters, options]: Arguments<O>
  ): AsyncGenerator<Data<O>, void, undefined> {
    type Listed = Promise<Answer<Data<O> & Page<unknown>>>;
    return pagesOf(
      () => this.call(operation as Operation<O>, ...([parameters, options] as Arguments<O>)) as Listed,
      (link) => this.follow(operation as Operation<O>, link, options) as Listed,
    );
  }

  /** The items of all pages of a list: `for await (const product of shop.items(getProducts))`. */
  items<O>(operation: Listing<O>, ...rest: Arguments<O>): AsyncGenerator<Item<O>, void, undefined> {
    return itemsOf(this.pages<O>(operation, ...rest) as AsyncIterable<Page<Item<O>>>);
  }

  async #call<O>(
    operation: Operation<O>,
    url: URL,
    parts: Parts,
    options: CallOptions = {},
  ): Promise<Answer<Data<O>>> {
    const isWrite = operation.method !== "GET";
    const key = isWrite ? (options.key ?? (operation.keyed ? newKey() : undefined)) : undefined;
    const asked: Asked = { method: operation.method, url, isWrite, key, isRepeatable: operation.repeatable };
    const deadline = new Deadline(options.timeout ?? this.#options.timeout ?? TIMEOUT, options.signal);
    const attempt = (): Promise<Answer<unknown>> => this.#attempt(operation, asked, parts, options, deadline);
    try {
      const isSafe = !isWrite || operation.keyed === true || operation.repeatable === true;
      const answer = await this.#retries.run(attempt, isSafe, deadline);
      return answer as Answer<Data<O>>;
    } catch (error) {
      if (error instanceof OgromError) throw error;
      if (!deadline.signal.aborted)
        throw asked.isOpen ? new NoAnswerError(asked, `failed: ${error}`, error) : error;
      deadline.throwIfAborted();
      throw new DeadlineError(asked, "had no answer in time", error);
    } finally {
      deadline.close();
    }
  }

  async #attempt(
    operation: Operation<unknown>,
    asked: Asked,
    parts: Parts,
    options: CallOptions,
    deadline: Deadline,
  ): Promise<Answer<unknown>> {
    const headers = new Headers({ ...this.#options.headers, ...options.headers, ...parts.fields });
    headers.set("Accept", "application/json");
    if (parts.body !== undefined) headers.set("Content-Type", "application/json");
    if (asked.key !== undefined) headers.set("Idempotency-Key", keyField(asked.key));
    const isKept = !asked.isWrite && !operation.secured;
    const name = isKept ? `${asked.url} ${headers.get("Accept-Language")}` : undefined;
    const kept = name === undefined ? undefined : this.#cache.get(name);
    if (kept) headers.set("If-None-Match", kept.etag);

    const send = (token?: string): Promise<Response> => {
      if (token !== undefined) headers.set("Authorization", `Bearer ${token}`);
      nameClient(headers, asked.method);
      return this.#send(asked, headers, parts.body, options, deadline);
    };
    const token = operation.secured ? await deadline.bound(this.#credentials.token()) : undefined;
    let response = await send(token);
    if (response.status === 401 && token !== undefined) {
      const another = await deadline.bound(this.#credentials.renewed(token));
      if (another !== undefined) {
        const { body } = response;
        await lost(asked, deadline, async () => body?.cancel()); // or it would hold its connection
        response = await send(another);
      }
    }
    return this.#read(asked, response, kept, name, deadline);
  }

  async #send(
    asked: Asked,
    headers: Headers,
    body: unknown,
    options: CallOptions,
    deadline: Deadline,
  ): Promise<Response> {
    // A browser's page is no caller whose word about time a service takes, and would have to ask for leave to send it.
    if (IS_SERVER) headers.set(TIME_LEFT, String(Math.max(1, Math.floor(deadline.left))));
    const { fetch = globalThis.fetch } = this.#options;
    return lost(asked, deadline, () =>
      fetch(asked.url, {
        method: asked.method,
        headers,
        signal: deadline.signal,
        credentials: "omit",
        redirect: "manual",
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(options.fresh ? { cache: "reload" } : {}),
      }),
    );
  }

  async #read(
    asked: Asked,
    response: Response,
    kept: Kept | undefined,
    name: string | undefined,
    deadline: Deadline,
  ): Promise<Answer<unknown>> {
    const { status, headers } = response;
    if (status === 304 && kept) {
      return { data: JSON.parse(kept.text), status: 200, etag: kept.etag, headers: renewed(kept, headers) };
    }
    if (response.type === "opaqueredirect" || (status > 300 && status < 400 && status !== 304)) {
      const where = headers.get("Location") ?? "somewhere else";
      // Whatever is sent along, a token among it, is for this host only.
      throw new NoAnswerError(
        asked,
        `is redirected to ${where}; give Ogrom the address where the service is`,
      );
    }
    const text = await lost(asked, deadline, () => textOf(asked, response));
    if (!response.ok && status !== 304) throw new RefusedError(asked, response, text);
    const data = text === "" ? undefined : parsed(asked, response, text);
    if (status === 200 && name !== undefined) this.#cache.put(name, text, headers);
    return { data, status, etag: headers.get("ETag") ?? undefined, headers };
  }
}

/** What `wait` gives; without an answer, a NoAnswerError that another attempt may help. */
async function lost<T>(asked: Asked, deadline: Deadline, wait: () => Promise<T>): Promise<T> {
  try {
    return await wait();
  } catch (error) {
    if (deadline.signal.aborted || error instanceof OgromError) throw error;
    throw new NoAnswerError(asked, `has no answer: ${reason(error)}`, error, true);
  }
}

/** The content as text, if it is not more than anybody should have to read. */
async function textOf(asked: Asked, { body }: Response): Promise<string> {
  const reader = body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (let read = await reader?.read(); reader && read?.value; read = await reader.read()) {
    text += decoder.decode(read.value, { stream: true });
    if (text.length > LONGEST) {
      await reader.cancel();
      throw new NoAnswerError(asked, `is answered with more than ${LONGEST} characters`);
    }
  }
  return text + decoder.decode();
}

/** What went wrong; Node says it in the cause only. */
function reason(error: unknown): string {
  const { cause, message } = error as Error;
  return cause instanceof Error && cause.message ? cause.message : message;
}

function parsed(asked: Asked, response: Response, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const type = response.headers.get("Content-Type");
    throw new NoAnswerError(
      asked,
      `is answered with ${type} that is no JSON; see that an Ogrom serves there`,
      error,
    );
  }
}
