/** Does everything that the API offers, with a running service; in Node and in a browser. */

import * as api from "@ogrom/client";
import {
  type Answer,
  addToCollageComments,
  addToCollages,
  batch,
  type CallOptions,
  type CollageDraft,
  type Data,
  deleteCollage,
  deleteComment,
  deleteLike,
  getCategories,
  getCategory,
  getCollage,
  getCollageComments,
  getCollages,
  getComment,
  getComments,
  getHome,
  getIndex,
  getLikes,
  getLive,
  getProblemType,
  getProblemTypes,
  getProduct,
  getProducts,
  getReady,
  getSearch,
  getUser,
  getUserCollages,
  getUsers,
  getWrite,
  Ogrom,
  type Operation,
  patchCollage,
  putCollage,
  putLike,
  RefusedError,
  reference,
  request,
} from "@ogrom/client";

const called = new Set<string>();

function named({ method, path }: Operation<unknown>): string {
  return `${method} ${path}`;
}

/** A client that remembers what was called. */
class Watched extends Ogrom {
  override call<O>(
    ...[operation, ...rest]: Parameters<typeof Ogrom.prototype.call<O>>
  ): Promise<Answer<Data<O>>> {
    called.add(named(operation));
    return super.call<O>(operation, ...rest);
  }

  override follow<O>(operation: Operation<O>, link: string, options?: CallOptions): Promise<Answer<Data<O>>> {
    called.add(named(operation));
    return super.follow(operation, link, options);
  }
}

function same(found: unknown, wanted: unknown): void {
  const [one, other] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (one !== other) throw new Error(`${one} is not ${other}`);
}

/**
 * Call every operation of the client, or throw.
 *
 * @param url of the service.
 * @param token of the user, who may write.
 * @param user the user's id.
 * @param shown how the paths begin that this program may call.
 * @returns what was called.
 */
export async function everything(
  url: string,
  token: string,
  user: number,
  shown: string = "/",
): Promise<string[]> {
  const shop = new Watched(url, { locale: "de-DE", token: () => token, timeout: 120_000 });
  await reads(shop, user);
  await writes(shop, user);
  await batches(shop, user);
  if (shown === "/") await operators(shop);
  const missed = Object.values(api as Record<string, unknown>)
    .filter((each): each is Operation<unknown> => typeof each === "object" && each !== null && "path" in each)
    .filter(({ path }) => path.startsWith(shown))
    .map(named)
    .filter((each) => !called.has(each));
  if (missed.length) throw new Error(`not called: ${missed.join(", ")}`);
  return [...called].sort();
}

async function reads(shop: Ogrom, user: number): Promise<void> {
  const { data: index } = await shop.call(getIndex);
  same(index.locale, "de-DE");

  const { data: list } = await shop.follow(getProducts, index.links.products);
  const [first, second] = list.items;
  if (!first || !second) throw new Error("there are no products");
  const ids = [second.id, first.id];
  same((await shop.call(getProducts, { ids })).data.items, [second, first]);
  const one = await shop.call(getProduct, { product_id: first.id });
  same(one.data, first);
  same(typeof one.etag, "string");
  same((await shop.call(getProduct, { product_id: first.id }, { fresh: true })).data, first);
  const english = await shop.call(getProduct, { product_id: first.id, locale: "en-GB" });
  same(english.data.price.currency, "GBP");

  const all: number[] = [];
  for await (const product of shop.items(getProducts, { limit: 7 })) all.push(product.id);
  same(new Set(all).size, all.length);
  const pages: number[] = [];
  for await (const page of shop.pages(getProducts, { limit: 7 })) pages.push(page.items.length);
  same(
    pages.reduce((one, other) => one + other),
    all.length,
  );
  same(pages.length, Math.ceil(all.length / 7));

  const { data: tree } = await shop.call(getCategories);
  const category = tree.items.find((each) => each.id === first.category_id);
  same((await shop.call(getCategory, { category_id: first.category_id })).data, category);
  const hits = await shop.call(getSearch, { q: first.title, limit: 3 });
  same(typeof hits.data.items[0]?.kind, "string");

  const { data: person } = await shop.call(getUser, { user_id: user });
  same((await shop.call(getUsers, { ids: [user] })).data.items, [person]);
  for await (const collage of shop.items(getUserCollages, { user_id: user })) same(collage.author_id, user);
  for await (const collage of shop.items(getCollages, { limit: 100 })) {
    same((await shop.follow(getUser, collage.links.author)).data.id, collage.author_id);
    break;
  }
}

