import assert from "node:assert/strict";
import { test } from "node:test";
import { getProducts, Ogrom } from "@ogrom/client";
import { json, serve } from "./service.js";

test("pages follow the links of the service, and only as far as they are wanted", async (t) => {
  const { url, asked } = await serve(t, (response, number) => {
    const next = number === 2 ? null : `/elsewhere?page=${number + 1}`;
    json(response, { items: number === 1 ? [] : [{ id: number }], next });
  });
  const shop = new Ogrom(url, { locale: "de-DE" });
  const ids: number[] = [];
  for await (const product of shop.items(getProducts, { brand: "Ivy" })) ids.push(product.id);
  assert.deepEqual(ids, [0, 2]);
  assert.deepEqual(
    asked.map((each) => each.target),
    ["/v1/de-DE/products?brand=Ivy", "/elsewhere?page=1", "/elsewhere?page=2"],
  );
  for await (const page of shop.pages(getProducts)) {
    assert.equal(page.items.length, 1);
    break;
  }
  assert.equal(asked.length, 4);
});

test("a list that leads to itself ends", async (t) => {
  const { url, asked } = await serve(t, (response) => json(response, { items: [], next: "/again" }));
  const walk = async (): Promise<void> => {
    for await (const _ of new Ogrom(url, { locale: "de-DE" }).pages(getProducts)) assert(asked.length < 9);
  };
  await assert.rejects(walk, { message: "the page /again leads to itself" });
});
