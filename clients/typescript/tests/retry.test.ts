import assert from "node:assert/strict";
import { test } from "node:test";
import { addToCollages, getProduct, NoAnswerError, Ogrom, RefusedError } from "@ogrom/client";
import { Deadline } from "../dist/deadline.js";
import { NoAnswerError as Passing } from "../dist/problem.js";
import { Retries } from "../dist/retry.js";
import { json, refuse, serve } from "./service.js";

const product = { product_id: 7 };
const body = { author_id: 1, title: "Blau", placements: [] };
const asked = { method: "GET", url: new URL("http://127.0.0.1/"), isWrite: false, key: undefined };

/** A deadline in whose time nobody really waits; its pauses. */
function imagined(): { deadline: Deadline; pauses: number[] } {
  const pauses: number[] = [];
  const deadline = new Deadline(60_000);
  deadline.close();
  deadline.sleep = async (milliseconds) => void pauses.push(milliseconds);
  return { deadline, pauses };
}

async function failing(): Promise<never> {
  throw new Passing(asked, "failed", undefined, true);
}

test("pauses double, up to a limit, and no two clients wait alike", async () => {
  const { deadline, pauses } = imagined();
  const longest = [200, 400, 800, 1600, 3200, 5000, 5000];
  await assert.rejects(new Retries(8).run(failing, true, deadline), NoAnswerError);
  assert.equal(pauses.length, longest.length);
  pauses.forEach((pause, number) => {
    const most = longest[number] ?? 0;
    assert(most / 2 <= pause && pause < most, `${pause} of ${most}`);
  });
  const again = imagined();
  await assert.rejects(new Retries(8).run(failing, true, again.deadline), NoAnswerError);
  assert.notDeepEqual(again.pauses, pauses);
});

test("where everything fails, the calls of a client share a budget of retries", async () => {
  const { deadline, pauses } = imagined();
  const retries = new Retries(4);
  for (let call = 0; call < 100; call++) await assert.rejects(retries.run(failing, true, deadline));
  // Ten were saved up, and a call earns a tenth of one.
  assert(15 <= pauses.length && pauses.length <= 20, String(pauses.length));
});

test("a read is tried again where that may help", async (t) => {
  for (const status of [408, 429, 502, 503, 504]) {
    const { url, asked } = await serve(t, (response, number) => {
      if (number === 0) response.destroy();
      else if (number === 1) refuse(response, status, "about:blank", { "Retry-After": "0" });
      else json(response, {});
    });
    await new Ogrom(url, { locale: "de-DE", timeout: 60_000 }).call(getProduct, product);
    assert.equal(asked.length, 3);
  }
});

test("what is refused for good is tried once", async (t) => {
  for (const status of [400, 403, 404, 406, 409, 412, 422, 500, 501]) {
    const { url, asked } = await serve(t, (response) => refuse(response, status, "about:blank"));
    await assert.rejects(new Ogrom(url, { locale: "de-DE" }).call(getProduct, product), RefusedError);
    assert.equal(asked.length, 1, String(status));
  }
});

test("a write without a key is tried again only if it was not done", async (t) => {
  const unkeyed = { ...addToCollages, keyed: false };
  const tries = async (
    refusal: (response: Parameters<typeof refuse>[0]) => void,
  ): Promise<[number, boolean]> => {
    const { url, asked } = await serve(t, (response, number) => {
      if (number === 0) refusal(response);
      else json(response, {});
    });
    const call = new Ogrom(url, { locale: "de-DE", timeout: 60_000 }).call(unkeyed, { body });
    const error = await call.then(
      () => undefined,
      (error: unknown) => error,
    );
    if (asked.length === 2) return [2, error !== undefined];
    assert(error instanceof RefusedError || error instanceof NoAnswerError);
    return [1, error.mayBeDone];
  };
  assert.deepEqual(await tries((response) => response.destroy()), [1, true]);
  assert.deepEqual(await tries((response) => refuse(response, 504, "/problems/write-unconfirmed")), [
    1,
    true,
  ]);
  assert.deepEqual(await tries((response) => refuse(response, 503, "/problems/server-stopped")), [1, true]);
  assert.deepEqual(await tries((response) => refuse(response, 500, "about:blank")), [1, true]);
  assert.deepEqual(await tries((response) => void response.writeHead(502).end()), [1, true]);
  assert.deepEqual(await tries((response) => refuse(response, 412, "/problems/stale-revision")), [1, false]);
  assert.deepEqual(await tries((response) => void response.writeHead(503).end()), [2, false]);
  for (const [status, type] of [
    [429, "/problems/quota-exceeded"],
    [503, "/problems/data-unavailable"],
    [504, "/problems/data-timeout"],
    [503, "/problems/overloaded"],
    [503, "/problems/keys-unavailable"],
  ] as const) {
    assert.deepEqual(await tries((response) => refuse(response, status, type)), [2, false], type);
  }
});

test("Retry-After is kept to, in seconds or as a date", async (t) => {
  const { deadline, pauses } = imagined();
  for (const value of ["7", new Date(Date.now() + 7000).toUTCString()]) {
    const response = new Response("", { status: 503, headers: { "Retry-After": value } });
    const refused = async (): Promise<never> => {
      throw new RefusedError(asked, response, "");
    };
    await assert.rejects(new Retries(2).run(refused, true, deadline));
  }
  assert.equal(pauses.length, 2);
  assert(7000 <= (pauses[0] ?? 0) && (pauses[0] ?? 0) < 7100, String(pauses));
  assert(0 < (pauses[1] ?? 0) && (pauses[1] ?? 0) < 7100, String(pauses));

  const late = await serve(t, (response) => refuse(response, 503, "about:blank", { "Retry-After": "61" }));
  const shop = new Ogrom(late.url, { locale: "de-DE", timeout: 60_000 });
  await assert.rejects(shop.call(getProduct, product), { status: 503, retryAfter: 61_000 });
  assert.equal(late.asked.length, 1);
});

test("a repeat that is turned away says nothing of the first attempt", async (t) => {
  const refused = async (status: number, type: string, headers = {}): Promise<boolean> => {
    const { url } = await serve(t, (response, number) => {
      if (number === 0) response.destroy();
      else refuse(response, status, type, headers);
    });
    const error = await new Ogrom(url, { locale: "de-DE", attempts: 2, timeout: 60_000 })
      .call(addToCollages, { body })
      .catch((each: unknown) => each);
    assert(error instanceof RefusedError && error.key);
    assert.equal(error.message.includes("call again with the error's `key`"), error.mayBeDone);
    return error.mayBeDone;
  };
  assert(await refused(503, "/problems/overloaded"));
  assert(await refused(429, "/problems/quota-exceeded"));
  assert(await refused(401, "/problems/expired-token"));
  assert(await refused(409, "/problems/write-under-way", { "Retry-After": "1" }));
  assert(!(await refused(409, "/problems/conflict")));
  assert(!(await refused(412, "/problems/stale-revision")));
  assert(!(await refused(422, "/problems/invalid-content")));
});
