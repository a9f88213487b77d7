/** Credentials: tokens are asked for as they are needed, and once more when one was refused. */

/** Gives a token, or undefined for none; `refused` is the token that the service has just answered with 401. */
export type TokenSource = (refused?: string) => string | undefined | Promise<string | undefined>;

/** The tokens of a client. */
export class Credentials {
  readonly #source: TokenSource | undefined;
  #renewal: Promise<string | undefined> | undefined;

  constructor(source: TokenSource | undefined) {
    this.#source = source;
  }

  /** A token for the next request. */
  async token(): Promise<string | undefined> {
    return this.#renewal ?? this.#source?.();
  }

  /** Another token than the refused one, or undefined; requests that are refused together ask once. */
  async renewed(refused: string): Promise<string | undefined> {
    this.#renewal ??= Promise.resolve(this.#source?.(refused)).finally(() => {
      this.#renewal = undefined;
    });
    const token = await this.#renewal;
    return token === refused ? undefined : token;
  }
}
