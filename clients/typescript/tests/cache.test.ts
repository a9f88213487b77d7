import assert from "node:assert/strict";
import { test } from "node:test";
import { getProduct, Ogrom } from "@ogrom/client";
import { EtagCache } from "../dist/cache.js";
import { json, serve } from "./service.js";

const headers = new Headers({ ETag: '"1"' });

test("what was used last stays, within the limit", () => {
  const cache = new EtagCache(6);
  cache.put("a", "123", headers);
  cache.put("b", "123", headers);
  cache.get("a");
  cache.put("c", "123", headers);
  assert.deepEqual(
    ["a", "b", "c"].map((name) => cache.get(name) !== undefined),
    [true, false, true],
  );
});

test("what is larger than the cache takes no place, and is not kept, nor what it replaces", () => {
  const cache = new EtagCache(3);
  cache.put("b", "123", headers);
  cache.put("a", "1234", headers);
  assert.equal(cache.get("b")?.text, "123");
  cache.put("a", "123", headers);
  cache.put("a", "1234", headers);
  assert.equal(cache.get("a"), undefined);
  for (const name of ["a", "b", "a"]) cache.put(name, "123", headers);
  assert.deepEqual([cache.get("a")?.text, cache.get("b")], ["123", undefined]);
});

test("what has not changed is not sent again, and is the reader's own", async (t) => {
  const { url, asked } = await serve(t, (response, number) => {
    if (number === 0) json(response, { id: 7 }, { ETag: '"1~a"', Age: "1" });
    else response.writeHead(304, { ETag: '"1~a"', Age: "2" }).end();
  });
  const shop = new Ogrom(url, { locale: "de-DE" });
  const first = await shop.call(getProduct, { product_id: 7 });
  first.data.id = 8;
  const second = await shop.call(getProduct, { product_id: 7 });
  assert.deepEqual([second.data, second.status, second.etag], [{ id: 7 }, 200, '"1~a"']);
  second.data.id = 9;
  assert.equal((await shop.call(getProduct, { product_id: 7 })).data.id, 7);
  assert.equal(second.headers.get("Age"), "2");
  assert.equal(second.headers.get("Content-Type"), "application/json");
  assert.deepEqual(
    asked.map((each) => each.headers["if-none-match"]),
    [undefined, '"1~a"', '"1~a"'],
  );
});

test("another language is another answer", async (t) => {
  const { url, asked } = await serve(t, (response) => json(response, {}, { ETag: '"1"' }));
  const shop = new Ogrom(url, { locale: "de-DE" });
  await shop.call(getProduct, { product_id: 7 });
  await shop.call(getProduct, { product_id: 7 }, { headers: { "Accept-Language": "de" } });
  assert.equal(asked[1]?.headers["if-none-match"], undefined);
});

test("what is not to be stored is not kept", async (t) => {
  const headers = { ETag: '"1"', "Cache-Control": "no-store" };
  const { url, asked } = await serve(t, (response) => json(response, {}, headers));
  const shop = new Ogrom(url, { locale: "de-DE" });
  for (const product_id of [7, 7]) await shop.call(getProduct, { product_id });
  assert.equal(asked[1]?.headers["if-none-match"], undefined);
});

test("what needs a token is not kept", async (t) => {
  const { url, asked } = await serve(t, (response) => json(response, {}, { ETag: '"1"' }));
  const shop = new Ogrom(url, { locale: "de-DE", token: () => "t" });
  for (const product_id of [7, 7]) await shop.call({ ...getProduct, secured: true }, { product_id });
  assert.equal(asked[1]?.headers["if-none-match"], undefined);
});

test("an answer without content is not kept, for it takes no place", () => {
  const cache = new EtagCache(6);
  cache.put("a", "", headers);
  assert.equal(cache.get("a"), undefined);
});
