// Where it reads: an object, or MariaDB by the pool of `mariadb`, MariaDB's own driver in JavaScript.

import { readFileSync } from 'node:fs'
import { createPool } from 'mariadb'
import { pageView, productView } from './views.mjs'

const LOCALE = 'de-DE'

// Its parameters are the locale and the id.
const PRODUCT = `SELECT p.id, o.title, p.brand, p.category_id, o.amount, o.currency, p.image_url, p.revision, p.updated_at
FROM offers o JOIN products p ON p.id = o.product_id WHERE o.locale = ? AND o.product_id = ?`

// Its parameters are the locale and one more than the limit, which tells whether anything follows.
const COLLAGES = `SELECT c.id, c.author_id, c.title, c.revision, c.created_at, c.updated_at,
p.product_id, p.x, p.y, p.width, p.height, p.rotation, p.z
FROM (SELECT id, locale, author_id, title, revision, created_at, updated_at FROM collages
WHERE locale = ? ORDER BY created_at DESC, id DESC LIMIT ?) c
LEFT JOIN placements p ON p.collage_id = c.id AND p.locale = c.locale
ORDER BY c.created_at DESC, c.id DESC, p.position`

// The store that a server is told to read.
export async function storeOf (store, catalogue, connections) {
  return store === 'memory' ? memory(catalogue) : database(new URL(store), connections)
}

function memory (catalogue) {
  const content = JSON.parse(readFileSync(catalogue, 'utf8'))
  return {
    product: async id => content.products[id],
    // The one page that the catalogue holds, of twenty, whatever the limit.
    collages: async limit => content.collages
  }
}

function database (url, connections) {
  const pool = createPool({
    host: url.hostname,
    port: Number(url.port),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: url.pathname.slice(1),
    connectionLimit: connections,
    minimumIdle: connections,
    rowsAsArray: true,
    dateStrings: true, // a Date of JavaScript's would be made of it, and a text again
    bigIntAsNumber: true
  })
  return {
    product: async id => {
      const rows = await pool.query(PRODUCT, [LOCALE, id])
      return rows.length ? productView(rows[0]) : undefined
    },
    collages: async limit => pageView(await pool.query(COLLAGES, [LOCALE, limit + 1]), limit)
  }
}
