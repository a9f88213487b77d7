/** Where the client runs. A browser has its own HTTP cache, and asks a service of another origin in advance. */

import { VERSION } from "./version.js";

const versions = (globalThis as { process?: { versions?: { node?: string } } }).process?.versions;

/** Whether this is Node, or a server's runtime that says so, and no browser. */
export const IS_SERVER: boolean = versions?.node !== undefined;

/** The client and its version, as a product of User-Agent (RFC 9110, 10.1.5). */
const PRODUCT = `ogrom-client-typescript/${VERSION}`;

/**
 * Name the client and its version.
 *
 * Not every browser lets a program set User-Agent, so there it is Ogrom-Client. That is no field that a page may send
 * without asking (https://fetch.spec.whatwg.org, 4.8), so a request that needs no preflight otherwise goes without it:
 * naming the client must not cost a round trip.
 */
export function nameClient(headers: Headers, method: string): void {
  if (IS_SERVER) headers.set("User-Agent", PRODUCT);
  else if (method !== "GET" || [...headers.keys()].some((name) => name !== "accept")) {
    headers.set("Ogrom-Client", PRODUCT);
  }
}
