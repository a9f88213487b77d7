// What a client gets to see, made of rows.

import { after } from './cursor.mjs'

const MARKET = '/v1/de-DE'

const integer = { type: 'integer' }
const string = { type: 'string' }

// Fastify writes JSON by it, which is faster than JSON.stringify.
export const productSchema = object({
  id: integer,
  title: string,
  brand: string,
  category_id: integer,
  price: object({ amount: integer, currency: string }),
  image_url: string,
  revision: integer,
  updated_at: string,
  links: object({ self: string, category: string })
})

function object (properties) {
  return { type: 'object', properties }
}

// A product.
export function productView ([id, title, brand, category, amount, currency, image, revision, updatedAt]) {
  return {
    id,
    title,
    brand,
    category_id: category,
    price: { amount, currency },
    image_url: image,
    revision,
    updated_at: moment(updatedAt),
    links: { self: `${MARKET}/products/${id}`, category: `${MARKET}/categories/${category}` }
  }
}

// A page of collages.
export function pageView (rows, limit) {
  const groups = grouped(rows)
  const self = `${MARKET}/collages?limit=${limit}`
  const last = groups.length > limit ? groups[limit - 1][0] : undefined
  return {
    items: groups.slice(0, limit).map(collageView),
    next: last ? `${self}&cursor=${after(moment(last[4]), last[0])}` : null,
    links: { self }
  }
}

// The page as JSON. Numbers of placements are written as everybody else does, 1.0 and not 1: JavaScript has no other.
export function pageText ({ items, next, links }) {
  return `{"items":[${items.map(collageText).join()}],"next":${JSON.stringify(next)},"links":${JSON.stringify(links)}}`
}

function grouped (rows) {
  const groups = []
  for (const row of rows) {
    if (groups.length && groups.at(-1)[0][0] === row[0]) groups.at(-1).push(row)
    else groups.push([row])
  }
  return groups
}

function collageView (rows) {
  const [id, author, title, revision, createdAt, updatedAt] = rows[0]
  return {
    id,
    author_id: author,
    title,
    // The outer join gives an empty row to a collage without placements.
    placements: rows.filter(row => row[6] !== null).map(placementView),
    revision,
    created_at: moment(createdAt),
    updated_at: moment(updatedAt),
    links: {
      self: `${MARKET}/collages/${id}`,
      author: `${MARKET}/users/${author}`,
      products: `${MARKET}/products?collage_id=${id}`,
      comments: `${MARKET}/collages/${id}/comments`,
      likes: `${MARKET}/collages/${id}/likes`
    }
  }
}

function placementView (row) {
  const [product, x, y, width, height, rotation, z] = row.slice(6)
  return { product_id: product, x, y, width, height, rotation, z }
}

function collageText ({ id, author_id: author, title, placements, ...rest }) {
  const begin = `{"id":${id},"author_id":${author},"title":${JSON.stringify(title)}`
  return `${begin},"placements":[${placements.map(placementText).join()}],${JSON.stringify(rest).slice(1)}`
}

function placementText ({ product_id: product, x, y, width, height, rotation, z }) {
  const sizes = `"x":${float(x)},"y":${float(y)},"width":${float(width)},"height":${float(height)}`
  return `{"product_id":${product},${sizes},"rotation":${float(rotation)},"z":${z}}`
}

function float (number) {
  return Number.isInteger(number) ? `${number}.0` : String(number)
}

// A moment in UTC, whose zone the database leaves out, without a fraction of zero.
function moment (stored) {
  return `${stored.replace(' ', 'T').replace(/\.0+$/, '')}Z`
}
