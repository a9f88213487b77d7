/** Loses answers of the service at OGROM_URL on their way: each write is done once all the same, by token OGROM_TOKEN. */

import { createServer, request as send } from "node:http";
import type { AddressInfo } from "node:net";
import {
  addToCollages,
  batch,
  type CollageDraft,
  deleteCollage,
  deleteLike,
  getLikes,
  getProducts,
  getUserCollages,
  Ogrom,
  patchCollage,
  putCollage,
  putLike,
  reference,
  request,
} from "@ogrom/client";

const TIMES = 5;
const service = new URL(process.env.OGROM_URL ?? "");
let lost = 0;
let writes = 0;

// The first answer to every write is lost, after the service has given it; the second one arrives.
const seen = new Set<string>();
const proxy = createServer(async (asked, response) => {
  const { method, url = "/", headers } = asked;
  let content = "";
  for await (const part of asked) content += part;
  const write = `${headers["idempotency-key"]} ${content}`; // a batch has its keys in its content
  const isFirst = method !== "GET" && !seen.has(write);
  if (method !== "GET") seen.add(write);
  const onwards = send(new URL(url, service), { method, headers }, (answer) => {
    if (isFirst) {
      lost++;
      answer.resume().on("end", () => response.destroy());
    } else {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(response);
    }
  });
  onwards.end(content);
});
await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
const { port } = proxy.address() as AddressInfo;

const token = process.env.OGROM_TOKEN ?? "";
const shop = (): Ogrom => {
  writes++;
  // Each with a budget of its own: here every write is repeated.
  return new Ogrom(`http://127.0.0.1:${port}`, { locale: "de-DE", token: () => token, timeout: 120_000 });
};
const user_id = 1;
const direct = new Ogrom(service, { locale: "de-DE", timeout: 120_000 });
const collages = async (): Promise<number[]> => {
  const ids: number[] = [];
  for await (const each of direct.items(getUserCollages, { user_id }, { fresh: true })) ids.push(each.id);
  return ids.sort((one, other) => one - other);
};

function same(found: unknown, wanted: unknown): void {
  const [one, other] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (one !== other) throw new Error(`${one} is not ${other}`);
}

const [product] = (await direct.call(getProducts, { limit: 1 })).data.items;
const placements = [{ product_id: product?.id ?? 0, x: 0, y: 0, width: 0.5, height: 0.5 }];
const before = await collages();
for (let time = 0; time < TIMES; time++) {
  const body: CollageDraft = { author_id: user_id, title: "Blau", placements };
  const made = await shop().call(addToCollages, { body });
  const collage_id = made.data.id;
  same([made.status, await collages()], [201, [...before, collage_id]]);
  const put = await shop().call(putCollage, {
    collage_id,
    "If-Match": made.etag,
    body: { ...body, title: "Rot" },
  });
  same([put.status, put.data.revision], [200, made.data.revision + 1]);
  const change = { collage_id, "If-Match": put.etag, body: { title: "Grün" } };
  const patched = await shop().call(patchCollage, change);
  same([patched.data.title, patched.data.revision], ["Grün", put.data.revision + 1]);
  same((await shop().call(putLike, { collage_id, user_id })).status, 201);
  same((await direct.call(getLikes, { collage_id }, { fresh: true })).data.count, 1);
  const unliked = await shop().call(deleteLike, { collage_id, user_id });
  same([unliked.status, unliked.headers.get("Ogrom-Changed")], [204, "?1"]);
  same((await shop().call(deleteCollage, { collage_id, "If-Match": patched.etag })).status, 204);
  same(await collages(), before);

  const both = await batch(shop(), {
    made: request(addToCollages, { body }),
    liked: request(putLike, { collage_id: reference("made#/id"), user_id }),
  });
  const { data: collage, etag } = both.made;
  same([both.made.status, both.liked.status, await collages()], [201, 201, [...before, collage.id]]);
  same((await shop().call(deleteCollage, { collage_id: collage.id, "If-Match": etag })).status, 204);
}
same(lost, writes);
console.log(`${lost} answers were lost, and each write was done once`);
proxy.close();
proxy.closeAllConnections();
