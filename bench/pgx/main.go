// pgx v4, with pgxpool. It has no Sync a query in a pipeline: a Batch sends one.
// pgx WORKLOAD HOST PORT USER PASSWORD DBNAME
package main

import (
	"context"
	"fmt"
	"os"
	"sort"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/jackc/pgx/v4"
	"github.com/jackc/pgx/v4/pgxpool"
)

const (
	nRows, nSeq, nPipe, depth        = 1_000_000, 20_000, 200_000, 100
	nInsert, nPool, nTasks, nConnect = 100_000, 100_000, 64, 500
	notOffered                       = 3
	point                            = "select id, v, s from t where id = $1"
	all                              = "select id, v, s from t"
)

var ctx = context.Background()

// operations gives usual, unless HOWDAH_BENCH_OPS says otherwise.
func operations(usual int) int {
	if given := os.Getenv("HOWDAH_BENCH_OPS"); given != "" {
		return must(strconv.Atoi(given))
	}
	return usual
}

func nthID(i int) int32 { return int32(int64(i)*7919%nRows) + 1 }

func min(a, b int) int {
	if a < b {
		return a
	}
	return b
}
func must[T any](v T, err error) T { check(err); return v }
func check(err error) {
	if err != nil {
		panic(err)
	}
}

type sums struct {
	id, length int64
	v          float64
	n          int
}

func (s *sums) add(id int32, v float64, t string) {
	s.id += int64(id)
	s.v += v
	s.length += int64(len(t))
	s.n++
}
func (s *sums) checksum() float64 { return float64(s.id) + s.v + float64(s.length) }

type meter struct {
	t0        time.Time
	r0, r1    syscall.Rusage
	wall      time.Duration
	latencies []float64
}

func start() *meter {
	m := &meter{latencies: make([]float64, 0, nPool)}
	syscall.Getrusage(0, &m.r0)
	m.t0 = time.Now()
	return m
}
func (m *meter) since(t time.Time) { m.latencies = append(m.latencies, float64(time.Since(t))/1e3) }
func (m *meter) stop()             { m.wall = time.Since(m.t0); syscall.Getrusage(0, &m.r1) }
func (m *meter) finish(workload string, ops int, checksum float64) {
	if m.wall == 0 {
		m.stop()
	}
	secs := func(a, b syscall.Timeval) float64 { return float64(b.Nano()-a.Nano()) / 1e9 }
	u, s := secs(m.r0.Utime, m.r1.Utime), secs(m.r0.Stime, m.r1.Stime)
	sort.Float64s(m.latencies)
	pct := func(p float64) string {
		if len(m.latencies) == 0 {
			return "null"
		}
		return fmt.Sprint(m.latencies[int(p*float64(len(m.latencies)-1))])
	}
	rss := 0
	for _, l := range strings.Split(string(must(os.ReadFile("/proc/self/status"))), "\n") {
		if f := strings.Fields(l); len(f) > 1 && f[0] == "VmHWM:" {
			rss, _ = strconv.Atoi(f[1])
		}
	}
	fmt.Printf(`{"peer":"pgx","workload":"%s","ops":%d,"wall_s":%.6f,"cpu_s":%.6f,"user_s":%.6f,"sys_s":%.6f,"rss_kb":%d,"p50_us":%s,"p99_us":%s,"checksum":%.6f}`+"\n",
		workload, ops, m.wall.Seconds(), u+s, u, s, rss, pct(0.5), pct(0.99), checksum)
}

func one(q interface {
	QueryRow(context.Context, string, ...interface{}) pgx.Row
}, sql string, id int32, s *sums) {
	var rid int32
	var v float64
	var t string
	check(q.QueryRow(ctx, sql, id).Scan(&rid, &v, &t))
	s.add(rid, v, t)
}

type columns struct {
	id []int32
	v  []float64
	s  []string
}

func makeRows(n int) (c columns) {
	for i := 1; i <= n; i++ {
		c.id = append(c.id, int32(i))
		c.v = append(c.v, float64(i)/1024)
		c.s = append(c.s, "row-"+strconv.Itoa(i))
	}
	return
}

func verify(c *pgx.Conn) (v float64) {
	check(c.QueryRow(ctx, "select (sum(id)+sum(v)+sum(length(s)))::float8 from tin").Scan(&v))
	return
}

type count struct{ n int }

func (c *count) Write(b []byte) (int, error) { c.n += len(b); return len(b), nil }

