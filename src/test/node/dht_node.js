/**
 * A node of npm's bittorrent-dht for Bittern's tests: PORT CONTROL, until SIGTERM, on loopback. At TCP port CONTROL it takes commands, a line
 * each, words and then NAME=HEX of what there is; it answers each with a line, which is "error CODE" if it went wrong.
 */
import DHT from 'bittorrent-dht'
import crypto from 'node:crypto'
import { once } from 'node:events'
import net from 'node:net'
import readline from 'node:readline'

const LOCAL = '127.0.0.1'
const [port, control] = process.argv.slice(2).map(Number)

// raw keys of Ed25519 in the DER that the library of Node wants
const PUBLIC = Buffer.from('302a300506032b6570032100', 'hex')
const PRIVATE = Buffer.from('302e020100300506032b657004220420', 'hex')
const publicKey = raw => crypto.createPublicKey({ key: Buffer.concat([PUBLIC, raw]), format: 'der', type: 'spki' })
const privateKey = seed => crypto.createPrivateKey({ key: Buffer.concat([PRIVATE, seed]), format: 'der', type: 'pkcs8' })
const verify = (signature, message, key) => crypto.verify(null, message, publicKey(key), signature)

const dht = new DHT({ bootstrap: false, verify })
const heard = {}
dht._rpc.on('query', query => { heard[query.q] = (heard[query.q] ?? 0) + 1 })

const later = ask => new Promise((resolve, reject) => ask((error, ...rest) => error ? reject(error) : resolve(rest)))

const commands = {
  /** Pings a port until somebody is there; its id. */
  async meet (at) {
    const ping = () => dht.addNode({ host: LOCAL, port: Number(at) })
    const pings = setInterval(ping, 200)
    const [node] = await once(dht, 'node')
    clearInterval(pings)
    return node.id.toString('hex')
  },

  /** Looks for nodes near itself; how many answered. */
  async find () {
    const query = { q: 'find_node', a: { id: dht.nodeId, target: dht.nodeId } }
    return later(done => dht._rpc.populate(dht.nodeId, query, done))
  },

  /** The nodes that it knows. */
  async nodes () {
    return dht.toJSON().nodes.map(node => node.port)
  },

  /** Who shares a torrent. */
  async lookup (hash) {
    const peers = new Set()
    const add = peer => peers.add(`${peer.host}:${peer.port}`)
    dht.on('peer', add)
    await later(done => dht.lookup(hash, done))
    dht.off('peer', add)
    return [...peers]
  },

  /** Says that it shares a torrent; without a port on that from which it speaks. How many keep it. */
  async announce (hash, at) {
    return later(done => dht.announce(hash, Number(at), done))
  },

  /** Puts v, with k and sig or with seed, salt, seq and cas; how many keep it. */
  async put ({ seed, seq, cas, ...item }) {
    if (seed) {
      item.k = crypto.createPublicKey(privateKey(seed)).export({ format: 'der', type: 'spki' }).subarray(PUBLIC.length)
      item.sign = message => crypto.sign(null, message, privateKey(seed))
    }
    if (seq) item.seq = parseInt(seq.toString(), 10)
    if (cas) item.cas = parseInt(cas.toString(), 10)
    return later(done => dht.put(item, (error, key, kept) => done(error, kept)))
  },

  /** Gets the value of a target, that others have. */
  async get (target, { salt } = {}) {
    const [item] = await later(done => dht.get(target, { salt, cache: false }, done))
    return item ? [item.v.toString('hex'), item.seq ?? '-'] : 'nothing'
  },

  /** How often it was asked what. */
  async heard () {
    return Object.entries(heard).map(([query, times]) => `${query}=${times}`)
  }
}

/** Words in their order, then what is named, if anything. */
function parse (line) {
  const [name, ...words] = line.split(' ')
  const named = words.filter(word => word.includes('=')).map(word => word.split('='))
  const last = named.length ? [Object.fromEntries(named.map(([key, hex]) => [key, Buffer.from(hex, 'hex')]))] : []
  return [name, words.filter(word => !word.includes('=')).concat(last)]
}

async function answer (line) {
  const [name, parameters] = parse(line)
  try {
    return [await commands[name](...parameters)].flat().join(' ')
  } catch (error) {
    return `error ${error.code ?? error.message}`
  }
}

dht.listen(port, LOCAL, () => {
  net.createServer(async socket => {
    for await (const line of readline.createInterface({ input: socket })) socket.write(await answer(line) + '\n')
  }).listen(control, LOCAL, () => console.log('serving'))
})