async function writes(shop: Ogrom, user: number): Promise<void> {
  const { data } = await shop.call(getProducts, { limit: 1 });
  const [product] = data.items;
  if (!product) throw new Error("there are no products");
  const body: CollageDraft = {
    author_id: user,
    title: "Blau",
    placements: [{ product_id: product.id, x: 0, y: 0, width: 0.5, height: 0.5 }],
  };
  const key = crypto.randomUUID();
  const made = await shop.call(addToCollages, { body }, { key });
  same((await shop.call(getWrite, { key })).data.collage?.id, made.data.id);
  same([made.status, made.data.title], [201, "Blau"]);
  const collage_id = made.data.id;

  const read = await shop.call(getCollage, { collage_id });
  same(read.data, made.data);
  const patched = await shop.call(patchCollage, {
    collage_id,
    "If-Match": read.etag,
    body: { title: "Rot" },
  });
  same(patched.data.title, "Rot");
  const stale = await refusal(shop.call(putCollage, { collage_id, "If-Match": read.etag, body }));
  same([stale.status, stale.type], [412, "/problems/stale-revision"]);
  const unconditional = await refusal(shop.call(putCollage, { collage_id, "If-Match": undefined, body }));
  same(unconditional.type, "/problems/if-match-required");
  const put = await shop.call(putCollage, { collage_id, "If-Match": patched.etag, body });
  same((await shop.call(getCollage, { collage_id })).data, put.data);

  const liked = await shop.call(putLike, { collage_id, user_id: user });
  same([liked.status, liked.headers.get("Ogrom-Changed")], [201, "?1"]);
  same((await shop.call(getLikes, { collage_id }, { fresh: true })).data.count, 1);
  same((await shop.call(deleteLike, { collage_id, user_id: user })).data, undefined);

  const said = await shop.call(addToCollageComments, {
    collage_id,
    body: { author_id: user, text: "Schön" },
  });
  const comment_id = said.data.id;
  same((await shop.call(getComment, { comment_id })).data, said.data);
  same((await shop.call(getCollageComments, { collage_id }, { fresh: true })).data.items, [said.data]);
  same((await shop.call(getComments, { collage_id }, { fresh: true })).data.items, [said.data]);
  same((await shop.call(deleteComment, { comment_id, "If-Match": undefined })).status, 204);

  const gone = await shop.call(deleteCollage, { collage_id, "If-Match": put.etag });
  same([gone.status, gone.data], [204, undefined]);
  same((await refusal(shop.call(getCollage, { collage_id }))).status, 404);
  const wrong = await refusal(shop.call(addToCollages, { body: { ...body, title: "" } }));
  same([wrong.type, wrong.problem.errors?.[0]?.pointer], ["/problems/invalid-content", "#/title"]);
}

async function batches(shop: Ogrom, user: number): Promise<void> {
  const screen = await batch(shop, {
    list: request(getCollages, { limit: 1 }),
    collage: request(getCollage, reference("list#/items/0/links/self")),
    products: request(getProducts, { ids: reference("collage#/placements/*/product_id") }),
    author: request(getUser, reference("collage#/links/author")),
    said: request(addToCollageComments, {
      collage_id: reference("collage#/id"),
      body: { author_id: user, text: reference("collage#/title") },
    }),
    comments: request(getComments, { collage_id: reference("said#/collage_id"), limit: 1 }),
    missing: request(getCollage, { collage_id: 2 ** 50 }),
    nothing: request(getUser, { user_id: reference("missing#/author_id") }),
  });
  const { data: collage, etag } = screen.collage;
  same([typeof etag, screen.author.data.id], ["string", collage.author_id]);
  const ids = new Set(collage.placements.map((each) => each.product_id));
  same(new Set(screen.products.data.items.map((each) => each.id)).size, ids.size);
  same([screen.said.status, screen.comments.data.items[0]?.text], [201, collage.title]);
  same([screen.missing.status, screen.nothing.error?.type], [404, "/problems/failed-dependency"]);
}

async function operators(shop: Ogrom): Promise<void> {
  const { data: home } = await shop.call(getHome);
  same("de-DE" in home.markets, true);
  same((await shop.follow(getLive, home.health.live)).data.status, "live");
  same((await shop.follow(getReady, home.health.ready)).status, 200);
  const { data: types } = await shop.call(getProblemTypes);
  same(types.items.length > 10, true);
  const refused = await refusal(shop.call(getProducts, { limit: 0 }));
  const { data: page } = await shop.follow(getProblemType, refused.type);
  same([page.type, page.status], [refused.type, 400]);
}

async function refusal(call: Promise<unknown>): Promise<RefusedError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof RefusedError) return error;
    throw error;
  }
  throw new Error("the service did not refuse");
}
