// tokio-postgres. On tokio's runtime of many threads, or of one with TOKIO=ct. Debian has no deadpool: `pool` is a
// semaphore and a free list. tokio-postgres WORKLOAD HOST PORT USER PASSWORD DBNAME
use futures_util::{pin_mut, stream, StreamExt, TryStreamExt};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;
use tokio_postgres::binary_copy::{BinaryCopyInWriter, BinaryCopyOutStream};
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, NoTls, Row, Statement};

const ROWS: usize = 1_000_000;
const SEQ: usize = 20_000;
const PIPE: usize = 200_000;
const DEPTH: usize = 100;
const INSERT: usize = 100_000;
const POOL: usize = 100_000;
const CONNECT: usize = 500;
const POOL_CONNECTIONS: usize = 8;
const POOL_TASKS: usize = 64;
const NOT_OFFERED: i32 = 3;
const POINT: &str = "select id, v, s from t where id = $1";
const ALL: &str = "select id, v, s from t";

/// `usual`, unless HOWDAH_BENCH_OPS says otherwise.
fn operations(usual: usize) -> usize {
    std::env::var("HOWDAH_BENCH_OPS").map_or(usual, |n| n.parse().unwrap())
}

fn nth_id(i: usize) -> i32 {
    (i * 7919 % ROWS) as i32 + 1
}

#[derive(Default)]
struct Sums {
    id: i64,
    v: f64,
    len: i64,
    n: usize,
}
impl Sums {
    fn add(&mut self, r: &Row) {
        self.push(r.get(0), r.get(1), r.get(2));
    }
    fn push(&mut self, id: i32, v: f64, s: &str) {
        self.id += id as i64;
        self.v += v;
        self.len += s.len() as i64;
        self.n += 1;
    }
    fn checksum(&self) -> f64 {
        self.id as f64 + self.v + self.len as f64
    }
}

struct Meter {
    t0: Instant,
    cpu0: (f64, f64),
    lat: Vec<f32>,
    stopped: Option<(f64, (f64, f64))>,
}
fn cpu() -> (f64, f64) {
    let mut r: libc::rusage = unsafe { std::mem::zeroed() };
    unsafe { libc::getrusage(libc::RUSAGE_SELF, &mut r) };
    let secs = |t: libc::timeval| t.tv_sec as f64 + t.tv_usec as f64 / 1e6;
    (secs(r.ru_utime), secs(r.ru_stime))
}
fn rss_kb() -> i64 {
    let s = std::fs::read_to_string("/proc/self/status").unwrap();
    let l = s.lines().find(|l| l.starts_with("VmHWM:")).unwrap();
    l.split_whitespace().nth(1).unwrap().parse().unwrap()
}
impl Meter {
    fn start() -> Meter {
        Meter { t0: Instant::now(), cpu0: cpu(), lat: Vec::with_capacity(POOL), stopped: None }
    }
    fn since(&mut self, t: Instant) {
        self.lat.push(t.elapsed().as_secs_f32() * 1e6);
    }
    fn stop(&mut self) {
        self.stopped = Some((self.t0.elapsed().as_secs_f64(), cpu()));
    }
    fn finish(mut self, workload: &str, ops: usize, checksum: f64) {
        if self.stopped.is_none() {
            self.stop();
        }
        let (wall, c1) = self.stopped.unwrap();
        let (u, s) = (c1.0 - self.cpu0.0, c1.1 - self.cpu0.1);
        self.lat.sort_by(|a, b| a.partial_cmp(b).unwrap());
        let pct = |p: f64| match self.lat.len() {
            0 => "null".to_string(),
            n => self.lat[(p * (n - 1) as f64) as usize].to_string(),
        };
        println!(
            "{{\"peer\":\"tokio-postgres\",\"workload\":\"{}\",\"ops\":{},\"wall_s\":{:.6},\"cpu_s\":{:.6},\
             \"user_s\":{:.6},\"sys_s\":{:.6},\"rss_kb\":{},\"p50_us\":{},\"p99_us\":{},\"checksum\":{:.6}}}",
            workload, ops, wall, u + s, u, s, rss_kb(), pct(0.5), pct(0.99), checksum
        );
    }
}

async fn open(conninfo: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(conninfo, NoTls).await.unwrap();
    tokio::spawn(async move { connection.await.unwrap() });
    client
}

async fn seq(c: &Client, n: usize, sums: &mut Sums, m: &mut Meter) {
    let st = c.prepare(POINT).await.unwrap();
    for i in 0..n {
        let t = Instant::now();
        sums.add(&c.query_one(&st, &[&nth_id(i)]).await.unwrap());
        m.since(t);
    }
}

async fn pipe(c: &Client, n: usize, sums: &mut Sums) {
    let st = c.prepare(POINT).await.unwrap();
    let st = &st;
    let answers = stream::iter(0..n)
        .map(|i| async move { c.query_one(st, &[&nth_id(i)]).await.unwrap() })
        .buffered(DEPTH);
    pin_mut!(answers);
    while let Some(r) = answers.next().await {
        sums.add(&r);
    }
}

async fn verify(c: &Client) -> f64 {
    let q = "select (sum(id)+sum(v)+sum(length(s)))::float8 from tin";
    c.query_one(q, &[]).await.unwrap().get(0)
}

fn make_rows(n: usize) -> (Vec<i32>, Vec<f64>, Vec<String>) {
    let id: Vec<i32> = (1..=n as i32).collect();
    let v = id.iter().map(|&i| i as f64 / 1024.0).collect();
    let s = id.iter().map(|i| format!("row-{}", i)).collect();
    (id, v, s)
}

