/** The cache: what was read last, with the entity tag for asking whether it has changed (RFC 9110, 13.1.2). */

/** An answer as it came. */
export interface Kept {
  readonly etag: string;
  readonly text: string;
  readonly headers: Headers;
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

  put(name: string, answer: Kept): void {
    this.#remove(name);
    if (answer.text.length > this.#limit) return;
    this.#kept.set(name, answer);
    this.#size += answer.text.length;
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
