#include "howdah/ops/detail/page.hpp"

#include "howdah/base/bytes.hpp"
#include "howdah/base/digest.hpp"
#include "howdah/wire/base64.hpp"

namespace howdah::ops {
namespace {

constexpr std::string_view style = R"css(
:root { --ink: #1c2733; --pale: #66727f; --line: #dde3e9; --paper: #fff; --ground: #f3f5f8; --good: #1b7f4b; --bad: #b3261e;
  --warn: #9a6700; --p50: #2f6fde; --p90: #8a5cd1; --p99: #d9683c; }
@media (prefers-color-scheme: dark) { :root { --ink: #e3e8ee; --pale: #94a1af; --line: #313b46; --paper: #1b222a; --ground: #12171d;
  --good: #4cc38a; --bad: #ff8a80; --warn: #e3b341; --p50: #6ea0ff; --p90: #b79af0; --p99: #f0946c; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 14px/1.45 system-ui, sans-serif; }
header { display: flex; gap: 1.2em; align-items: baseline; padding: 14px 22px; background: var(--paper); border-bottom: 1px solid var(--line); }
h1 { font-size: 18px; margin: 0; } h2 { font-size: 13px; margin: 0 0 8px; color: var(--pale); font-weight: 600; }
#when { color: var(--pale); margin-left: auto; }
main { display: grid; grid-template-columns: repeat(auto-fit, minmax(430px, 1fr)); gap: 14px; padding: 14px 22px; }
section { background: var(--paper); border: 1px solid var(--line); border-radius: 8px; padding: 12px 16px; overflow-x: auto; }
section.wide { grid-column: 1 / -1; }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; color: var(--pale); font-weight: 500; } th, td { padding: 3px 12px 3px 0; vertical-align: top; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.code { font: 12px/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
tbody tr { border-top: 1px solid var(--line); }
.good { color: var(--good); } .bad { color: var(--bad); } .warn { color: var(--warn); } .pale { color: var(--pale); }
svg { width: 100%; height: 110px; display: block; } polyline { fill: none; stroke-width: 1.6; vector-effect: non-scaling-stroke; }
rect { fill: var(--p50); opacity: .55; } .p50 { stroke: var(--p50); color: var(--p50); } .p90 { stroke: var(--p90); color: var(--p90); }
.p99 { stroke: var(--p99); color: var(--p99); } .legend { display: flex; gap: 1.4em; }
)css";

// Nothing that comes from the server becomes markup: all of it goes through textContent.
constexpr std::string_view script = R"js(
'use strict';
const byId = id => document.getElementById(id);
const make = (name, text, cls) => { const e = document.createElement(name); if (text !== undefined && text !== null) e.textContent = text;
  if (cls) e.className = cls; return e; };
const duration = s => s === undefined || s === null ? '' : s < 0.001 ? Math.round(s * 1e6) + ' µs' : s < 1 ? (s * 1000).toFixed(s < 0.1 ? 1 : 0) + ' ms' :
  s < 120 ? s.toFixed(1) + ' s' : s < 7200 ? Math.round(s / 60) + ' min' : Math.round(s / 3600) + ' h';
const bytes = b => b === null || b === undefined ? '' : b < 1024 ? b + ' B' : b < 1048576 ? (b / 1024).toFixed(1) + ' kB' : (b / 1048576).toFixed(1) + ' MB';
const count = n => n === undefined || n === null ? '' : n.toLocaleString('en');
// columns: [title, row => text, class of the cell, or row => class]
function table(id, rows, columns, nothing) {
  const to = byId(id); to.replaceChildren();
  if (!rows || rows.length === 0) { to.append(make('div', nothing, 'pale')); return; }
  const t = make('table'), head = make('tr'), body = make('tbody');
  for (const [title, , cls] of columns) head.append(make('th', title, /\bn\b/.test(typeof cls === 'function' ? cls({}) : cls) ? 'n' : ''));
  for (const row of rows) { const line = make('tr');
    for (const [, text, cls] of columns) line.append(make('td', text(row), typeof cls === 'function' ? cls(row) : cls));
    body.append(line); }
  const top = make('thead'); top.append(head); t.append(top, body); to.append(t);
}
const svg = (name, attributes) => { const e = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [k, v] of Object.entries(attributes)) e.setAttribute(k, v); return e; };
function chart(id, slots, draw) {
  const s = svg('svg', {viewBox: `0 0 ${slots.length} 100`, preserveAspectRatio: 'none'}); draw(s); byId(id).replaceChildren(s);
}
function latencies(l) {
  const most = Math.max(1e-6, ...l.slots.map(s => s.p99 || 0));
  chart('latency', l.slots, s => { for (const p of ['p99', 'p90', 'p50']) {
    const points = l.slots.map((slot, i) => slot.calls ? `${i + 0.5},${98 - 94 * slot[p] / most}` : null).filter(x => x !== null);
    if (points.length === 1) points.push(points[0].replace(/^[^,]*/, x => String(Number(x) - 0.5)));
    s.append(svg('polyline', {points: points.join(' '), class: p})); } });
  const last = [...l.slots].reverse().find(s => s.calls); const legend = byId('legend'); legend.replaceChildren();
  for (const p of ['p50', 'p90', 'p99']) legend.append(make('span', `${p} ${last ? duration(last[p]) : '-'}`, p));
  legend.append(make('span', 'top ' + duration(most), 'pale'));
  const busiest = Math.max(1, ...l.slots.map(s => s.calls));
  chart('calls', l.slots, s => l.slots.forEach((slot, i) => { const h = 96 * slot.calls / busiest;
    s.append(svg('rect', {x: i + 0.1, y: 100 - h, width: 0.8, height: h})); }));
}
const role = n => n.role === 'unknown' ? 'bad' : n.role === 'primary' ? 'good' : '';
const details = e => Object.entries(e).filter(([k]) => !['time', 'level', 'event', 'fingerprint', 'error_code', 'fate', 'process_id', 'attempt'].includes(k))
  .filter(([, v]) => v !== 0 && v !== false).map(([k, v]) => k.endsWith('_seconds') ? `${k.slice(0, -8)} ${duration(v)}` : `${k} ${v}`).join('  ');
function show(s) {
  document.title = (s.application || 'Howdah') + ': status';
  byId('name').textContent = s.application || 'Howdah';
  const well = (s.troubles || []).length === 0 && (s.alerts || []).length === 0;
  byId('state').textContent = well ? 'ready' : [...(s.troubles || []), ...(s.alerts || []).map(a => a.kind)].join(', ');
  byId('state').className = well ? 'good' : 'bad';
  byId('totals').textContent = `${count(s.calls)} calls, ${count(s.failures)} failed, up ${duration(s.up_seconds)}`;
  byId('when').textContent = s.time.slice(0, 19).replace('T', ' ') + ' UTC';
  table('alerts', s.alerts, [['alert', a => a.kind, () => 'bad'], ['of', a => a.subject], ['since', a => duration(a.since_seconds), 'n'],
    ['seen', a => count(a.occurrences), 'n'], ['', a => a.words]], 'none');
  table('pools', s.pools, [['pool', p => p.name], ['in use', p => p.in_use, 'n'], ['idle', p => p.idle, 'n'], ['opening', p => p.connecting, 'n'],
    ['limit', p => p.limit, 'n'], ['waiting', p => p.waiting, p => p.waiting ? 'n warn' : 'n'], ['acquired', p => count(p.acquired), 'n'],
    ['broken', p => p.broken, 'n'], ['last error', p => p.last_error, () => 'bad']], 'none is shown');
  table('nodes', (s.clusters || []).flatMap(c => c.nodes.map(n => ({cluster: c.name, ...n}))), [['cluster', n => n.cluster], ['node', n => n.name],
    ['role', n => n.role, role], ['lag', n => n.role === 'replica' ? [bytes(n.lag_bytes), n.lag_ms === null ? '' : duration(n.lag_ms / 1000)].join(' ') : '', 'n'],
    ['latency', n => n.calls ? duration(n.latency_ms / 1000) : '', 'n'], ['round trip', n => n.round_trip_ms === null ? '' : duration(n.round_trip_ms / 1000), 'n'],
    ['breaker', n => n.breaker, n => n.breaker === 'closed' ? '' : 'warn'], ['', n => n.trouble, () => 'bad']], 'none is shown');
  latencies(s.latency);
  table('statements', s.statements, [['statement', c => c.statement || c.fingerprint, 'code'], ['calls', c => count(c.calls), 'n'],
    ['failed', c => c.failures ? count(c.failures) : '', () => 'n bad'], ['rows', c => count(c.rows), 'n'], ['total', c => duration(c.seconds), 'n'],
    ['mean', c => c.calls ? duration(c.seconds / c.calls) : '', 'n']], 'none yet');
  table('events', [...s.events].reverse(), [['time', e => e.time.slice(11, 19), 'pale'], ['event', e => e.event, e => e.level === 'error' ? 'bad' : 'warn'],
    ['', details, 'code']], 'none');
}
async function look() {
  try {
    const answer = await fetch('/status.json', {cache: 'no-store'});
    if (!answer.ok) throw new Error(answer.status === 401 ? 'the token is missing: open /?token=TOKEN' : 'it answers ' + answer.status);
    show(await answer.json());
  } catch (e) { byId('state').textContent = e.message; byId('state').className = 'bad'; }
  setTimeout(look, 1000);
}
look();
)js";

constexpr std::string_view content = R"html(
<header><h1 id="name">Howdah</h1><span id="state" class="pale">asking</span><span id="totals" class="pale"></span><span id="when"></span></header>
<main>
<section class="wide"><h2>Alerts</h2><div id="alerts"></div></section>
<section><h2>Latency of calls</h2><div id="latency"></div><div id="legend" class="legend"></div></section>
<section><h2>Calls</h2><div id="calls"></div></section>
<section class="wide"><h2>Pools</h2><div id="pools"></div></section>
<section class="wide"><h2>Nodes</h2><div id="nodes"></div></section>
<section class="wide"><h2>Statements that take most of the time</h2><div id="statements"></div></section>
<section class="wide"><h2>Warnings and errors</h2><div id="events"></div></section>
</main>
)html";

std::string hash_of(std::string_view text) {
    const auto sum = sha_256(text);
    return "'sha256-" + wire::encode_base64(as_bytes(sum.text())) + '\'';
}

status_answer make() {
    status_answer out;
    out.type = "text/html; charset=utf-8";
    // The icon is empty, or browsers ask for one.
    out.body.append("<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Howdah: status</title>")
        .append("<link rel=\"icon\" href=\"data:,\"><style>")
        .append(style)
        .append("</style></head><body>")
        .append(content)
        .append("<script>")
        .append(script)
        .append("</script></body></html>\n");
    out.headers = {{"Content-Security-Policy", "default-src 'none'; connect-src 'self'; img-src data:; style-src " +
                                                   hash_of(style) + "; script-src " + hash_of(script) +
                                                   "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
                   {"X-Frame-Options", "DENY"}};
    return out;
}

}  // namespace

const status_answer& status_page() {
    static const status_answer page = make();
    return page;
}

}  // namespace howdah::ops
