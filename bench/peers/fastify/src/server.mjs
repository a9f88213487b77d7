// The two resources by Fastify: `node server.mjs --store URL --catalogue FILE --port N --processes N --threads N`.

import cluster from 'node:cluster'
import { parseArgs } from 'node:util'
import fastify from 'fastify'
import { pageText, productSchema } from './views.mjs'
import { storeOf } from './stores.mjs'

const MARKET = '/v1/de-DE'
const MAX_LIMIT = 100

const names = ['store', 'catalogue', 'port', 'processes', 'threads']
const options = Object.fromEntries(names.map(name => [name, { type: 'string' }]))
const told = parseArgs({ options }).values

if (cluster.isPrimary && Number(told.processes) > 1) {
  supervise(Number(told.processes))
} else {
  await serve(await storeOf(told.store, told.catalogue, Number(told.threads)))
}

// The primary binds the port, and hands connections to the workers in turn.
function supervise (processes) {
  for (let number = 0; number < processes; number++) cluster.fork()
  process.on('SIGTERM', () => {
    for (const worker of Object.values(cluster.workers)) worker.kill()
    cluster.disconnect(() => process.exit(0))
  })
}

async function serve (store) {
  const app = fastify()
  const params = { type: 'object', properties: { id: { type: 'integer' } } }
  const querystring = {
    type: 'object',
    properties: { limit: { type: 'integer', minimum: 1, maximum: MAX_LIMIT, default: 20 } }
  }
  app.get(`${MARKET}/products/:id`, { schema: { params, response: { 200: productSchema } } }, async (request, reply) => {
    const view = await store.product(request.params.id)
    if (view !== undefined) return view
    return reply.code(404).send({ status: 404 })
  })
  app.get(`${MARKET}/collages`, { schema: { querystring } }, async (request, reply) => {
    reply.type('application/json')
    return pageText(await store.collages(request.query.limit))
  })
  await app.listen({ port: Number(told.port), host: '127.0.0.1' })
  process.on('SIGTERM', () => process.exit(0))
}
