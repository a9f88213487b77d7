import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import {
  addToCollages,
  type CollageView,
  deleteLike,
  getProduct,
  getProducts,
  getSearch,
  Ogrom,
  patchCollage,
  VERSION,
} from "@ogrom/client";
import { json, serve } from "./service.js";

test("parameters go where the contract has them", async (t) => {
  const { url, asked } = await serve(t, (response) => json(response, {}));
  const shop = new Ogrom(`${url}/shop?ignored`, { locale: "de-DE", headers: { "X-A": "1" } });
  await shop.call(getSearch, { q: "ä&b", limit: 3 });
  await shop.call(getProducts, { ids: [2, 1], locale: "en-GB" });
  await shop.call(getProducts);
  const body = { title: "Blau" };
  await shop.call(patchCollage, { collage_id: 7, "If-Match": '"1"', body }, { headers: { "X-A": "2" } });
  await shop.call(patchCollage, { collage_id: 7, "If-Match": undefined, body });
  assert.deepEqual(
    asked.map((each) => `${each.method} ${each.target} ${each.content}`.trim()),
    [
      "GET /shop/v1/de-DE/search?q=%C3%A4%26b&limit=3",
      "GET /shop/v1/en-GB/products?ids=2,1",
      "GET /shop/v1/de-DE/products",
      'PATCH /shop/v1/de-DE/collages/7 {"title":"Blau"}',
      'PATCH /shop/v1/de-DE/collages/7 {"title":"Blau"}',
    ],
  );
  assert.deepEqual(
    asked.map((each) => [each.headers["x-a"], each.headers["if-match"], each.headers["content-type"]]),
    [
      ["1", undefined, undefined],
      ["1", undefined, undefined],
      ["1", undefined, undefined],
      ["2", '"1"', "application/json"],
      ["1", undefined, "application/json"],
    ],
  );
});

test("what cannot be a request is none", async () => {
  const shop = new Ogrom("http://127.0.0.1:1");
  await assert.rejects(shop.call(getProduct, { product_id: 7 }), /needs locale/);
  const large = { locale: "de-DE", product_id: 2 ** 53 };
  await assert.rejects(
    shop.call(getProduct, large),
    /product_id 9007199254740992 is more than a number can hold/,
  );
  assert.throws(() => new Ogrom("shop.example"), TypeError);
});

test("unknown members are passed on, and an answer without content is undefined", async (t) => {
  const { url } = await serve(t, (response, number) => {
    if (number === 0) json(response, { id: 7, colour: "blue" });
    else response.writeHead(204).end();
  });
  const shop = new Ogrom(url, { locale: "de-DE" });
  assert.deepEqual((await shop.call(getProduct, { product_id: 7 })).data, { id: 7, colour: "blue" });
  assert.equal((await shop.call(deleteLike, { collage_id: 1, user_id: 1 })).data, undefined);
});

test("the client names itself and the version of its package", async (t) => {
  const { url, asked } = await serve(t, (response) => json(response, {}));
  await new Ogrom(url, { locale: "de-DE" }).call(getProduct, { product_id: 7 });
  const { version } = JSON.parse(await readFile("package.json", "utf8"));
  assert.equal(VERSION, version);
  assert.equal(asked[0]?.headers["user-agent"], `ogrom-client-typescript/${version}`);
});

/** Never run: the compiler refuses what the contract does not allow. */
export async function types(shop: Ogrom): Promise<void> {
  const { data, etag } = await shop.call(patchCollage, { collage_id: 7, "If-Match": undefined, body: {} });
  const collage: CollageView = data;
  const tag: string | undefined = etag;
  // @ts-expect-error: there is no such member
  console.log(collage.colour, tag);
  // @ts-expect-error: If-Match is missing
  await shop.call(patchCollage, { collage_id: 7, body: {} });
  // @ts-expect-error: the id is missing
  await shop.call(getProduct);
  // @ts-expect-error: no such parameter
  await shop.call(getProducts, { colour: "red" });
  // @ts-expect-error: the title is missing
  await shop.call(addToCollages, { body: { author_id: 1, placements: [] } });
  // @ts-expect-error: a product is no list
  shop.items(getProduct, { product_id: 7 });
  for await (const product of shop.items(getProducts)) {
    const amount: number = product.price.amount;
    console.log(amount);
  }
  const nothing: undefined = (await shop.call(deleteLike, { collage_id: 1, user_id: 1 })).data;
  console.log(nothing);
}
