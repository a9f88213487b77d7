import assert from "node:assert/strict";
import { test } from "node:test";
import {
  addToCollageComments,
  batch,
  getCollage,
  getCollageComments,
  getProducts,
  NoAnswerError,
  Ogrom,
  patchCollage,
  putLike,
  RefusedError,
  reference,
  request,
} from "@ogrom/client";
import { json, serve } from "./service.js";

const ok = (content: unknown, headers = {}): object => ({ status: 200, headers, content });

test("later requests use values of earlier answers, in path, query and content", async (t) => {
  const { url, asked } = await serve(t, (response) => {
    json(response, { responses: { collage: ok({}), comments: ok({}), products: ok({}), said: ok({}) } });
  });
  const shop = new Ogrom(url, { locale: "de-DE" });
  const text = "Schön";
  await batch(shop, {
    collage: request(getCollage, { collage_id: 7 }),
    comments: request(getCollageComments, reference("collage#/links/comments")),
    products: request(getProducts, { ids: reference("collage#/placements/*/product_id"), brand: "{a}" }),
    said: request(
      { ...addToCollageComments, keyed: false },
      { collage_id: reference("collage#/id"), body: { author_id: reference("collage#/author_id"), text } },
    ),
  });
  assert.equal(asked[0]?.target, "/v1/de-DE/batch");
  assert.deepEqual(JSON.parse(asked[0]?.content ?? "").requests, [
    { id: "collage", method: "GET", path: "/v1/de-DE/collages/7", headers: {} },
    { id: "comments", method: "GET", path: "{collage#/links/comments}", headers: {} },
    {
      id: "products",
      method: "GET",
      path: "/v1/de-DE/products?ids={collage#/placements/*/product_id}&brand=%7Ba%7D",
      headers: {},
    },
    {
      id: "said",
      method: "POST",
      path: "/v1/de-DE/collages/{collage#/id}/comments",
      headers: { "Content-Type": "application/json" },
      content: { author_id: null, text },
      values: { "#/author_id": "collage#/author_id" },
    },
  ]);
});

test("each answer is its own, and a refusal is not passed over", async (t) => {
  const { url } = await serve(t, (response) => {
    const problem = { type: "/problems/failed-dependency", title: "No", status: 424 };
    const headers = { "Content-Type": "application/problem+json" };
    const products = { status: 424, headers, content: problem };
    json(response, { responses: { collage: ok({ id: 7 }, { ETag: '"1"' }), products } });
  });
  const answers = await batch(new Ogrom(url, { locale: "de-DE" }), {
    collage: request(getCollage, { collage_id: 7 }),
    products: request(getProducts, { ids: reference("collage#/placements/*/product_id") }),
  });
  const id: number = answers.collage.data.id;
  assert.deepEqual([id, answers.collage.etag, answers.collage.error], [7, '"1"', undefined]);
  assert.equal(answers.products.error?.type, "/problems/failed-dependency");
  assert.throws(() => answers.products.data.items, RefusedError);
  // @ts-expect-error: there is no such request
  assert.equal(answers.other, undefined);
});

test("what is not answered, or not in full, is no success", async (t) => {
  const { url } = await serve(t, (response) => {
    json(response, { responses: { cut: { status: 200, headers: {} }, odd: { status: 600, headers: {} } } });
  });
  const shop = new Ogrom(url, { locale: "de-DE", token: () => "t" });
  const change = { collage_id: 7, "If-Match": '"1"', body: { title: "Rot" } };
  const cut = request(patchCollage, change);
  const answers = await batch(shop, {
    cut,
    odd: request(getProducts),
    none: request(putLike, "/v1/de-DE/x"),
  });
  for (const each of [answers.cut, answers.odd, answers.none]) assert.throws(() => each.data, NoAnswerError);
  assert.throws(
    () => answers.cut.data,
    (error) => error instanceof NoAnswerError && error.mayBeDone && error.key === cut.key,
  );
});

test("a batch that is lost says that it may be sent again as it was", async (t) => {
  const { url } = await serve(t, (response) => void response.destroy());
  const shop = new Ogrom(url, { locale: "de-DE", token: () => "t", attempts: 1 });
  const change = { collage_id: 7, "If-Match": '"1"', body: { title: "Rot" } };
  await assert.rejects(batch(shop, { one: request(patchCollage, change) }), /send it again as it was/);
});

test("a batch is repeated only if that does nothing twice, by the client or its caller", async (t) => {
  const { url, asked } = await serve(t, (response, number) => {
    if (number % 2 === 0) response.destroy();
    else json(response, { responses: { one: ok({}), two: ok({}) } });
  });
  const shop = new Ogrom(url, { locale: "de-DE", timeout: 60_000, token: () => "t" });
  await batch(shop, { one: request(getProducts) });
  const change = { collage_id: 7, "If-Match": '"1"', body: { title: "Rot" } };
  const requests = {
    one: request(patchCollage, change),
    two: request(putLike, reference("one#/links/mine")),
  };
  for (const _ of [1, 2]) await batch(shop, requests);
  const sent = asked.slice(2).map(({ content }) => JSON.parse(content).requests as { headers: object }[]);
  assert.deepEqual(sent, Array(4).fill(sent[0]));
  const keys = sent[0]?.map(({ headers }) => new Headers({ ...headers }).get("Idempotency-Key"));
  assert.equal(new Set(keys).size, 2);
  for (const key of keys ?? []) assert.match(String(key), /^"[0-9a-f-]{36}"$/);
  await assert.rejects(
    batch(shop, { one: request({ ...patchCollage, keyed: false }, change) }),
    NoAnswerError,
  );
  assert.deepEqual(
    asked.map((each) => each.headers.authorization),
    [undefined, undefined, ...Array(5).fill("Bearer t")],
  );
});