func pool(conninfo string) {
	cfg := must(pgxpool.ParseConfig(conninfo + " pool_max_conns=8 pool_min_conns=8"))
	p := must(pgxpool.ConnectConfig(ctx, cfg))
	run := func(n int64, m *meter) (total sums) {
		var next int64 = -1
		var wg sync.WaitGroup
		var mu sync.Mutex
		for k := 0; k < nTasks; k++ {
			wg.Add(1)
			go func() {
				defer wg.Done()
				var s sums
				var lat []float64
				for i := atomic.AddInt64(&next, 1); i < n; i = atomic.AddInt64(&next, 1) {
					t := time.Now()
					one(p, point, nthID(int(i)), &s)
					lat = append(lat, float64(time.Since(t))/1e3)
				}
				mu.Lock()
				defer mu.Unlock()
				total.id, total.v, total.length = total.id+s.id, total.v+s.v, total.length+s.length
				m.latencies = append(m.latencies, lat...)
			}()
		}
		wg.Wait()
		return
	}
	run(2000, start()) // every connection is open and has the statement prepared
	n := operations(nPool)
	m := start()
	s := run(int64(n), m)
	m.finish("pool", n, s.checksum())
}

func main() {
	w, a := os.Args[1], os.Args[2:]
	conninfo := fmt.Sprintf("host=%s port=%s user=%s password=%s dbname=%s sslmode=disable", a[0], a[1], a[2], a[3], a[4])
	var s sums
	if w == "pool" {
		pool(conninfo)
		return
	}
	if w == "connect" {
		n := operations(nConnect)
		m, sum := start(), 0
		for i := 0; i < n; i++ {
			t := time.Now()
			c := must(pgx.Connect(ctx, conninfo))
			var x int
			check(c.QueryRow(ctx, "select 1").Scan(&x))
			sum += x
			check(c.Close(ctx))
			m.since(t)
		}
		m.finish(w, n, float64(sum))
		return
	}
	c := must(pgx.Connect(ctx, conninfo))
	must(c.Prepare(ctx, "p", point))
	m := start()
	switch w {
	case "seq":
		run := func(n int) {
			s, m = sums{}, start()
			for i := 0; i < n; i++ {
				t := time.Now()
				one(c, "p", nthID(i), &s)
				m.since(t)
			}
		}
		n := operations(nSeq)
		run(n / 10)
		run(n)
		m.finish(w, n, s.checksum())
	case "pipe_1sync": // batches of 100, each in one round trip with one Sync
		run := func(n int) {
			s, m = sums{}, start()
			var id int32
			var v float64
			var t string
			for i := 0; i < n; i += depth {
				b := &pgx.Batch{}
				for j := i; j < min(n, i+depth); j++ {
					b.Queue("p", nthID(j))
				}
				r := c.SendBatch(ctx, b)
				for j := 0; j < b.Len(); j++ {
					check(r.QueryRow().Scan(&id, &v, &t))
					s.add(id, v, t)
				}
				check(r.Close())
			}
		}
		n := operations(nPipe)
		run(n / 10)
		run(n)
		m.finish(w, n, s.checksum())
	case "rows_buf": // v4 has no fetch-all: a slice of structs is appended to
		type row struct {
			id int32
			v  float64
			s  string
		}
		var rows []row
		q := must(c.Query(ctx, all))
		for q.Next() {
			var r row
			check(q.Scan(&r.id, &r.v, &r.s))
			rows = append(rows, r)
		}
		check(q.Err())
		for _, r := range rows {
			s.add(r.id, r.v, r.s)
		}
		m.finish(w, s.n, s.checksum())
	case "rows_stream":
		q := must(c.Query(ctx, all))
		var id int32
		var v float64
		var t string
		for q.Next() {
			check(q.Scan(&id, &v, &t))
			s.add(id, v, t)
		}
		check(q.Err())
		m.finish(w, s.n, s.checksum())
	case "copyin":
		n := operations(nRows)
		r := makeRows(n)
		must(c.Exec(ctx, "truncate tin"))
		m = start()
		src := pgx.CopyFromSlice(n, func(i int) ([]interface{}, error) {
			return []interface{}{r.id[i], r.v[i], r.s[i]}, nil
		})
		must(c.CopyFrom(ctx, pgx.Identifier{"tin"}, []string{"id", "v", "s"}, src))
		m.stop()
		m.finish(w, n, verify(c))
	case "copyout":
		var n count
		must(c.PgConn().CopyTo(ctx, &n, "copy t to stdout (format binary)"))
		m.finish(w, nRows, float64(n.n))
	case "insert":
		n := operations(nInsert)
		r := makeRows(n)
		must(c.Exec(ctx, "truncate tin"))
		m = start()
		must(c.Exec(ctx, "insert into tin select * from unnest($1::int4[], $2::float8[], $3::text[])", r.id, r.v, r.s))
		m.stop()
		m.finish(w, n, verify(c))
	default:
		os.Exit(notOffered)
	}
}
