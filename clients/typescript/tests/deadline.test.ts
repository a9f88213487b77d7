import assert from "node:assert/strict";
import { test } from "node:test";
import { addToCollages, DeadlineError, getProduct, Ogrom } from "@ogrom/client";
import { Deadline } from "../dist/deadline.js";
import { json, serve } from "./service.js";

const product = { product_id: 7 };
const body = { author_id: 1, title: "Blau", placements: [] };

test("a call ends at its deadline, whether nothing comes or not all of it", async (t) => {
  const silent = await serve(t, () => {});
  const slow = await serve(t, (response) => response.writeHead(200).write("{"));
  for (const { url } of [silent, slow]) {
    const shop = new Ogrom(url, { locale: "de-DE", timeout: 60_000 });
    await assert.rejects(shop.call(getProduct, product, { timeout: 300 }), DeadlineError);
  }
});

test("a write that had no answer in time may have been done", async (t) => {
  const { url } = await serve(t, () => {});
  const shop = new Ogrom(url, { locale: "de-DE", timeout: 50 });
  await assert.rejects(shop.call(addToCollages, { body }), (error) => {
    assert(error instanceof DeadlineError && error.mayBeDone && error.key);
    return true;
  });
});

test("a source of tokens that never answers ends at the deadline, too", async () => {
  const token = (): Promise<string> => new Promise(() => {});
  const shop = new Ogrom("http://127.0.0.1:1", { locale: "de-DE", timeout: 50, token });
  await assert.rejects(shop.call(addToCollages, { body }), DeadlineError);
});

test("the caller's signal ends a call, with the caller's reason", async (t) => {
  const controller = new AbortController();
  const { url, asked } = await serve(t, () => controller.abort(new RangeError("enough")));
  const shop = new Ogrom(url, { locale: "de-DE", timeout: 60_000 });
  const { signal } = controller;
  await assert.rejects(shop.call(getProduct, product, { signal }), { message: "enough" });
  await assert.rejects(shop.call(getProduct, product, { signal }), { message: "enough" });
  assert.equal(asked.length, 1);
});

test("a signal ends the pause before a retry", { timeout: 30_000 }, async () => {
  const controller = new AbortController();
  const deadline = new Deadline(60_000, controller.signal);
  const pause = deadline.sleep(50_000);
  controller.abort();
  await assert.rejects(pause, { name: "AbortError" });
  deadline.close();
});

test("the service is told how long the caller waits", async (t) => {
  const { url, asked } = await serve(t, (response) => json(response, {}));
  await new Ogrom(url, { locale: "de-DE", timeout: 60_000 }).call(getProduct, product);
  const told = Number(asked[0]?.headers["x-envoy-expected-rq-timeout-ms"]);
  assert(0 < told && told <= 60_000, String(told));
});

test("nothing is left behind at the caller's signal", async () => {
  const controller = new AbortController();
  const listeners: string[] = [];
  const { signal } = controller;
  signal.addEventListener = (name: string): void => void listeners.push(name);
  signal.removeEventListener = (name: string): void => void listeners.splice(listeners.indexOf(name), 1);
  const deadline = new Deadline(60_000, signal);
  assert.equal(listeners.length, 1);
  deadline.close();
  assert.equal(listeners.length, 0);
});

test("a timeout may be longer than a timer can wait", async (t) => {
  const { url } = await serve(t, (response) => json(response, {}));
  const shop = new Ogrom(url, { locale: "de-DE", timeout: Infinity });
  assert.equal((await shop.call(getProduct, product)).status, 200);
});

test("a source of tokens that fails after the call has ended disturbs nobody", async (t) => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  process.on("unhandledRejection", note);
  t.after(() => process.off("unhandledRejection", note));
  const token = (): Promise<string> => Promise.reject(new Error("log in first"));
  const shop = new Ogrom("http://127.0.0.1:1", { locale: "de-DE", token });
  const signal = AbortSignal.abort();
  await assert.rejects(shop.call(addToCollages, { body }, { signal }), { name: "AbortError" });
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(unhandled, []);
});
