// What a client that @hey-api/openapi-ts has made does; it must compile as it stands.
import assert from "node:assert/strict";
import { client } from "./hey/client.gen.js";
import { addToCollages, deleteCollage, getProduct, getProducts } from "./hey/sdk.gen.js";
import type { Problem, ProductView } from "./hey/types.gen.js";

const [url, token, user] = process.argv.slice(2) as [string, string, string];
client.setConfig({ baseUrl: url });
const locale = "de-DE";

const list = await getProducts({ path: { locale }, query: { limit: 2 } });
assert(list.data);
const [first, second] = list.data.items;
assert(first && second);
const ids = await getProducts({ path: { locale }, query: { ids: [second.id, first.id] } });
assert.deepEqual(ids.data?.items, [second, first]);

const path = { locale, product_id: first.id };
const one = await getProduct({ path });
assert(one.data);
const product: ProductView = one.data;
const amount: number = product.price.amount;
assert(amount > 0);

const tag = one.response?.headers.get("ETag");
assert(tag);
const again = await getProduct({ path, headers: { "If-None-Match": tag } });
assert.equal(again.response?.status, 304);

const missing = await getProduct({ path: { locale, product_id: Number.MAX_SAFE_INTEGER } });
const problem: Problem | undefined = missing.error;
assert.equal(problem?.status, 404);

const made = await addToCollages({
  auth: token,
  path: { locale },
  body: {
    author_id: Number(user),
    title: "Blau",
    placements: [{ product_id: first.id, x: 0, y: 0, width: 0.5, height: 0.5 }],
  },
});
assert(made.data);
const gone = await deleteCollage({
  auth: token,
  path: { locale, collage_id: made.data.id },
  headers: { "If-Match": made.response?.headers.get("ETag") ?? "" },
});
assert.equal(gone.response?.status, 204);
console.log(product.title);
