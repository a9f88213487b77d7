// Ogrom's cursors: a tag of the list, then the key of the page's last item in MessagePack, as base64url.

// A digest of the list's name and market, by BLAKE2b with a size that Node does not offer. There is only one list here.
const TAG = Buffer.from('3cff19911306', 'hex')

// The cursor of what follows a collage in the market's list.
export function after (createdAt, id) {
  return Buffer.concat([TAG, Buffer.of(0x92), time(createdAt), integer(id)]).toString('base64url')
}

// A moment as MessagePack's extension -1: 32 bits of seconds, or 30 bits of nanoseconds and 34 of seconds.
function time (moment) {
  const [whole, fraction = ''] = moment.replace('Z', '').split('.')
  const seconds = Date.parse(`${whole}Z`) / 1000
  const nanoseconds = Number(fraction.padEnd(9, '0'))
  if (nanoseconds === 0) {
    const bytes = Buffer.from([0xd6, 0xff, 0, 0, 0, 0])
    bytes.writeUInt32BE(seconds, 2)
    return bytes
  }
  const bytes = Buffer.from([0xd7, 0xff, 0, 0, 0, 0, 0, 0, 0, 0])
  bytes.writeBigUInt64BE(BigInt(nanoseconds) << 34n | BigInt(seconds), 2)
  return bytes
}

// A positive integer in the shortest form that MessagePack has.
function integer (id) {
  if (id < 0x80) return Buffer.of(id)
  if (id < 0x100) return Buffer.of(0xcc, id)
  const size = id < 0x10000 ? 2 : 4
  const bytes = Buffer.alloc(1 + size)
  bytes[0] = size === 2 ? 0xcd : 0xce
  bytes.writeUIntBE(id, 1, size)
  return bytes
}
