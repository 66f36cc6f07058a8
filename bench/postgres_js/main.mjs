#!/usr/bin/env node
// npm `postgres`, which speaks text both ways. main.mjs WORKLOAD HOST PORT USER PASSWORD DBNAME; NODE_DEPS is the folder
// with node_modules.
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { Readable, Writable } from 'node:stream'
const require = createRequire(process.env.NODE_DEPS + '/')  // the folder with node_modules

const ROWS = 1e6, DEPTH = 100
const operations = usual => Number(process.env.HOWDAH_BENCH_OPS ?? usual)
const SEQ = operations(20000), PIPE = operations(200000), INSERT = operations(100000), POOL = operations(100000)
const CONNECT = operations(500), COPIED = operations(ROWS)
const POINT = 'select id, v, s from t where id = $1', ALL = 'select id, v, s from t'
const VERIFY = 'select (sum(id) + sum(v) + sum(length(s)))::float8 as x from tin'
const nthId = i => i * 7919 % ROWS + 1
const now = () => performance.now() * 1e3  // us
const [w, host, port, user, password, database] = process.argv.slice(2)
const NOT_OFFERED = 3

class Meter {
  constructor() { this.lat = []; this.r0 = process.resourceUsage(); this.t0 = now() }
  stop() { this.wall = (now() - this.t0) / 1e6; this.r1 = process.resourceUsage() }
  finish(ops, checksum) {
    if (!this.r1) this.stop()
    const user = (this.r1.userCPUTime - this.r0.userCPUTime) / 1e6
    const sys = (this.r1.systemCPUTime - this.r0.systemCPUTime) / 1e6
    const lat = Float64Array.from(this.lat).sort()
    const pct = p => lat.length ? lat[Math.floor(p * (lat.length - 1))].toFixed(3) : 'null'
    const rss = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]
    console.log(`{"peer":"postgres.js","workload":"${w}","ops":${ops},"wall_s":${this.wall.toFixed(6)},` +
      `"cpu_s":${(user + sys).toFixed(6)},"user_s":${user.toFixed(6)},"sys_s":${sys.toFixed(6)},` +
      `"rss_kb":${rss},"p50_us":${pct(0.5)},"p99_us":${pct(0.99)},"checksum":${checksum.toFixed(6)}}`)
  }
}
const sum = (acc, rows) => { for (const r of rows) acc += r.id + r.v + r.s.length; return acc }
function makeRows(n) {
  const id = [], v = [], s = []
  for (let i = 1; i <= n; i++) { id.push(i); v.push(i / 1024); s.push('row-' + i) }
  return { id, v, s }
}
function* copyText(r) {  // the caller's own formatting: the driver does not encode COPY rows
  for (let i = 0, out = ''; i < r.id.length; i++) {
    out += r.id[i] + '\t' + r.v[i] + '\t' + r.s[i] + '\n'
    if (out.length > 64000 || i == r.id.length - 1) { yield Buffer.from(out); out = '' }
  }
}
const counter = n => new Writable({ write(chunk, _, done) { n.bytes += chunk.length; done() } })

// What the workloads need of the driver.
const postgres = require('postgres')
const open = max => postgres({ host, port: +port, user, pass: password, database, max,
  fetch_types: w == 'insert', onnotice() {} })  // types: one more query a connection, for arrays only
const sql = w == 'connect' ? null : open(w == 'pool' ? 8 : 1)
const d = {
  point: id => sql.unsafe(POINT, [id], { prepare: true }),
  query: q => sql.unsafe(q),
  insert: r => sql`insert into tin select * from
    unnest(${sql.array(r.id, 23)}::int4[], ${sql.array(r.v, 701)}::float8[], ${sql.array(r.s, 25)}::text[])`,
  async stream(each) { await sql.unsafe(ALL).cursor(1000, each) },
  async copyIn(source) { await pipeline(Readable.from(source), await sql`copy tin from stdin`.writable()) },
  async copyOut(n) { await pipeline(await sql`copy t to stdout`.readable(), counter(n)) },
  async connectOnce() { const s = open(1); const [r] = await s`select 1 as x`; await s.end(); return r.x },
  end: () => sql?.end(),
}

let m = new Meter(), acc = 0
const workloads = {
  async seq() {
    for (const n of [SEQ / 10, SEQ]) {
      m = new Meter(), acc = 0
      for (let i = 0; i < n; i++) {
        const t = now()
        acc = sum(acc, await d.point(nthId(i)))
        m.lat.push(now() - t)
      }
    }
    m.finish(SEQ, acc)
  },
  async pipe() {  // 100 loops, each awaiting its own query, all on one connection
    for (const n of [PIPE / 10, PIPE]) {
      let i = 0
      m = new Meter(), acc = 0
      const loop = async () => { while (i < n) { const r = await d.point(nthId(i++)); acc = sum(acc, r) } }
      await Promise.all(Array.from({ length: DEPTH }, loop))
    }
    m.finish(PIPE, acc)
  },
  async pool() {
    for (const n of [2000, POOL]) {
      let i = 0
      m = new Meter(), acc = 0
      const loop = async () => {
        while (i < n) {
          const id = nthId(i++), t = now()
          const r = await d.point(id)
          m.lat.push(now() - t)
          acc = sum(acc, r)
        }
      }
      await Promise.all(Array.from({ length: 64 }, loop))
    }
    m.finish(POOL, acc)
  },
  async rows_buf() { const rows = await d.query(ALL); m.finish(rows.length, sum(0, rows)) },
  async rows_stream() {
    let n = 0
    await d.stream(rows => { n += rows.length; acc = sum(acc, rows) })
    m.finish(n, acc)
  },
  async copyin() {
    const r = makeRows(COPIED)
    await d.query('truncate tin')
    m = new Meter()
    await d.copyIn(copyText(r))
    m.stop()
    m.finish(COPIED, (await d.query(VERIFY))[0].x)
  },
  async copyout() { const n = { bytes: 0 }; await d.copyOut(n); m.finish(ROWS, n.bytes) },
  async insert() {
    const r = makeRows(INSERT)
    await d.query('truncate tin')
    m = new Meter()
    await d.insert(r)
    m.stop()
    m.finish(INSERT, (await d.query(VERIFY))[0].x)
  },
  async connect() {
    for (let i = 0; i < CONNECT; i++) { const t = now(); acc += await d.connectOnce(); m.lat.push(now() - t) }
    m.finish(CONNECT, acc)
  },
}
if (!workloads[w]) process.exit(NOT_OFFERED)
await workloads[w]()
await d.end()
