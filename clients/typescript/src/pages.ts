/** Pages: lists as async iterators, which follow the links to the next page. */

import type { Answer } from "./ogrom.js";

/** A page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** The link to the next page. */
  readonly next: string | null;
}

/** The pages of a list, from the first one on; each is asked for when it is wanted. */
export async function* pagesOf<P extends Page<unknown>>(
  first: () => Promise<Answer<P>>,
  follow: (link: string) => Promise<Answer<P>>,
): AsyncGenerator<P, void, undefined> {
  let { data } = await first();
  yield data;
  for (let at: unknown; data.next; ) {
    if (data.next === at) throw new TypeError(`the page ${at} leads to itself`);
    at = data.next;
    ({ data } = await follow(data.next));
    yield data;
  }
}

/** The items of all pages. */
export async function* itemsOf<T>(pages: AsyncIterable<Page<T>>): AsyncGenerator<T, void, undefined> {
  for await (const page of pages) yield* page.items;
}
