/** Keys: a write that is sent again under its key is done once (draft-ietf-httpapi-idempotency-key-header). */

/** A new key; random UUIDs need a page that came by https or from localhost, random bytes do not. */
export function newKey(): string {
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}

/** The field's value, a String of RFC 9651. */
export function keyField(key: string): string {
  return `"${key.replace(/["\\]/g, "\\$&")}"`;
}
