import assert from "node:assert/strict";
import { test } from "node:test";
import { getProduct, NoAnswerError, Ogrom, type ProblemType, RefusedError } from "@ogrom/client";
import { refuse, serve } from "./service.js";

const product = { product_id: 7 };

test("a refusal has all that the service said, known or not, and what to do", async (t) => {
  const more = {
    detail: "Fix the listed parameters.",
    request_id: "4711",
    errors: [{ parameter: "limit", detail: "limit must be between 1 and 100" }],
    "new-member": [1],
  };
  const { url } = await serve(t, (response) =>
    refuse(response, 418, "/problems/of-tomorrow", { "X-A": "b" }, more),
  );
  const error = await new Ogrom(url, { locale: "de-DE" })
    .call(getProduct, product)
    .catch((each: unknown) => each);
  assert(error instanceof RefusedError);
  const type: ProblemType = error.type;
  assert.deepEqual([error.status, type, error.mayBeDone], [418, "/problems/of-tomorrow", false]);
  assert.deepEqual(error.problem["new-member"], [1]);
  assert.equal(error.headers.get("X-A"), "b");
  assert.equal(error.whatToDo, "mend the request; as it is, it is refused again");
  assert.equal(
    error.message,
    "GET /v1/de-DE/products/7 is refused: 418 No; Fix the listed parameters.; " +
      `limit: limit must be between 1 and 100; see ${url}/problems/of-tomorrow; request 4711`,
  );
});

test("a refusal by another program than an Ogrom is one, too", async (t) => {
  for (const content of ["<h1>Bad Gateway</h1>", ""]) {
    const { url } = await serve(t, (response) =>
      response.writeHead(451, { "Content-Type": "text/html" }).end(content),
    );
    const error = await new Ogrom(url, { locale: "de-DE" })
      .call(getProduct, product)
      .catch((each: unknown) => each);
    assert(error instanceof RefusedError);
    assert.deepEqual([error.status, error.type], [451, "about:blank"]);
    assert.match(error.message, /451 Unavailable For Legal Reasons; mend the request/);
  }
});

test("what is no JSON does not come from an Ogrom", async (t) => {
  const { url, asked } = await serve(t, (response) =>
    response.writeHead(200, { "Content-Type": "text/html" }).end("<p>"),
  );
  await assert.rejects(new Ogrom(url, { locale: "de-DE" }).call(getProduct, product), (error) => {
    assert(error instanceof NoAnswerError);
    assert.match(error.message, /is answered with text\/html that is no JSON/);
    return true;
  });
  assert.equal(asked.length, 1);
});

test("where nothing answers, the error says why", async (t) => {
  const { url } = await serve(t, (response) => response.destroy());
  const shop = new Ogrom(url, { locale: "de-DE", attempts: 1 });
  await assert.rejects(shop.call(getProduct, product), {
    name: "NoAnswerError",
    message: "GET /v1/de-DE/products/7 has no answer: other side closed",
  });
});

test("members of another type than they should have are passed over", async (t) => {
  for (const more of [{ type: 5 }, { type: null }, { errors: "no" }, { errors: [null] }]) {
    const { url } = await serve(t, (response) => refuse(response, 400, "about:blank", {}, more));
    await assert.rejects(new Ogrom(url, { locale: "de-DE" }).call(getProduct, product), {
      name: "RefusedError",
      type: "about:blank",
      status: 400,
    });
  }
});

test("an answer that nobody should have to read is not read to its end", async (t) => {
  const part = "x".repeat(1024 * 1024);
  const { url, asked } = await serve(t, (response) => {
    response.writeHead(200, { "Content-Type": "application/json" });
    const write = (): void => {
      while (!response.destroyed) if (!response.write(part)) return void response.once("drain", write);
    };
    write();
  });
  const shop = new Ogrom(url, { locale: "de-DE", timeout: 60_000 });
  await assert.rejects(shop.call(getProduct, product), { message: /more than 16777216 characters/ });
  assert.equal(asked.length, 1);
});
