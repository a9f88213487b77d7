/** Retries: what fails in passing is tried again, later each time, never in step, and not by all clients for ever. */

import type { Deadline } from "./deadline.js";
import { NoAnswerError, RefusedError } from "./problem.js";

/** The longest pause before the second attempt, in milliseconds; it doubles with each. */
const FIRST_PAUSE = 200;
const LONGEST_PAUSE = 5000;

/** How many retries may be saved up. */
const SAVED = 10;

/** What a call adds to them: where everything fails, a service gets a tenth more requests, not a multiple. */
const EARNED = 0.1;

/** The retries that a client has left; all its calls share them. */
export class Retries {
  readonly #attempts: number;
  #budget = SAVED;

  /** @param attempts how often a call is tried at most. */
  constructor(attempts: number) {
    this.#attempts = attempts;
  }

  /**
   * Try until it succeeds, it fails for good, or the time does not suffice for a further attempt.
   *
   * @param isSafe whether to do it twice is the same as once.
   */
  async run<T>(attempt: () => Promise<T>, isSafe: boolean, deadline: Deadline): Promise<T> {
    this.#budget = Math.min(SAVED, this.#budget + EARNED);
    for (let tried = 1; ; tried++) {
      try {
        return await attempt();
      } catch (error) {
        const pause = isPassing(error, isSafe) ? pauseAfter(error, tried) : Infinity;
        if (pause >= deadline.left || tried >= this.#attempts || this.#budget < 1) throw error;
        this.#budget -= 1;
        await deadline.sleep(pause);
      }
    }
  }
}

/** Whether another attempt may succeed, and does no harm. */
function isPassing(error: unknown, isSafe: boolean): error is NoAnswerError | RefusedError {
  if (error instanceof RefusedError) {
    // A 409 that says when to come again: the first request with this key is still under way.
    const passes = [408, 429, 502, 503, 504].includes(error.status);
    return (
      (passes || (error.status === 409 && error.retryAfter !== undefined)) && (isSafe || !error.mayBeDone)
    );
  }
  return error instanceof NoAnswerError && error.isPassing && isSafe;
}

/** Milliseconds: as long as the service asks, and at least half of a pause that doubles. */
function pauseAfter(error: NoAnswerError | RefusedError, tried: number): number {
  const longest = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (tried - 1));
  const jitter = (longest / 2) * Math.random();
  return (error instanceof RefusedError ? (error.retryAfter ?? longest / 2) : longest / 2) + jitter;
}
