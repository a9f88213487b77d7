// What a client with openapi-typescript and openapi-fetch does; it must compile as it stands.
import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";

const [url, token, user] = process.argv.slice(2) as [string, string, string];
const api = createClient<paths>({ baseUrl: url });
const locale = "de-DE";

const list = await api.GET("/v1/{locale}/products", { params: { path: { locale }, query: { limit: 2 } } });
assert(list.data);
const [first, second] = list.data.items;
assert(first && second);
const title: string = first.title;
const next: string | null = list.data.next;
assert(title && next);

const ids = await api.GET("/v1/{locale}/products", {
  params: { path: { locale }, query: { ids: [second.id, first.id] } },
});
assert.deepEqual(ids.data?.items, [second, first]);

const path = { locale, product_id: first.id };
const one = await api.GET("/v1/{locale}/products/{product_id}", { params: { path } });
assert(one.data);
const product: components["schemas"]["ProductView"] = one.data;
const amount: number = product.price.amount;
assert(amount > 0);
assert.equal(product.id, first.id);

const tag = one.response.headers.get("ETag");
assert(tag);
const again = await api.GET("/v1/{locale}/products/{product_id}", {
  params: { path, header: { "If-None-Match": tag } },
});
assert.equal(again.response.status, 304);

const missing = await api.GET("/v1/{locale}/products/{product_id}", {
  params: { path: { locale, product_id: Number.MAX_SAFE_INTEGER } },
});
assert(missing.error);
const problem: components["schemas"]["Problem"] = missing.error;
assert.equal(problem.status, 404);

const headers = { Authorization: `Bearer ${token}` };
const draft: components["schemas"]["CollageDraft"] = {
  author_id: Number(user),
  title: "Blau",
  placements: [{ product_id: first.id, x: 0, y: 0, width: 0.5, height: 0.5, rotation: 0, z: 0 }],
};
const made = await api.POST("/v1/{locale}/collages", { params: { path: { locale } }, body: draft, headers });
assert.equal(made.response.status, 201);
assert(made.data);

const gone = await api.DELETE("/v1/{locale}/collages/{collage_id}", {
  params: {
    path: { locale, collage_id: made.data.id },
    header: { "If-Match": made.response.headers.get("ETag") ?? "" },
  },
  headers,
});
assert.equal(gone.response.status, 204);
console.log(title);
