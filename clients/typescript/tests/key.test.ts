import assert from "node:assert/strict";
import { test } from "node:test";
import { addToCollages, getProduct, NoAnswerError, Ogrom } from "@ogrom/client";
import { keyField, newKey } from "../dist/key.js";
import { json, refuse, serve } from "./service.js";

const body = { author_id: 1, title: "Blau", placements: [] };

test("every key is another one, also where there are no random UUIDs", (t) => {
  const keys = new Set([newKey(), newKey()]);
  Object.defineProperty(crypto, "randomUUID", { value: undefined, configurable: true });
  t.after(() => Reflect.deleteProperty(crypto, "randomUUID"));
  keys.add(newKey()).add(newKey());
  assert.equal(keys.size, 4);
  for (const key of keys) assert.match(key, /^[0-9a-f-]{32,36}$/);
});

test("the field is a String of RFC 9651", () => {
  assert.equal(keyField('a"b\\c'), '"a\\"b\\\\c"');
});

test("a repeat has the key of the first attempt, another call has its own", async (t) => {
  const { url, asked } = await serve(t, (response, number) => {
    if (number === 0) response.destroy();
    else if (number === 1) refuse(response, 504, "/problems/write-unconfirmed");
    else if (number === 2) refuse(response, 409, "/problems/conflicting-change", { "Retry-After": "0" });
    else json(response, {});
  });
  const shop = new Ogrom(url, { locale: "de-DE", timeout: 60_000 });
  await shop.call(addToCollages, { body });
  await shop.call(addToCollages, { body });
  await shop.call(addToCollages, { body }, { key: "mine" });
  const keys = asked.map((each) => each.headers["idempotency-key"]);
  assert.match(String(keys[0]), /^"[0-9a-f-]{36}"$/);
  assert.deepEqual(keys.slice(0, 4), Array(4).fill(keys[0]));
  assert.notEqual(keys[4], keys[0]);
  assert.equal(keys[5], '"mine"');
  assert.equal(asked.length, 6);
});

test("a read, and a write for which the service keeps no keys, have none", async (t) => {
  const { url, asked } = await serve(t, (response) => json(response, {}));
  const shop = new Ogrom(url, { locale: "de-DE" });
  await shop.call(getProduct, { product_id: 7 });
  await shop.call({ ...addToCollages, keyed: false }, { body });
  assert.deepEqual(
    asked.map((each) => each.headers["idempotency-key"]),
    [undefined, undefined],
  );
});

test("an error has the key with which the write can be repeated", async (t) => {
  const { url, asked } = await serve(t, (response) => response.destroy());
  const shop = new Ogrom(url, { locale: "de-DE", attempts: 1 });
  const error = await shop.call(addToCollages, { body }).catch((error: unknown) => error);
  assert(error instanceof NoAnswerError && error.mayBeDone);
  assert.equal(`"${error.key}"`, asked[0]?.headers["idempotency-key"]);
});
