/** The cache: what was read last, with the entity tag for asking whether it has changed (RFC 9110, 13.1.2). */

/** An answer as it came. */
export interface Kept {
  readonly etag: string;
  readonly text: string;
  readonly headers: Headers;
}

/** The header fields of what was kept, after a 304 has renewed them (RFC 9111, 4.3.4). */
export function renewed({ headers }: Kept, by: Headers): Headers {
  const merged = new Headers(headers);
  by.forEach((value, name) => {
    merged.set(name, value);
  });
  return merged;
}

/** Keeps the answers that were read last; none is used without asking the service. */
export class EtagCache {
  readonly #kept = new Map<string, Kept>();
  readonly #limit: number;
  #size = 0;

  /** @param limit how many characters of content are kept at most. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get(name: string): Kept | undefined {
    const found = this.#kept.get(name);
    if (found) {
      // A Map is in the order of its entries' making, so the one that was used last goes to the end.
      this.#kept.delete(name);
      this.#kept.set(name, found);
    }
    return found;
  }

  /** Keep an answer that has an entity tag, may be stored, and finds room. */
  put(name: string, text: string, headers: Headers): void {
    this.#remove(name);
    const etag = headers.get("ETag");
    const isStored = !headers.get("Cache-Control")?.includes("no-store");
    if (!etag || !isStored || !text || text.length > this.#limit) return;
    this.#kept.set(name, { etag, text, headers });
    this.#size += text.length;
    for (const oldest of this.#kept.keys()) {
      if (this.#size <= this.#limit) break;
      this.#remove(oldest);
    }
  }

  #remove(name: string): void {
    this.#size -= this.#kept.get(name)?.text.length ?? 0;
    this.#kept.delete(name);
  }
}
