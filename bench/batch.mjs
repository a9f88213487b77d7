// A client that shows a screen, in one of several ways: `node bench/batch.mjs URL WAY SCREENS MARKET COLLAGE`.
//
// A screen is a collage with its products, its comments and their authors. The client keeps its connection, as an
// application does. It prints JSON: milliseconds for each screen, requests and bytes of one, and what it has found.

import http from "node:http";
import http2 from "node:http2";

const [, , url, way, screens, market, collage] = process.argv;
let requests = 0;
let bytes = 0;

// One connection, and a function that asks over it.

const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

function ask1(path, body) {
  return new Promise((resolve, reject) => {
    const headers = { accept: "application/json", "accept-encoding": "identity" };
    if (body) headers["content-type"] = "application/json";
    const request = http.request(url + path, { agent, method: body ? "POST" : "GET", headers }, (response) => {
      read(response, response.statusCode).then(resolve, reject);
    });
    request.on("error", reject);
    request.end(body);
  });
}

let session;

function ask2(path) {
  const stream = session.request({ ":path": path, accept: "application/json", "accept-encoding": "identity" });
  return new Promise((resolve, reject) => {
    stream.on("response", (headers) => read(stream, headers[":status"]).then(resolve, reject));
    stream.on("error", reject);
  });
}

async function read(stream, status) {
  const parts = [];
  for await (const part of stream) parts.push(part);
  const content = Buffer.concat(parts);
  requests += 1;
  bytes += content.length;
  if (status !== 200) throw new Error(`${status}: ${content}`);
  return JSON.parse(content);
}

// The ways to a screen.

const each = async (ask, paths, isParallel) => {
  if (isParallel) return Promise.all(paths.map((path) => ask(path)));
  const found = [];
  for (const path of paths) found.push(await ask(path));
  return found;
};
const unique = (values) => [...new Set(values)];

async function byLists(ask, isParallel) {
  const shown = await ask(`${market}/collages/${collage}`);
  const ids = unique(shown.placements.map((placement) => placement.product_id));
  const next = [`${market}/products?ids=${ids}`, shown.links.comments];
  const [products, comments] = await each(ask, next, isParallel);
  const authors = await ask(`${market}/users?ids=${unique(comments.items.map((comment) => comment.author_id))}`);
  return [shown, products.items, comments.items, authors.items];
}

async function byLinks(ask, isParallel) {
  const shown = await ask(`${market}/collages/${collage}`);
  const ids = unique(shown.placements.map((placement) => placement.product_id));
  const next = [shown.links.comments, ...ids.map((id) => `${market}/products/${id}`)];
  const [comments, ...products] = await each(ask, next, isParallel);
  const people = unique(comments.items.map((comment) => comment.author_id));
  const authors = await each(ask, people.map((id) => `${market}/users/${id}`), isParallel);
  return [shown, products, comments.items, authors];
}

async function byBatch() {
  const asked = [
    { id: "collage", path: `/collages/${collage}` },
    { id: "products", path: "/products?ids={collage#/placements/*/product_id}" },
    { id: "comments", path: "{collage#/links/comments}" },
    { id: "authors", path: "/users?ids={comments#/items/*/author_id}" },
  ];
  const found = (await ask1(`${market}/batch`, JSON.stringify({ requests: asked }))).responses;
  for (const [id, one] of Object.entries(found)) if (one.status !== 200) throw new Error(`${id}: ${one.status}`);
  const { products, comments, authors } = found;
  return [found.collage.content, products.content.items, comments.content.items, authors.content.items];
}

const ways = {
  batch: byBatch,
  "lists-http1": () => byLists(ask1, false),
  "links-http1": () => byLinks(ask1, false),
  "lists-http2": () => byLists(ask2, true),
  "links-http2": () => byLinks(ask2, true),
};

if (way.endsWith("http2")) {
  session = http2.connect(url);
  await new Promise((resolve) => session.once("remoteSettings", resolve));
}
const show = ways[way];
const shown = await show(); // over the new connection, which no screen counts
[requests, bytes] = [0, 0];
const times = [];
for (let number = 0; number < Number(screens); number += 1) {
  const begun = performance.now();
  await show();
  times.push(performance.now() - begun);
}
const found = shown.map((part) => (Array.isArray(part) ? part.map((one) => one.id) : part.id));
console.log(JSON.stringify({ times, requests: requests / times.length, bytes: bytes / times.length, found }));
agent.destroy();
session?.close();