async fn pool(conninfo: &str) {
    let mut conns: Vec<(Client, Statement)> = Vec::new();
    for _ in 0..POOL_CONNECTIONS {
        let c = open(conninfo).await;
        let st = c.prepare(POINT).await.unwrap();
        conns.push((c, st));
    }
    let free = Arc::new((tokio::sync::Semaphore::new(conns.len()), Mutex::new(conns)));
    let next = Arc::new(AtomicUsize::new(0));
    let count = operations(POOL);
    let mut m = Meter::start();
    let tasks: Vec<_> = (0..POOL_TASKS)
        .map(|_| {
            let (free, next) = (free.clone(), next.clone());
            tokio::spawn(async move {
                let (mut sums, mut lat) = (Sums::default(), Vec::new());
                loop {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    if i >= count {
                        return (sums, lat);
                    }
                    let t = Instant::now();
                    let _permit = free.0.acquire().await.unwrap();
                    let conn = free.1.lock().unwrap().pop().unwrap();
                    sums.add(&conn.0.query_one(&conn.1, &[&nth_id(i)]).await.unwrap());
                    free.1.lock().unwrap().push(conn);
                    lat.push(t.elapsed().as_secs_f32() * 1e6);
                }
            })
        })
        .collect();
    let mut sum = 0.0;
    for t in tasks {
        let (s, lat) = t.await.unwrap();
        sum += s.checksum();
        m.lat.extend(lat);
    }
    m.finish("pool", count, sum);
}

async fn run(args: Vec<String>) {
    let w = args[1].as_str();
    let conninfo = format!(
        "host={} port={} user={} password={} dbname={} sslmode=disable",
        args[2], args[3], args[4], args[5], args[6]
    );
    if w == "pool" {
        return pool(&conninfo).await;
    }
    if w == "connect" {
        let mut sum = 0.0;
        let mut m = Meter::start();
        let count = operations(CONNECT);
        for _ in 0..count {
            let t = Instant::now();
            let (c, connection) = tokio_postgres::connect(&conninfo, NoTls).await.unwrap();
            let h = tokio::spawn(async move { connection.await.unwrap() });
            sum += c.query_one("select 1", &[]).await.unwrap().get::<_, i32>(0) as f64;
            drop(c);
            h.await.unwrap();
            m.since(t);
        }
        return m.finish(w, count, sum);
    }
    let c = open(&conninfo).await;
    let mut sums = Sums::default();
    let mut m = Meter::start();
    match w {
        "seq" => {
            let count = operations(SEQ);
            seq(&c, count / 10, &mut Sums::default(), &mut m).await;
            m = Meter::start();
            seq(&c, count, &mut sums, &mut m).await;
            m.finish(w, count, sums.checksum());
        }
        "pipe" => {
            let count = operations(PIPE);
            pipe(&c, count / 10, &mut Sums::default()).await;
            m = Meter::start();
            pipe(&c, count, &mut sums).await;
            m.finish(w, count, sums.checksum());
        }
        "rows_buf" => {
            for r in &c.query(ALL, &[]).await.unwrap() {
                sums.add(r);
            }
            m.finish(w, sums.n, sums.checksum());
        }
        "rows_stream" => {
            let rows = c.query_raw(ALL, Vec::<i32>::new()).await.unwrap();
            pin_mut!(rows);
            while let Some(r) = rows.try_next().await.unwrap() {
                sums.add(&r);
            }
            m.finish(w, sums.n, sums.checksum());
        }
        "copyin" => {
            let (id, v, s) = make_rows(operations(ROWS));
            c.batch_execute("truncate tin").await.unwrap();
            m = Meter::start();
            let sink = c.copy_in("copy tin from stdin (format binary)").await.unwrap();
            let out = BinaryCopyInWriter::new(sink, &[Type::INT4, Type::FLOAT8, Type::TEXT]);
            pin_mut!(out);
            for i in 0..id.len() {
                let row: [&(dyn ToSql + Sync); 3] = [&id[i], &v[i], &s[i]];
                out.as_mut().write(&row).await.unwrap();
            }
            out.finish().await.unwrap();
            m.stop();
            m.finish(w, id.len(), verify(&c).await);
        }
        "copyout" => {
            let out = c.copy_out("copy t to stdout (format binary)").await.unwrap();
            pin_mut!(out);
            let mut bytes = 0;
            while let Some(b) = out.try_next().await.unwrap() {
                bytes += b.len();
            }
            m.finish(w, ROWS, bytes as f64);
        }
        "copyout_dec" => {
            let out = c.copy_out("copy t to stdout (format binary)").await.unwrap();
            let rows = BinaryCopyOutStream::new(out, &[Type::INT4, Type::FLOAT8, Type::TEXT]);
            pin_mut!(rows);
            while let Some(r) = rows.try_next().await.unwrap() {
                sums.push(r.get(0), r.get(1), r.get(2));
            }
            m.finish(w, sums.n, sums.checksum());
        }
        "insert" => {
            let (id, v, s) = make_rows(operations(INSERT));
            c.batch_execute("truncate tin").await.unwrap();
            m = Meter::start();
            let q = "insert into tin select * from unnest($1::int4[], $2::float8[], $3::text[])";
            c.execute(q, &[&id, &v, &s]).await.unwrap();
            m.stop();
            m.finish(w, id.len(), verify(&c).await);
        }
        _ => std::process::exit(NOT_OFFERED),
    }
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let ct = std::env::var("TOKIO").map_or(false, |v| v == "ct");
    let rt = if ct {
        tokio::runtime::Builder::new_current_thread().enable_all().build()
    } else {
        tokio::runtime::Builder::new_multi_thread().enable_all().build()
    };
    rt.unwrap().block_on(run(args));
}
