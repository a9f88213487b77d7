import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { test } from "node:test";
import { getProduct, NoAnswerError, Ogrom, putLike, RefusedError } from "@ogrom/client";
import { Credentials } from "../dist/credentials.js";
import { json, refuse, serve } from "./service.js";

const like = { collage_id: 1, user_id: 2 };

test("a token is asked for again after a 401", async (t) => {
  const { url, asked } = await serve(t, (response, _, { headers }) => {
    if (headers.authorization === "Bearer new") response.writeHead(204).end();
    else refuse(response, 401, "/problems/expired-token");
  });
  const refused: (string | undefined)[] = [];
  const token = async (old?: string): Promise<string> => {
    refused.push(old);
    return old === undefined ? "old" : "new";
  };
  await new Ogrom(url, { locale: "de-DE", token }).call(putLike, like);
  assert.deepEqual(refused, [undefined, "old"]);
  assert.equal(asked.length, 2);
});

test("requests that are refused together ask once, and those that come meanwhile wait", async () => {
  const asked: unknown[] = [];
  const credentials = new Credentials(async (refused) => {
    asked.push(refused);
    return "new";
  });
  const both = [credentials.renewed("old"), credentials.renewed("old"), credentials.token()];
  assert.deepEqual(await Promise.all(both), ["new", "new", "new"]);
  assert.deepEqual(asked, ["old"]);
  assert.equal(await credentials.renewed("new"), undefined);
  assert.deepEqual(asked, ["old", "new"]);
});

test("the same token again, or none, does not help", async (t) => {
  const { url, asked } = await serve(t, (response) => refuse(response, 401, "/problems/invalid-token"));
  const call = (token: () => string): Promise<unknown> =>
    new Ogrom(url, { locale: "de-DE", token }).call(putLike, like);
  await assert.rejects(
    call(() => "same"),
    RefusedError,
  );
  assert.equal(asked.length, 1);
  await assert.rejects(new Ogrom(url, { locale: "de-DE" }).call(putLike, like), RefusedError);
});

test("what the source of tokens throws is the caller's", async () => {
  const error = new Error("log in first");
  const token = (): never => {
    throw error;
  };
  await assert.rejects(
    new Ogrom("http://127.0.0.1:1", { locale: "de-DE", token }).call(putLike, like),
    error,
  );
});

test("what it throws is not all after a write whose answer was lost", async (t) => {
  const { url } = await serve(t, (response, number) => {
    if (number === 0) response.destroy();
    else refuse(response, 401, "/problems/expired-token");
  });
  const error = new Error("log in first");
  const token = (old?: string): string => {
    if (old !== undefined) throw error;
    return "old";
  };
  const shop = new Ogrom(url, { locale: "de-DE", token, timeout: 60_000 });
  await assert.rejects(shop.call(putLike, like, { key: "mine" }), {
    mayBeDone: true,
    key: "mine",
    cause: error,
  });
});

test("reads, which need no token, have none", async (t) => {
  const { url, asked } = await serve(t, (response) => json(response, {}));
  await new Ogrom(url, { locale: "de-DE", token: () => "t" }).call(getProduct, { product_id: 1 });
  assert.equal(asked[0]?.headers.authorization, undefined);
});

test("another host gets nothing, neither by a redirect nor by a link", async (t) => {
  const other = await serve(t, (response) => response.writeHead(204).end());
  for (const status of [301, 302, 303, 307, 308]) {
    const { url } = await serve(t, (response) => response.writeHead(status, { Location: other.url }).end());
    const shop = new Ogrom(url, { locale: "de-DE", token: () => "secret" });
    await assert.rejects(shop.call(putLike, like), (error) => {
      assert(error instanceof NoAnswerError);
      assert(error.message.includes(`is redirected to ${other.url}`), error.message);
      return true;
    });
    await assert.rejects(shop.follow(getProduct, other.url), TypeError);
    await assert.rejects(shop.follow(getProduct, other.url.replace("http:", "")), TypeError);
  }
  assert.deepEqual(other.asked, []);
});

test("a password in the URL is refused, and not shown", () => {
  assert.throws(
    () => new Ogrom("https://me:S3cret@shop.example/"),
    (error) => error instanceof TypeError && !error.message.includes("S3cret"),
  );
});

test("a refused token's answer holds no connection", async (t) => {
  const sockets = new Set<ServerResponse["socket"]>();
  let most = 0;
  const { url } = await serve(t, (response, _, { headers }) => {
    sockets.add(response.socket);
    most = Math.max(most, [...sockets].filter((each) => !each?.destroyed).length);
    if (headers.authorization === "Bearer new") response.writeHead(204).end();
    else response.writeHead(401).end("x".repeat(1024 * 1024));
  });
  const token = (old?: string): string => (old === undefined ? "old" : "new");
  const shop = new Ogrom(url, { locale: "de-DE", token, timeout: 60_000 });
  for (let call = 0; call < 40; call++) await shop.call(putLike, like);
  assert(most < 10, `${most} connections are open`);
});
