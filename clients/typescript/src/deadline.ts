/** Deadlines: a call ends when its time is up, or when its caller has lost interest, whichever comes first. */

/** The milliseconds that a timer can wait: more are none for it. */
const LONGEST = 2 ** 31 - 1;

/** The end of one call, with all its attempts. */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #end: number;
  readonly #timer: ReturnType<typeof setTimeout>;
  readonly #outer: AbortSignal | undefined;
  readonly #follow = (): void => this.#controller.abort(this.#outer?.reason);

  /**
   * @param milliseconds from now on.
   * @param outer the caller's signal.
   */
  constructor(milliseconds: number, outer?: AbortSignal) {
    const most = Math.min(milliseconds, LONGEST);
    this.#end = performance.now() + most;
    this.#timer = setTimeout(() => this.#controller.abort(), most);
    this.#outer = outer;
    if (outer?.aborted) this.#follow();
    outer?.addEventListener("abort", this.#follow);
  }

  /** For whatever has to end with the call. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The milliseconds that are left, never below 0. */
  get left(): number {
    return Math.max(0, this.#end - performance.now());
  }

  /** Throw the caller's reason if it was the caller who ended the call. */
  throwIfAborted(): void {
    this.#outer?.throwIfAborted();
  }

  /** What a promise gives, unless the call ends before. */
  async bound<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.signal.aborted) reject(this.signal.reason);
      this.signal.addEventListener("abort", () => reject(this.signal.reason));
      promise.then(resolve, reject);
    });
  }

  /** Wait, but not after the call has ended. */
  async sleep(milliseconds: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      this.signal.addEventListener("abort", done);
    });
    this.throwIfAborted();
  }

  /** Let go of the timer and the caller's signal. */
  close(): void {
    clearTimeout(this.#timer);
    this.#outer?.removeEventListener("abort", this.#follow);
  }
}

/** The field that tells a service how many milliseconds its caller waits, as the proxy Envoy does. */
export const TIME_LEFT = "X-Envoy-Expected-Rq-Timeout-Ms";
